"""``rat`` keeps the contract of ``rat_tracker.tracker.Tracker``."""

from __future__ import annotations

import math

import numpy as np
import pytest
from support_rat import bits
from support_rat import CLIP
from support_rat import follow
from support_rat import IMAGES
from support_rat import noise
from support_rat import OTHER_CLIP
from support_rat import SMALL
from support_rat import START

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.tracker import engine_of
from rat_tracker.tracker import Tracker
from rat_tracker.trackers import create_tracker


@pytest.mark.parametrize('frame', [3, 8])
def test_result_depends_on_no_later_frame(tracker: Tracker, frame: int) -> None:
    changed = [*IMAGES[:frame], noise(IMAGES[frame]), *IMAGES[frame + 1:]]

    plain = bits(follow(tracker, IMAGES, START))
    disturbed = bits(follow(tracker, changed, START))

    # The first result is about frame 1.
    assert disturbed[:frame - 1] == plain[:frame - 1]
    assert disturbed[frame - 1] != plain[frame - 1]


def test_same_frames_give_the_same_results(tracker: Tracker) -> None:
    assert bits(follow(tracker, IMAGES, START)) == bits(follow(tracker, IMAGES, START))


def test_two_trackers_agree_and_do_not_disturb_each_other() -> None:
    first, second = (create_tracker(SMALL, engine='torch', device='cpu') for _ in range(2))
    alone = bits(follow(first, IMAGES, START))

    first.init(IMAGES[0], START)
    second.init(OTHER_CLIP[0].image, OTHER_CLIP[0].box)
    mixed = []
    for index in range(1, 6):
        mixed.append(first.track(IMAGES[index]))
        second.track(OTHER_CLIP[index].image)

    assert bits(mixed) == alone[:5]
    assert bits(follow(second, IMAGES, START)) == alone


def test_new_target_makes_the_old_one_forgotten(tracker: Tracker) -> None:
    images = [frame.image for frame in OTHER_CLIP]
    fresh = bits(follow(tracker, images, OTHER_CLIP[0].box))
    follow(tracker, IMAGES, START)

    assert bits(follow(tracker, images, OTHER_CLIP[0].box)) == fresh


def test_result_stays_as_it_was_when_the_next_one_is_made(tracker: Tracker) -> None:
    tracker.init(IMAGES[0], START)
    result = tracker.track(IMAGES[1])
    before = bits([result])

    for image in IMAGES[2:]:
        tracker.track(image)

    assert bits([result]) == before


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

    assert bits(follow(tracker, padded, START)) == bits(follow(tracker, IMAGES[:4], START))


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


def test_engines_agree(tracker: Tracker) -> None:
    if not engine_of(tracker).startswith('openvino'):
        pytest.skip('openvino is not installed')
    eager = create_tracker('rat', engine='torch', device='cpu')

    for one, other in zip(
            follow(tracker, IMAGES, START), follow(eager, IMAGES, START), strict=True):
        assert one.box.overlap(other.box) > 0.9
        assert one.score == pytest.approx(other.score, abs=0.05)
