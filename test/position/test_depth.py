"""The distance is the target's, whatever else the box holds."""

from __future__ import annotations

import numpy as np
import pytest
import support_depth as scenes
from support_depth import BOX

from rat_tracker.geometry import Box
from rat_tracker.position.depth import distance_in

MILLIMETRE = 0.001
NEAR, FAR = 3.0, 5.0


def part(share: float) -> Box:
    """Return a box in the middle of the usual one, of this share of its sides."""
    return Box.from_center(BOX.center_x, BOX.center_y, BOX.width * share, BOX.height * share)


@pytest.mark.parametrize('behind', [0.3, 0.5, 1.0, 3.0])
@pytest.mark.parametrize(('z', 'error'), [(1.0, 0.01), (3.0, 0.01), (6.0, 0.03), (10.0, 0.07)])
def test_a_wall_behind_a_person_does_not_count(z: float, behind: float, error: float) -> None:
    depth = scenes.seen(scenes.with_person(scenes.wall(z + behind), z))
    found = distance_in(scenes.as_millimetres(depth), BOX, MILLIMETRE)
    assert found.z == pytest.approx(z, abs=error)
    assert found.spread < 0.03 + 0.004 * z * z  # the person's roundness and the sensor's noise
    assert found.share == 1.0


@pytest.mark.parametrize(('holes', 'share'), [(0.4, 0.6), (0.9, 0.1)])
def test_holes_do_not_count(holes: float, share: float) -> None:
    depth = scenes.seen(scenes.with_person(scenes.wall(FAR), NEAR), holes)
    found = distance_in(scenes.as_millimetres(depth), BOX, MILLIMETRE)
    assert found.z == pytest.approx(NEAR, abs=0.01)
    assert found.share == pytest.approx(share, abs=0.02)
    assert found.pixels == pytest.approx(share * 64 * 64, rel=0.1)


@pytest.mark.parametrize('width', [0.1, 0.15, 0.2])
def test_a_pole_in_front_does_not_count(width: float) -> None:
    scene = scenes.with_pole(scenes.with_person(scenes.wall(FAR), NEAR), 1.5, width)
    found = distance_in(scenes.as_millimetres(scenes.seen(scene)), BOX, MILLIMETRE)
    assert found.z == pytest.approx(NEAR, abs=0.01)


def test_a_floor_that_leads_from_the_feet_to_the_wall_does_not_count() -> None:
    scene = scenes.with_person(scenes.with_floor(scenes.wall(8.0)), NEAR)
    found = distance_in(scenes.as_millimetres(scenes.seen(scene)), BOX, MILLIMETRE)
    assert found.z == pytest.approx(NEAR, abs=0.01)


@pytest.mark.parametrize('share', [0.6, 0.8])
def test_a_person_may_be_smaller_than_the_box(share: float) -> None:
    scene = scenes.with_person(scenes.wall(FAR), NEAR, part(share))
    found = distance_in(scenes.as_millimetres(scenes.seen(scene)), BOX, MILLIMETRE)
    assert found.z == pytest.approx(NEAR, abs=0.01)


def test_all_of_it_at_once() -> None:
    scene = scenes.with_person(scenes.with_floor(scenes.wall(FAR)), NEAR, part(0.7))
    depth = scenes.seen(scenes.with_pole(scene, 1.5, 0.1), holes=0.4)
    found = distance_in(scenes.as_millimetres(depth), BOX, MILLIMETRE)
    assert found.z == pytest.approx(NEAR, abs=0.01)


@pytest.mark.parametrize('hole', [np.nan, np.inf, -np.inf, 0.0, -1.0])
def test_metres_and_every_kind_of_hole_are_understood(hole: float) -> None:
    depth = scenes.seen(scenes.with_person(scenes.wall(FAR), NEAR)).astype(np.float32)
    depth[::2] = hole
    found = distance_in(depth, BOX, 1.0)
    assert found.z == pytest.approx(NEAR, abs=0.01)
    assert found.share == pytest.approx(0.5)


def test_the_number_of_sampled_pixels_is_bounded() -> None:
    depth = np.full((2000, 3000), 2000, np.uint16)
    assert distance_in(depth, Box(0, 0, 3000, 2000), MILLIMETRE).pixels == 64 * 64


def test_every_pixel_of_a_small_box_is_sampled() -> None:
    depth = np.zeros((48, 64), np.uint16)
    depth[10:14, 20:25] = 2000
    found = distance_in(depth, Box(20.0, 10.0, 5.0, 4.0), MILLIMETRE)
    assert (found.z, found.spread, found.pixels, found.share) == (2.0, 0.0, 20, 1.0)


def test_a_box_over_the_edge_counts_by_what_is_inside() -> None:
    depth = np.full((48, 64), 2000, np.uint16)
    assert distance_in(depth, Box(-10, -10, 30, 30), MILLIMETRE).pixels == 20 * 20


@pytest.mark.parametrize(('depth', 'box', 'words'), [
    (np.zeros((480, 640), np.uint16), BOX, 'only 0 of 4096 pixels in the box have a depth'),
    (scenes.seen(scenes.wall(3.0), holes=0.97), BOX, 'pixels in the box have a depth'),
    (np.full((480, 640), 2000, np.uint16), Box(10, 10, 3, 3), 'only 9 of 9 pixels'),
    (np.full((480, 640), 2000, np.uint16), Box(700, 10, 30, 30), 'outside of the depth image'),
    (np.random.default_rng(1).uniform(500, 10_000, (480, 640)), BOX, 'do not agree'),
])
def test_no_distance_is_given_where_there_is_none(
    depth: scenes.Floats, box: Box, words: str,
) -> None:
    with pytest.raises(ValueError) as error:
        distance_in(depth, box, MILLIMETRE)
    assert words in str(error.value)
