"""Boxes, overlaps, and the map between image and patch."""

from __future__ import annotations

import math

import cv2
from hypothesis import given
from hypothesis import strategies
import numpy as np
import pytest

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.geometry import region_size
from rat_tracker.geometry import SearchRegion

ROUNDING = 1e-9
PLACES = strategies.floats(-2000, 2000)
SIZES = strategies.floats(0.01, 2000)
BOXES = strategies.builds(Box, PLACES, PLACES, SIZES, SIZES)
REGIONS = strategies.builds(
    SearchRegion.around, PLACES, PLACES, SIZES, SIZES, strategies.integers(1, 400))


@given(REGIONS, BOXES)
def test_box_takes_the_same_part_of_the_patch_as_of_the_region(
    region: SearchRegion, box: Box,
) -> None:
    side, seen = region.patch_side, region.to_patch(box)

    assert seen.x / side * region.width + region.left == pytest.approx(box.x, rel=1e-6, abs=1e-6)
    assert seen.y / side * region.height + region.top == pytest.approx(box.y, rel=1e-6, abs=1e-6)
    assert seen.width / side * region.width == pytest.approx(box.width, rel=1e-6)
    assert seen.height / side * region.height == pytest.approx(box.height, rel=1e-6)


@given(REGIONS, BOXES)
def test_box_of_the_image_comes_back_from_the_patch(region: SearchRegion, box: Box) -> None:
    again = region.to_image(region.to_patch(box))

    assert again.values == pytest.approx(box.values, rel=1e-6, abs=1e-6)


@given(REGIONS, BOXES)
def test_box_of_the_patch_comes_back_from_the_image(region: SearchRegion, box: Box) -> None:
    again = region.to_patch(region.to_image(box))

    assert again.values == pytest.approx(box.values, rel=1e-6, abs=1e-3)


@given(REGIONS)
def test_region_fills_the_patch(region: SearchRegion) -> None:
    side = region.patch_side

    assert region.to_patch(region.box).values == pytest.approx((0, 0, side, side))


@given(PLACES, PLACES, SIZES, SIZES)
def test_region_is_the_nearest_one_of_whole_pixels(
    x: float, y: float, width: float, height: float,
) -> None:
    region = SearchRegion.around(x, y, width, height, 64)

    assert abs(region.box.center_x - x) <= 0.5 + ROUNDING
    assert abs(region.box.center_y - y) <= 0.5 + ROUNDING
    assert region.width == max(round(width), 1)
    assert region.height == max(round(height), 1)


@given(BOXES, BOXES)
def test_overlap_is_symmetric_and_a_fraction(first: Box, second: Box) -> None:
    overlap = first.overlap(second)

    assert overlap == pytest.approx(second.overlap(first), abs=1e-12)
    assert 0 <= overlap <= 1


@given(BOXES)
def test_box_overlaps_itself_wholly(box: Box) -> None:
    assert box.overlap(box) == pytest.approx(1)


@given(BOXES)
def test_box_does_not_overlap_its_neighbour(box: Box) -> None:
    neighbour = Box(box.x + box.width, box.y, box.width, box.height)

    assert box.overlap(neighbour) == pytest.approx(0, abs=1e-6)


def test_overlap_of_a_shifted_box() -> None:
    assert Box(0, 0, 10, 10).overlap(Box(5, 0, 10, 10)) == pytest.approx(50 / 150)



@given(strategies.data())
def test_crop_is_what_the_region_shows(data: strategies.DataObject) -> None:
    """Every pixel outside the image is the nearest one inside; then the region is resized."""
    rows, columns = data.draw(strategies.tuples(*[strategies.integers(1, 40)] * 2))
    left, top = data.draw(strategies.tuples(*[strategies.integers(-90, 90)] * 2))
    width, height = data.draw(strategies.tuples(*[strategies.integers(1, 60)] * 2))
    side = data.draw(strategies.integers(1, 50))
    image = noise(rows, columns)

    patch = SearchRegion(left, top, width, height, side).crop(image)

    row_of = np.clip(np.arange(top, top + height), 0, rows - 1)
    column_of = np.clip(np.arange(left, left + width), 0, columns - 1)
    shown = image[np.ix_(row_of, column_of)]
    expected = cv2.resize(shown, (side, side), interpolation=cv2.INTER_LINEAR)
    assert np.array_equal(patch, expected)


def test_crop_writes_into_a_given_patch() -> None:
    image = noise(40, 50)
    region = SearchRegion(-3, 5, 20, 30, 16)
    out = np.zeros((16, 16, 3), np.uint8)

    region.crop(image, out=out)

    assert np.array_equal(out, region.crop(image))


def noise(rows: int, columns: int) -> Image:
    return np.random.default_rng(7).integers(0, 256, (rows, columns, 3), np.uint8)


@pytest.mark.parametrize('place', range(4))
@pytest.mark.parametrize('value', [math.nan, math.inf, -math.inf])
def test_box_that_is_not_finite_is_refused(place: int, value: float) -> None:
    values = [1.0, 2.0, 3.0, 4.0]
    values[place] = value

    with pytest.raises(ValueError, match='is not a finite number'):
        Box(*values).require_valid()


@pytest.mark.parametrize(('width', 'height'), [(0, 5), (5, 0), (-1, 5), (5, -1)])
def test_empty_box_is_refused(width: float, height: float) -> None:
    with pytest.raises(ValueError, match='is empty; width and height must be above zero'):
        Box(1, 1, width, height).require_valid()


@pytest.mark.parametrize('box', [
    Box(-11, 5, 20, 20), Box(5, -11, 20, 20), Box(631, 5, 20, 20), Box(5, 471, 20, 20)])
def test_box_centred_outside_the_image_is_refused(box: Box) -> None:
    with pytest.raises(ValueError, match='centre outside the 640x480 image'):
        box.require_inside(640, 480)


@pytest.mark.parametrize('box', [Box(-9, 5, 20, 20), Box(629, 469, 20, 20), Box(0, 0, 640, 480)])
def test_box_may_reach_over_the_edge(box: Box) -> None:
    box.require_inside(640, 480)


@given(BOXES)
def test_box_is_read_as_it_is_written(box: Box) -> None:
    text = ','.join(repr(value) for value in box.values)

    assert Box.parse(text) == box


@pytest.mark.parametrize('text', ['', '1,2,3', '1,2,3,4,5', 'a,b,c,d', '1;2;3;4'])
def test_text_that_is_no_box_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r'is not four numbers; write x,y,width,height'):
        Box.parse(text)


@pytest.mark.parametrize('text', ['1,2,nan,4', '1,2,0,4'])
def test_box_that_is_none_is_refused_when_read(text: str) -> None:
    with pytest.raises(ValueError, match=r'finite|empty'):
        Box.parse(text)


def test_region_of_a_long_target_reaches_over_both_ends() -> None:
    assert region_size(Box(0, 0, 200, 8), 2.0) == (240, 80)
