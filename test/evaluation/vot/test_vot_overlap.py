"""Which pixels regions cover and share, by the rules of VOT's toolkit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from rat_tracker.datasets.sequence import Polygon
from rat_tracker.evaluation.vot.overlap import overlap
from rat_tracker.evaluation.vot.overlap import overlaps
from rat_tracker.evaluation.vot.raster import raster
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.geometry import Box

SIZE = (64, 48)
WHOLE = (0, 0, 63, 47)
COORDINATES = st.floats(-40, 80, width=32)
BOXES = st.builds(Box, COORDINATES, COORDINATES, st.floats(2, 60), st.floats(2, 60))
POLYGONS = st.lists(st.tuples(COORDINATES, COORDINATES), min_size=3, max_size=6).map(np.array)


def polygon(*corners: tuple[float, float]) -> Polygon:
    return np.array(corners, np.float64)


def drawn(region: Box | Polygon, window: tuple[int, int, int, int]) -> list[str]:
    return [''.join('#' if pixel else '.' for pixel in row) for row in raster(region, window)]


def test_rectangle_covers_as_many_pixels_as_it_is_wide() -> None:
    assert drawn(Box(1, 0, 2, 2), (0, 0, 3, 2)) == ['.##.', '.##.', '....']


def test_edge_and_width_are_rounded_each_by_itself() -> None:
    """From 0.6 to 2.0 are the columns from 1 on, one of them."""
    assert drawn(Box(0.6, 0, 1.4, 1), (0, 0, 3, 1)) == ['.#..', '....']


def test_halves_are_rounded_to_even_numbers() -> None:
    assert drawn(Box(0.5, 1.5, 2.5, 1), (0, 0, 3, 2)) == ['....', '....', '##..']


def test_corners_of_a_polygon_belong_to_it() -> None:
    square = polygon((1, 0), (3, 0), (3, 2), (1, 2))

    assert drawn(square, (0, 0, 4, 2)) == ['.###.', '.###.', '.###.']


def test_slanted_sides_are_cut_towards_zero() -> None:
    triangle = polygon((0, 0), (4, 3), (0, 3))

    assert drawn(triangle, (0, 0, 4, 3)) == ['#....', '##...', '###..', '#####']


def test_hollow_of_a_polygon_stays_free() -> None:
    letter_v = polygon((0, 0), (2, 0), (4, 4), (6, 0), (8, 0), (5, 6), (3, 6))

    assert drawn(letter_v, (0, 1, 8, 3)) == ['###..###.', '.###.###.', '.######..']


def test_polygon_reaches_beyond_its_window() -> None:
    square = polygon((-5, -5), (50, -5), (50, 50), (-5, 50))

    assert drawn(square, (2, 3, 5, 4)) == ['####', '####']
    assert drawn(square, (55, 3, 57, 4)) == ['...', '...']


def test_pixels_are_counted() -> None:
    """Of 20×20 and 20×20 pixels 10×20 are shared."""
    assert overlap(Box(10, 10, 20, 20), Box(20, 10, 20, 20), SIZE) == 200 / 600


def test_rectangle_and_the_polygon_of_its_corners_differ() -> None:
    """The polygon has a column and a row more."""
    corners = polygon((10, 10), (30, 10), (30, 30), (10, 30))

    assert overlap(Box(10, 10, 20, 20), corners, SIZE) == 400 / 441


def test_only_the_image_counts() -> None:
    """A box that reaches far beyond the image overlaps one that ends at the image by 1."""
    assert overlap(Box(30, 20, 34, 28), Box(30, 20, 500, 400), SIZE) == 1
    assert overlap(Box(-100, -100, 120, 120), Box(0, 0, 20, 20), SIZE) == 1


@pytest.mark.parametrize('other', [None, Box(40, 10, 20, 20), Box(float('nan'), 0, 5, 5)])
def test_nothing_shared_is_an_overlap_of_0(other: Box | None) -> None:
    assert overlap(Box(10, 10, 20, 20), other, SIZE) == 0


def test_two_regions_of_one_column_overlap_by_1_wherever_they_are() -> None:
    assert overlap(Box(10, 10, 1, 5), Box(10, 30, 1, 5), SIZE) == 1


def test_regions_of_which_one_column_is_seen_overlap_by_0() -> None:
    assert overlap(Box(63, 10, 20, 20), Box(63, 10, 20, 20), SIZE) == 0


def test_two_frames_without_a_region_overlap_by_1() -> None:
    assert overlap(None, None, SIZE) == 1


def test_code_overlaps_by_0() -> None:
    box = Box(10, 10, 20, 20)

    assert overlaps([Code.INITIALIZATION, box, Code.FAILURE], [box] * 3, SIZE).tolist() == [
        0, 1, 0]


def test_more_results_than_frames_are_refused() -> None:
    with pytest.raises(ValueError, match='shorter'):
        overlaps([Code.FAILURE], [], SIZE)


@given(BOXES | POLYGONS, BOXES | POLYGONS)
def test_overlap_does_not_depend_on_the_order(
    first: Box | Polygon, second: Box | Polygon,
) -> None:
    found = overlap(first, second, SIZE)

    assert 0 <= found <= 1
    assert overlap(second, first, SIZE) == found


@given(BOXES, st.integers(0, 30), st.integers(0, 20))
def test_mask_of_a_window_is_a_part_of_the_whole_images(box: Box, left: int, top: int) -> None:
    whole = raster(box, WHOLE)

    assert (raster(box, (left, top, left + 20, top + 20))
            == whole[top:top + 21, left:left + 21]).all()
