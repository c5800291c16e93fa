"""Colours are compared with those that the target had lately, and with how much those vary."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies
import numpy as np
import pytest

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.online.colors import color_shares
from rat_tracker.online.colors import Colors

RED, BLUE, GREY = (30, 30, 200), (200, 30, 30), (110, 110, 110)
BOX = Box(20, 10, 30, 24)
ALL = Box(0, 0, 80, 60)


def painted(*colors: tuple[int, int, int]) -> Image:
    """Return an image of vertical stripes."""
    image = np.empty((60, 80, 3), np.uint8)
    for index, stripe in enumerate(np.array_split(image, len(colors), axis=1)):
        stripe[:] = colors[index]
    return image


def test_same_picture_is_as_like_as_can_be() -> None:
    image = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)

    assert Colors(image, BOX).likeness(image, BOX) == pytest.approx(1)


def test_other_colours_are_not_alike() -> None:
    assert Colors(painted(RED), BOX).likeness(painted(BLUE), BOX) == 0


def test_thing_that_is_half_of_the_same_colours_is_alike_in_part() -> None:
    colors = Colors(painted(RED, BLUE), ALL)

    assert colors.likeness(painted(RED, GREY), ALL) == pytest.approx(0.5)
    assert colors.likeness(painted(BLUE, RED), ALL) == pytest.approx(1), 'places do not count'


def test_colours_around_the_box_do_not_count() -> None:
    image = painted(BLUE)
    image[10:34, 20:50] = RED

    assert Colors(painted(RED), BOX).likeness(image, BOX) == pytest.approx(1)


def test_what_the_target_became_is_alike_and_what_it_was_long_ago_is_less_so() -> None:
    colors = Colors(painted(RED), BOX)
    assert colors.likeness(painted(BLUE), BOX) < 0.1
    for _ in range(100):
        colors.learn(painted(BLUE), BOX)

    assert colors.likeness(painted(BLUE), BOX) > 0.95
    assert colors.likeness(painted(RED), BOX) < 0.5


def test_target_that_often_looks_different_is_forgiven_more() -> None:
    steady, restless = Colors(painted(RED, BLUE), ALL), Colors(painted(RED, BLUE), ALL)
    for look in range(60):  # of the same colours on average
        steady.learn(painted(RED, BLUE), ALL)
        restless.learn(painted(RED if look % 2 else BLUE), ALL)
    unlike = painted(RED, BLUE, GREY, GREY)

    assert restless.likeness(unlike, ALL) > steady.likeness(unlike, ALL) + 0.1


def test_looking_teaches_nothing() -> None:
    colors = Colors(painted(RED, GREY), BOX)
    before = colors.likeness(painted(RED, BLUE), ALL)
    for _ in range(50):
        colors.likeness(painted(BLUE), ALL)

    assert colors.likeness(painted(RED, BLUE), ALL) == before


def test_memory_does_not_grow() -> None:
    colors = Colors(painted(RED), BOX)
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
    colors = Colors(image, BOX)
    colors.learn(image, box)

    assert color_shares(image, box).sum() == pytest.approx(1)
    assert 0 <= colors.likeness(image, box) <= 1
