"""``rat`` keeps the contract of ``rat_tracker.tracker.Tracker``."""

from __future__ import annotations

from collections.abc import Sequence
import math

import numpy as np
import pytest

from rat_tracker.evaluation.synthetic import render
from rat_tracker.evaluation.synthetic import Scene
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import Tracker
from rat_tracker.tracker import TrackResult
from rat_tracker.trackers import create_tracker

CLIP = list(render(Scene(width=200, height=150, length=12, target_width=36, target_height=44)))
OTHER_CLIP = list(render(
    Scene(width=160, height=120, length=6, target='cup', ground='grass', target_width=30)))
IMAGES = [frame.image for frame in CLIP]
START = CLIP[0].box

# As quick as it gets: all parts at work, on a small patch.
SMALL = 'rat:patch_side=64:channels=8:ranking_channels=8'


@pytest.fixture(scope='module')
def tracker() -> Tracker:
    """Return the tracker that everybody gets; each test starts it on a target of its own."""
    return create_tracker('rat')


def follow(tracker: Tracker, images: Sequence[Image], start: Box) -> list[TrackResult]:
    tracker.init(images[0], start)
    return [tracker.track(image) for image in images[1:]]


def said(results: Sequence[TrackResult]) -> list[tuple[Box, float, bytes, Box]]:
    """Return all that results say, bit by bit, but for the times."""
    answers = []
    for result in results:
        assert result.attention is not None
        answers.append((
            result.box, result.score, result.attention.map.tobytes(), result.attention.region))
    return answers


def noise(image: Image) -> Image:
    return np.random.default_rng(0).integers(0, 256, image.shape, np.uint8)


@pytest.mark.parametrize('frame', [3, 8])
def test_result_depends_on_no_later_frame(tracker: Tracker, frame: int) -> None:
    changed = [*IMAGES[:frame], noise(IMAGES[frame]), *IMAGES[frame + 1:]]

    plain = said(follow(tracker, IMAGES, START))
    disturbed = said(follow(tracker, changed, START))

    # The first result is about frame 1.
    assert disturbed[:frame - 1] == plain[:frame - 1]
    assert disturbed[frame - 1] != plain[frame - 1]


def test_same_frames_give_the_same_results(tracker: Tracker) -> None:
    assert said(follow(tracker, IMAGES, START)) == said(follow(tracker, IMAGES, START))


def test_two_trackers_agree_and_do_not_disturb_each_other() -> None:
    first, second = (create_tracker(SMALL, engine='torch', device='cpu') for _ in range(2))
    alone = said(follow(first, IMAGES, START))

    first.init(IMAGES[0], START)
    second.init(OTHER_CLIP[0].image, OTHER_CLIP[0].box)
    mixed = []
    for index in range(1, 6):
        mixed.append(first.track(IMAGES[index]))
        second.track(OTHER_CLIP[index].image)

    assert said(mixed) == alone[:5]
    assert said(follow(second, IMAGES, START)) == alone


def test_new_target_makes_the_old_one_forgotten(tracker: Tracker) -> None:
    images = [frame.image for frame in OTHER_CLIP]
    fresh = said(follow(tracker, images, OTHER_CLIP[0].box))
    follow(tracker, IMAGES, START)

    assert said(follow(tracker, images, OTHER_CLIP[0].box)) == fresh


def test_result_stays_as_it_was_when_the_next_one_is_made(tracker: Tracker) -> None:
    tracker.init(IMAGES[0], START)
    result = tracker.track(IMAGES[1])
    before = said([result])

    for image in IMAGES[2:]:
        tracker.track(image)

    assert said([result]) == before


def test_image_is_left_as_it_is(tracker: Tracker) -> None:
    images = [image.copy() for image in IMAGES[:3]]

    follow(tracker, images, START)

    assert all(
        np.array_equal(image, kept) for image, kept in zip(images, IMAGES, strict=False))


def test_image_may_be_a_view_of_a_larger_one(tracker: Tracker) -> None:
    """Such as a camera's padded rows: not contiguous, and read-only."""
    padded = []
    for image in IMAGES[:4]:
        wide = np.zeros((image.shape[0], image.shape[1] + 7, 3), np.uint8)
        wide[:, :image.shape[1]] = image
        wide.flags.writeable = False
        padded.append(wide[:, :image.shape[1]])

    assert said(follow(tracker, padded, START)) == said(follow(tracker, IMAGES[:4], START))


@pytest.mark.parametrize('clip', [
    Scene(length=25, occlusion=1.0), Scene(length=25, leaves=True), Scene(length=25, speed=15),
], ids=['hidden', 'leaves', 'fast'])
def test_score_and_attention_are_from_zero_to_one(tracker: Tracker, clip: Scene) -> None:
    frames = list(render(clip))

    for result in follow(tracker, [frame.image for frame in frames], frames[0].box):
        assert 0 <= result.score <= 1
        assert all(math.isfinite(value) for value in result.box.values)
        result.box.require_inside(320, 240)
        assert result.attention is not None
        assert result.attention.map.dtype == np.float32
        assert result.attention.map.min() >= 0
        assert result.attention.map.max() <= 1


def test_attention_covers_the_search_region_and_peaks_at_the_target(tracker: Tracker) -> None:
    tracker.init(IMAGES[0], START)
    before = START
    for frame in CLIP[1:]:
        result = tracker.track(frame.image)
        assert result.attention is not None
        region, light = result.attention.region, result.attention.map
        # It lies around the box of the frame before and is larger than the target.
        assert region.center_x == pytest.approx(before.center_x, abs=1)
        assert region.center_y == pytest.approx(before.center_y, abs=1)
        assert region.intersection(before) == pytest.approx(before.area)
        row, column = divmod(int(light.argmax()), light.shape[1])
        x = region.x + (column + 0.5) * region.width / light.shape[1]
        y = region.y + (row + 0.5) * region.height / light.shape[0]
        assert abs(x - frame.box.center_x) < frame.box.width / 2
        assert abs(y - frame.box.center_y) < frame.box.height / 2
        before = result.box


def test_score_falls_when_the_target_is_gone(tracker: Tracker) -> None:
    results = follow(tracker, IMAGES, START)
    gone = tracker.track(noise(IMAGES[0]))

    assert min(result.score for result in results) > 0.5
    assert gone.score < min(result.score for result in results)


def test_every_stage_is_timed(tracker: Tracker) -> None:
    result, *_ = follow(tracker, IMAGES[:2], START)

    assert {'crop', 'network', 'response', 'learning'} <= set(result.timings)
    assert all(seconds >= 0 for seconds in result.timings.values())


def test_target_may_reach_over_the_edge(tracker: Tracker) -> None:
    for box in (Box(-15, -20, 36, 44), Box(180, 130, 36, 38), Box(0, 0, 200, 150)):
        for result in follow(tracker, IMAGES[:4], box):
            result.box.require_inside(200, 150)


@pytest.mark.parametrize('box', [Box(50, 50, 1, 1), Box(50, 50, 2, 90), Box(20, 50, 160, 1.5)])
def test_tiny_and_thin_targets_are_followed(tracker: Tracker, box: Box) -> None:
    for result in follow(tracker, IMAGES, box):
        result.box.require_inside(200, 150)


@pytest.mark.parametrize('level', [0, 128, 255])
def test_target_without_any_texture_is_no_reason_to_fail(tracker: Tracker, level: int) -> None:
    flat = np.full_like(IMAGES[0], level)

    for result in follow(tracker, [flat] * 8, START):
        assert all(math.isfinite(value) for value in result.box.values)
        assert math.isfinite(result.score)


def test_nothing_is_tracked_before_a_target_is_selected() -> None:
    with pytest.raises(RuntimeError, match='call init first'):
        create_tracker(SMALL, engine='torch', device='cpu').track(IMAGES[0])


@pytest.mark.parametrize(('box', 'message'), [
    (Box(math.nan, 1, 20, 20), 'is not a finite number'),
    (Box(1, 1, 0, 20), 'is empty'),
    (Box(1, 1, 20, -3), 'is empty'),
    (Box(200, 1, 20, 20), 'centre outside the 200x150 image'),
])
def test_box_that_holds_nothing_is_refused_and_the_old_target_kept(
    tracker: Tracker, box: Box, message: str,
) -> None:
    expected = said(follow(tracker, IMAGES[:4], START))
    tracker.init(IMAGES[0], START)
    results = [tracker.track(IMAGES[1])]

    with pytest.raises(ValueError, match=message):
        tracker.init(IMAGES[0], box)

    results += [tracker.track(image) for image in IMAGES[2:4]]
    assert said(results) == expected


def test_image_of_another_size_is_refused_and_the_target_kept(tracker: Tracker) -> None:
    expected = said(follow(tracker, IMAGES[:4], START))
    tracker.init(IMAGES[0], START)
    results = [tracker.track(IMAGES[1])]

    with pytest.raises(ValueError, match='the image is 160x120, the target was selected in one '
                                         'of 200x150; select it again'):
        tracker.track(OTHER_CLIP[0].image)

    results += [tracker.track(image) for image in IMAGES[2:4]]
    assert said(results) == expected


def test_new_target_may_come_in_an_image_of_another_size(tracker: Tracker) -> None:
    follow(tracker, IMAGES[:3], START)

    assert len(follow(tracker, [frame.image for frame in OTHER_CLIP], OTHER_CLIP[0].box)) == 5


def test_engines_agree(tracker: Tracker) -> None:
    if not tracker.engine.startswith('openvino'):
        pytest.skip('openvino is not installed')
    eager = create_tracker('rat', engine='torch', device='cpu')

    for one, other in zip(
            follow(tracker, IMAGES, START), follow(eager, IMAGES, START), strict=True):
        assert one.box.overlap(other.box) > 0.9
        assert one.score == pytest.approx(other.score, abs=0.05)
