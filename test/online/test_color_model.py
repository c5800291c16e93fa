"""Colours are compared with those that the target had lately, and with how much those vary."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies
import numpy as np
import pytest

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.online.color_model import color_shares
from rat_tracker.online.color_model import ColorModel

RED, BLUE, GREY = (30, 30, 200), (200, 30, 30), (110, 110, 110)
BOX = Box(20, 10, 30, 24)
ALL = Box(0, 0, 80, 60)


def painted(*colors: tuple[int, int, int]) -> Image:
    """Return an image of vertical stripes."""
    image = np.empty((60, 80, 3), np.uint8)
    for index, stripe in enumerate(np.array_split(image, len(colors), axis=1)):
        stripe[:] = colors[index]
    return image


def test_same_picture_is_as_similar_as_can_be() -> None:
    image = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)

    assert ColorModel(image, BOX).similarity(image, BOX) == pytest.approx(1)


def test_other_colours_are_not_similar() -> None:
    assert ColorModel(painted(RED), BOX).similarity(painted(BLUE), BOX) == 0


def test_thing_that_is_half_of_the_same_colours_is_similar_in_part() -> None:
    colors = ColorModel(painted(RED, BLUE), ALL)

    assert colors.similarity(painted(RED, GREY), ALL) == pytest.approx(0.5)
    assert colors.similarity(painted(BLUE, RED), ALL) == pytest.approx(1), 'places do not count'


def test_colours_around_the_box_do_not_count() -> None:
    image = painted(BLUE)
    image[10:34, 20:50] = RED

    assert ColorModel(painted(RED), BOX).similarity(image, BOX) == pytest.approx(1)


def test_what_the_target_became_is_similar_and_what_it_was_long_ago_is_less_so() -> None:
    colors = ColorModel(painted(RED), BOX)
    assert colors.similarity(painted(BLUE), BOX) < 0.1
    for _ in range(100):
        colors.learn(painted(BLUE), BOX)

    assert colors.similarity(painted(BLUE), BOX) > 0.95
    assert colors.similarity(painted(RED), BOX) < 0.5


def test_target_whose_colours_often_change_is_forgiven_more() -> None:
    steady, restless = ColorModel(painted(RED, BLUE), ALL), ColorModel(painted(RED, BLUE), ALL)
    for frame in range(60):  # of the same colours on average
        steady.learn(painted(RED, BLUE), ALL)
        restless.learn(painted(RED if frame % 2 else BLUE), ALL)
    unlike = painted(RED, BLUE, GREY, GREY)

    assert restless.similarity(unlike, ALL) > steady.similarity(unlike, ALL) + 0.1


def test_comparing_teaches_nothing() -> None:
    colors = ColorModel(painted(RED, GREY), BOX)
    before = colors.similarity(painted(RED, BLUE), ALL)
    for _ in range(50):
        colors.similarity(painted(BLUE), ALL)

    assert colors.similarity(painted(RED, BLUE), ALL) == before


def test_memory_does_not_grow() -> None:
    colors = ColorModel(painted(RED), BOX)
    before = colors.memory_bytes
    for _ in range(100):
        colors.learn(painted(RED, BLUE), BOX)

    assert 0 < colors.memory_bytes == before


@given(strategies.floats(0, 80), strategies.floats(0, 60), strategies.floats(1, 300),
       strategies.floats(1, 300))
def test_any_box_with_its_centre_in_the_image_has_colours(
    x: float, y: float, width: float, height: float,
) -> None:
    image, box = painted(RED, BLUE), Box.from_center(x, y, width, height)
    colors = ColorModel(image, BOX)
    colors.learn(image, box)

    assert color_shares(image, box).sum() == pytest.approx(1)
    assert 0 <= colors.similarity(image, box) <= 1
