"""A click becomes a box: on cards whose box is known, and wherever else somebody may click."""

from __future__ import annotations

import math

import cv2
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
import numpy as np
import pytest

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.evaluation.clips.synthetic import SyntheticFrame
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.segmentation.point_to_box import box_around

SIZES = {
    'small': (16.0, 20.0), 'middle': (44.0, 56.0), 'wide': (90.0, 50.0), 'tall': (40.0, 110.0)}


def frame(seed: int = 0, size: str = 'middle') -> SyntheticFrame:
    width, height = SIZES[size]
    return next(render(Scene(length=1, target_width=width, target_height=height), seed))


def plain_card(box: Box, width: int = 320, height: int = 240, seed: int = 0) -> Image:
    """Return a grey card on a darker ground, in the noise of a camera."""
    image = np.full((height, width, 3), 70.0)
    left, top = int(box.x), int(box.y)
    image[top:top + int(box.height), left:left + int(box.width)] = 150
    image += np.random.default_rng(seed).normal(0, 3, image.shape)
    return np.clip(image, 0, 255).astype(np.uint8)


@pytest.mark.parametrize('size', SIZES)
def test_a_click_on_a_textured_card_gives_its_box(size: str) -> None:
    overlaps = []
    for seed in range(6):
        shown = frame(seed, size)
        found = box_around(shown.image, shown.box.center_x, shown.box.center_y)
        overlaps.append(found.overlap(shown.box))

    assert np.mean(overlaps) > 0.5, overlaps


@pytest.mark.parametrize(('across', 'down'), [(-0.25, 0), (0.25, 0.2), (0, -0.3), (0.3, 0.3)])
def test_the_click_need_not_hit_the_middle(across: float, down: float) -> None:
    truth = Box(120, 90, 60, 50)

    found = box_around(plain_card(truth), truth.center_x + across * truth.width,
                       truth.center_y + down * truth.height)

    assert found.overlap(truth) > 0.7, found


@pytest.mark.parametrize('truth', [
    Box(0, 90, 50, 60), Box(270, 90, 50, 60), Box(120, 0, 50, 60), Box(120, 180, 50, 60),
    Box(0, 0, 60, 60), Box(260, 180, 60, 60)], ids=str)
def test_things_at_the_edge_of_the_image_are_found(truth: Box) -> None:
    found = box_around(plain_card(truth), truth.center_x, truth.center_y)

    assert found.overlap(truth) > 0.6, found


def test_grey_images_are_understood() -> None:
    overlaps = []
    for seed in range(6):
        shown = frame(seed)
        grey = cv2.cvtColor(cv2.cvtColor(shown.image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        found = box_around(np.asarray(grey, np.uint8), shown.box.center_x, shown.box.center_y)
        overlaps.append(found.overlap(shown.box))

    assert np.mean(overlaps) > 0.35, overlaps  # colour tells this target from its ground


def test_a_thing_has_the_same_box_in_an_image_twice_as_large() -> None:
    truth = Box(120, 90, 60, 50)
    image = plain_card(truth)
    large = cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)

    found = box_around(np.asarray(large, np.uint8), 2 * truth.center_x, 2 * truth.center_y)

    assert Box(*(value / 2 for value in found.values)).overlap(truth) > 0.8


def test_the_same_click_gives_the_same_box_whatever_state_random_numbers_are_in() -> None:
    shown = frame()
    boxes = []
    for seed in (1, 2):
        cv2.setRNGSeed(seed)
        boxes.append(box_around(shown.image, shown.box.center_x, shown.box.center_y))

    assert boxes[0] == boxes[1]


def test_the_image_is_not_changed() -> None:
    shown = frame()
    before = shown.image.copy()

    box_around(shown.image, 100, 100)

    assert np.array_equal(shown.image, before)


@pytest.mark.parametrize(('x', 'y', 'reason'), [
    (math.nan, 1, 'not finite'), (1, math.inf, 'not finite'),
    (-1, 5, 'outside of the 320x240 image; click on something that it shows'),
    (320, 5, 'outside of the 320x240 image'), (5, 240, 'outside of the 320x240 image')])
def test_a_point_that_is_none_of_the_image_is_refused(x: float, y: float, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        box_around(frame().image, x, y)


@pytest.mark.parametrize('noise', [0, 3])
def test_a_wall_is_refused(noise: float) -> None:
    wall = np.random.default_rng(0).normal(90, noise, (240, 320, 3)).astype(np.uint8)

    with pytest.raises(ValueError, match='differs from its surroundings; click on another part'):
        box_around(wall, 100, 100)


def test_what_is_no_image_is_refused() -> None:
    with pytest.raises(ValueError, match='H×W×3 uint8'):
        box_around(np.zeros((4, 4), np.uint8), 1, 1)


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(1, 90), height=st.integers(1, 90),
    across=st.floats(0, 1, exclude_max=True), down=st.floats(0, 1, exclude_max=True),
    seed=st.integers(0, 2 ** 32 - 1), blur=st.sampled_from([1, 5, 31]))
def test_any_click_gives_a_box_that_a_tracker_takes_or_is_refused(
    width: int, height: int, across: float, down: float, seed: int, blur: int,
) -> None:
    random = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    image = np.asarray(cv2.GaussianBlur(random, (blur, blur), 0), np.uint8)
    try:
        box = box_around(image, across * width, down * height)
    except ValueError as error:
        assert 'differs from its surroundings' in str(error)  # noqa: PT017
    else:
        box.require_inside(width, height)
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= width + 1e-9
        assert box.y + box.height <= height + 1e-9
