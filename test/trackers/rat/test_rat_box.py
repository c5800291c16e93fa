"""A peak moves the box; one below the learning threshold half the way, and nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rat_tracker.geometry import Box
from rat_tracker.online.color_model import ColorModel
from rat_tracker.online.confidence import Confidence
from rat_tracker.online.scale_search import ScaleCandidate
from rat_tracker.trackers.rat.box import Peak
from rat_tracker.trackers.rat.box import RatBox
from rat_tracker.trackers.rat.box import region_size
from rat_tracker.trackers.rat.parameters import RatConfidence
from rat_tracker.trackers.rat.parameters import RatParameters

START = Box(100, 80, 40, 40)
SAME = ScaleCandidate(1.0, 1.0, 1.0)
LARGER = ScaleCandidate(1.1, 1.2, 0.9)


def rat_box(box: Box = START) -> RatBox:
    return RatBox(
        RatParameters(region_factor=2.0), (320, 240), box,
        Confidence(RatConfidence(learn_above=0.5), first_peak=1.0),
        ColorModel(np.zeros((240, 320, 3), np.uint8), box))


def test_region_is_around_the_box() -> None:
    region = rat_box().region

    assert region.box == Box(80, 60, 80, 80)


def test_region_of_a_long_target_reaches_over_both_ends() -> None:
    assert region_size(Box(0, 0, 200, 8), 2.0) == (240, 80)


def test_peak_in_the_middle_leaves_the_box_where_it_is() -> None:
    followed = rat_box()

    assert followed.update(followed.region, Peak(0, 0, 1.0), SAME)
    assert followed.box == START


def test_peak_moves_the_box_by_its_part_of_the_region() -> None:
    followed = rat_box()

    followed.update(followed.region, Peak(dy=-0.25, dx=0.5, value=1.0), SAME)

    assert followed.box == Box(140, 60, 40, 40)


def test_peak_of_a_larger_target_is_as_much_further_away() -> None:
    followed = rat_box()

    followed.update(followed.region, Peak(dy=0.25, dx=0.25, value=1.0), LARGER)

    assert (followed.box.center_x, followed.box.center_y) == pytest.approx((142, 124))
    assert (followed.box.width, followed.box.height) == pytest.approx((44, 48))


def test_peak_below_the_learning_threshold_moves_the_box_half_the_way_and_keeps_its_size() -> None:
    followed = rat_box()

    assert not followed.update(followed.region, Peak(0.25, 0.5, 0.4), LARGER)

    assert (followed.box.width, followed.box.height) == (40, 40)
    assert (followed.box.center_x, followed.box.center_y) == pytest.approx((142, 112))


def test_centre_stays_inside_the_image() -> None:
    followed = rat_box()
    for _ in range(20):
        followed.update(followed.region, Peak(0.5, 0.5, 1.0), SAME)

    assert (followed.box.center_x, followed.box.center_y) == (320, 240)


def test_box_grows_no_larger_than_the_image_and_shrinks_to_no_less_than_its_least() -> None:
    followed = rat_box()
    for _ in range(100):
        followed.update(followed.region, Peak(0, 0, 1.0), LARGER)
    assert (followed.box.width, followed.box.height) == (320, 240)
    for _ in range(100):
        followed.update(followed.region, Peak(0, 0, 1.0), ScaleCandidate(0.9, 0.9, 1.0))
    assert (followed.box.width, followed.box.height) == (4, 4)


@pytest.mark.parametrize('value', [math.nan, math.inf])
def test_response_that_is_not_finite_is_refused_and_moves_nothing(value: float) -> None:
    followed = rat_box()

    with pytest.raises(FloatingPointError, match='select the target again'):
        followed.update(followed.region, Peak(0.5, 0.5, value), LARGER)

    assert followed.box == START
