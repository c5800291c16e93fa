"""What is hard for ``rat`` does not break it; what is impossible is refused, nothing lost."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from support_rat import bits
from support_rat import follow
from support_rat import IMAGES
from support_rat import OTHER_CLIP
from support_rat import SMALL
from support_rat import START

from rat_tracker.geometry import Box
from rat_tracker.tracker import Tracker
from rat_tracker.trackers import create_tracker


def test_target_may_reach_over_the_edge(tracker: Tracker) -> None:
    for box in (Box(-15, -20, 36, 44), Box(180, 130, 36, 38), Box(0, 0, 200, 150)):
        for result in follow(tracker, IMAGES[:4], box):
            result.box.require_inside(200, 150)


@pytest.mark.parametrize('box', [Box(50, 50, 1, 1), Box(50, 50, 2, 90), Box(20, 50, 160, 1)])
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
    (Box(-5900, -5900, 12000, 12000), 'larger than the 200x150 image'),
    (Box(50, 50, 1e-300, 20), 'less than one pixel'),
])
def test_box_that_holds_nothing_is_refused_and_the_old_target_kept(
    tracker: Tracker, box: Box, message: str,
) -> None:
    expected = bits(follow(tracker, IMAGES[:4], START))
    tracker.init(IMAGES[0], START)
    results = [tracker.track(IMAGES[1])]

    with pytest.raises(ValueError, match=message):
        tracker.init(IMAGES[0], box)

    results += [tracker.track(image) for image in IMAGES[2:4]]
    assert bits(results) == expected


def test_image_of_another_size_is_refused_and_the_target_kept(tracker: Tracker) -> None:
    expected = bits(follow(tracker, IMAGES[:4], START))
    tracker.init(IMAGES[0], START)
    results = [tracker.track(IMAGES[1])]

    with pytest.raises(ValueError, match='the image is 160x120, the target was selected in one '
                                         'of 200x150; select it again'):
        tracker.track(OTHER_CLIP[0].image)

    results += [tracker.track(image) for image in IMAGES[2:4]]
    assert bits(results) == expected


def test_new_target_may_come_in_an_image_of_another_size(tracker: Tracker) -> None:
    follow(tracker, IMAGES[:3], START)

    assert len(follow(tracker, [frame.image for frame in OTHER_CLIP], OTHER_CLIP[0].box)) == 5


WRONG_IMAGES = {
    'gray': IMAGES[1][..., 0],
    'four channels': np.dstack([IMAGES[1], IMAGES[1][..., :1]]),
    'float': IMAGES[1].astype(np.float32),
    'sixteen bits': IMAGES[1].astype(np.uint16),
}


@pytest.mark.parametrize('kind', WRONG_IMAGES)
def test_image_of_another_kind_is_refused_and_the_target_kept(
    tracker: Tracker, kind: str,
) -> None:
    wrong: Any = WRONG_IMAGES[kind]
    expected = bits(follow(tracker, IMAGES[:4], START))
    tracker.init(IMAGES[0], START)
    results = [tracker.track(IMAGES[1])]

    with pytest.raises(ValueError, match=r'must be an H×W×3 uint8 array'):
        tracker.track(wrong)
    with pytest.raises(ValueError, match=r'must be an H×W×3 uint8 array'):
        tracker.init(wrong, START)

    results += [tracker.track(image) for image in IMAGES[2:4]]
    assert bits(results) == expected
