"""A patch and the box in it are of one geometry, however the region lies and turns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support_training import extent
from support_training import paint
from support_training import Shape
from support_training import shows

from rat_tracker.geometry import Box
from rat_tracker.geometry import SearchRegion
from rat_tracker.training.warping import Look
from rat_tracker.training.warping import look_at
from rat_tracker.training.warping import look_near
from rat_tracker.training.warping import PATCH_SIDE
from rat_tracker.training.warping import Warping

BOX = Box(60, 40, 40, 30)
HUE = 3


def tolerance(look: Look) -> float:
    """Return one pixel of the image, in pixels of the patch: edges are interpolated over one."""
    return PATCH_SIDE / min(look.region.width, look.region.height)


@pytest.mark.parametrize('seed', range(8))
@pytest.mark.parametrize('mirrored', [False, True])
def test_the_box_is_where_the_patch_shows_the_rectangle(seed: int, mirrored: bool) -> None:
    image, _ = paint(Shape(BOX, HUE, rectangular=True))
    look = look_near(np.random.default_rng(seed), BOX, 3.6, Warping(reach=0.4), may_turn=False,
                     mirrored=mirrored)
    assert look.box(BOX) == pytest.approx(
        extent(shows(look.pixels(image), HUE)), abs=tolerance(look))


@pytest.mark.parametrize('seed', range(8))
@pytest.mark.parametrize('mirrored', [False, True])
def test_the_box_of_a_turned_object_is_that_of_its_turned_mask(seed: int, mirrored: bool) -> None:
    image, (mask,) = paint(Shape(BOX, HUE, rectangular=True))
    look = look_near(np.random.default_rng(seed), BOX, 3.6, Warping(reach=0.4, turned=1.0),
                     may_turn=True, mirrored=mirrored)
    assert look.degrees
    box = look.box(BOX, mask)
    assert box == pytest.approx(extent(shows(look.pixels(image), HUE)), abs=tolerance(look))
    assert (box[2:] > look.box(BOX)[2:]).all()  # an ellipse would reach less far


def test_an_ellipse_is_known_without_its_mask() -> None:
    image, _ = paint(Shape(BOX, HUE))
    look = replace(look_at(BOX, 2.6), degrees=25.0)
    assert look.box(BOX) == pytest.approx(
        extent(shows(look.pixels(image), HUE)), abs=1.5 * tolerance(look))


@pytest.mark.parametrize('degrees', [0.0, -17.0])
@pytest.mark.parametrize('mirrored', [False, True])
def test_the_mask_is_where_the_patch_shows_the_object(degrees: float, mirrored: bool) -> None:
    image, (mask,) = paint(Shape(BOX, HUE))
    look = replace(look_at(BOX, 2.6), degrees=degrees, mirrored=mirrored)
    covered, shown = look.coverage(mask) >= 0.5, shows(look.pixels(image), HUE)
    assert (covered & shown).sum() > 0.95 * (covered | shown).sum()


def test_a_template_is_what_the_tracker_crops() -> None:
    image, _ = paint(Shape(BOX, HUE))
    side = 2.6 * (BOX.width * BOX.height) ** 0.5
    region = SearchRegion.around(BOX.center_x, BOX.center_y, side, side, PATCH_SIDE)
    assert (look_at(BOX, 2.6).pixels(image) == region.crop(image)).all()


def test_a_turn_by_nothing_is_no_other_patch() -> None:
    image, _ = paint(Shape(BOX, HUE))
    look = look_at(Box(8, 10, 60, 50), 3.0)  # reaches over the image's edge
    apart = np.abs(look.pixels(image).astype(int)
                   - replace(look, degrees=1e-9).pixels(image).astype(int))
    assert apart.max() <= 8  # OpenCV's two functions round weights in other ways


@pytest.mark.parametrize('seed', range(20))
def test_the_middle_of_the_target_stays_in_the_patch(seed: int) -> None:
    random = np.random.default_rng(seed)
    for factor in (2.6, 3.6, 5.0):
        x, y, _, _ = look_near(random, BOX, factor, Warping(), may_turn=True).box(BOX)
        assert 0 < x < PATCH_SIDE
        assert 0 < y < PATCH_SIDE


def test_what_the_tracker_took_the_target_for_is_as_large_as_its_region_says() -> None:
    look = look_near(np.random.default_rng(0), BOX, 4.0, Warping(aspect=0.0), may_turn=False)
    width, height = look.expected
    assert width * height == pytest.approx((PATCH_SIDE / 4.0) ** 2, rel=0.02)
    assert width / height == pytest.approx(BOX.width / BOX.height, rel=0.02)
