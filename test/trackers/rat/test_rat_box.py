"""A peak moves the box; one below the learning threshold half the way, and nothing else.

What the box head says of a peak makes it count for more or less, and draws the box to its own.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from rat_tracker.geometry import Box
from rat_tracker.online.box_estimator import BoxEstimate
from rat_tracker.online.box_estimator import BoxEstimator
from rat_tracker.online.color_model import ColorModel
from rat_tracker.online.confidence import Confidence
from rat_tracker.online.scale_search import ScaleCandidate
from rat_tracker.trackers.rat.box import Peak
from rat_tracker.trackers.rat.box import RatBox
from rat_tracker.trackers.rat.parameters import RatBoxEstimator
from rat_tracker.trackers.rat.parameters import RatConfidence
from rat_tracker.trackers.rat.parameters import RatParameters

START = Box(100, 80, 40, 40)
SAME = ScaleCandidate(1.0, 1.0, 1.0)
MIDDLE = Peak(0, 0, 1.0)
LARGER = ScaleCandidate(1.1, 1.2, 0.9)


def rat_box(stretch: float = 1.0, box: Box = START) -> RatBox:
    head = RatBoxEstimator(strength_power=2.0, rate=0.5)
    parameters = RatParameters(region_factor=2.0, region_stretch=stretch, box_estimator=head)
    patch = Box(0, 0, 50, 50)
    return RatBox(
        parameters, (320, 240), box,
        Confidence(RatConfidence(learn_above=0.5), first_peak=1.0),
        ColorModel(np.zeros((240, 320, 3), np.uint8), box),
        BoxEstimator(head, [[*patch.values, 1.0]], [patch]))


def test_region_is_around_the_box() -> None:
    region = rat_box().region

    assert region.box == Box(80, 60, 80, 80)


@pytest.mark.parametrize(('stretch', 'factors', 'wanted'), [
    (4.0, (2, 2), (160, 160)), (1.0, (2, 2), (160, 160)),
    (1.0, (4, 1), (160, 160)), (1.0, (1, 4), (160, 160)),
    (4.0, (4, 1), (320, 80)), (4.0, (1, 4), (80, 320)),
    (4.0, (16, 1), (640, 160)), (4.0, (1, 16), (160, 640)),
])
def test_the_regions_size_follows_the_area_of_the_box_and_its_shape_that_of_the_box_in_bounds(
        stretch: float, factors: tuple[int, int], wanted: tuple[int, int]) -> None:
    followed = rat_box(stretch)
    box = Box.from_center(400, 400, 40 * factors[0], 40 * factors[1])
    assert followed.region_around(box).box == Box.from_center(400, 400, *wanted)


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


def test_box_goes_part_of_the_way_to_the_heads() -> None:
    followed = rat_box()
    estimate = BoxEstimate(Box.from_center(140, 90, 90, 40), quality=1.0)

    assert followed.update(followed.region, MIDDLE, SAME, estimate)

    assert followed.box.values == pytest.approx(Box.from_center(130, 95, 60, 40).values)


@pytest.mark.parametrize(('peak', 'quality', 'learn'), [
    pytest.param(0.4, 1.0, True, id='below the learning threshold'),
    pytest.param(1.0, 1.0, False, id='not to be learned from'),
])
def test_heads_box_counts_in_no_frame_that_teaches_nothing(
    peak: float, quality: float, learn: bool,
) -> None:
    followed = rat_box()
    estimate = BoxEstimate(Box.from_center(140, 90, 90, 40), quality)

    assert not followed.update(followed.region, Peak(0, 0, peak), SAME, estimate, learn=learn)

    assert followed.box == START


def test_heads_box_counts_in_no_frame_of_no_quality() -> None:
    followed = rat_box()
    estimate = BoxEstimate(Box.from_center(140, 90, 90, 40), quality=0.0)

    assert followed.update(followed.region, Peak(0, 0, 1.0), SAME, estimate)

    assert followed.box == START


@pytest.mark.parametrize('quality', [0.6, 1.2])
def test_peak_counts_for_more_or_less_by_the_quality_that_the_head_sees(quality: float) -> None:
    """By its square, here."""
    assert rat_box().strength(Peak(0, 0, 0.5), BoxEstimate(START, quality)) == pytest.approx(
        0.5 * quality ** 2)


@pytest.mark.parametrize(('value', 'learns'), [(0.4, False), (0.6, True)])
def test_what_is_learned_from_does_not_depend_on_the_quality(
    value: float, *, learns: bool,
) -> None:
    """The learning threshold is half of the first peak."""
    followed = rat_box()

    assert followed.update(
        followed.region, Peak(0, 0, value), SAME, BoxEstimate(START, quality=0.1)) is learns


def test_peak_counts_as_it_is_without_the_head() -> None:
    assert rat_box().strength(Peak(0, 0, 0.7), None) == 0.7


@pytest.mark.parametrize('to', [
    Box.from_center(1000, -900, 5000, 5000), Box.from_center(-1000, 900, 1e-6, 1e-6)])
def test_heads_box_leads_neither_out_of_the_image_nor_past_the_sizes_that_a_target_has(
    to: Box,
) -> None:
    followed = rat_box()
    for _ in range(50):
        followed.update(followed.region, MIDDLE, SAME, BoxEstimate(to, 1.0))
        followed.box.require_inside(320, 240)

    assert (followed.box.width, followed.box.height) == ((320, 240) if to.width > 1 else (4, 4))


@pytest.mark.parametrize('value', [math.nan, math.inf])
def test_response_that_is_not_finite_is_refused_and_moves_nothing(value: float) -> None:
    followed = rat_box()

    with pytest.raises(FloatingPointError, match='select the target again'):
        followed.update(followed.region, Peak(0.5, 0.5, value), LARGER)

    assert followed.box == START
