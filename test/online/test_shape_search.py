"""The sizes that are tried in each frame."""

from __future__ import annotations

import pytest

from rat_tracker.online.shape_search import Hypothesis
from rat_tracker.online.shape_search import rounds
from rat_tracker.online.shape_search import ShapeParameters


def test_size_of_the_frame_before_comes_first_and_without_penalty() -> None:
    for sizes in rounds(ShapeParameters()):
        assert sizes[0] == Hypothesis(1, 1, 1)


def test_scale_and_shape_take_turns() -> None:
    scale, shape = rounds(ShapeParameters())

    assert all(size.width == size.height for size in scale)
    assert all(size.width != size.height for size in shape[1:])
    assert len(scale) == len(shape)


def test_scale_search_tries_a_larger_and_a_smaller_target() -> None:
    ((_, larger, smaller),) = rounds(
        ShapeParameters(scale_step=1.05, scale_penalty=0.9, aspect_step=1))

    assert larger == Hypothesis(1.05, 1.05, 0.9)
    assert smaller == Hypothesis(1 / 1.05, 1 / 1.05, 0.9)


def test_shape_search_keeps_the_area() -> None:
    ((_, wider, taller),) = rounds(
        ShapeParameters(scale_step=1, aspect_step=1.1, aspect_penalty=0.8))

    assert wider.width > 1 > wider.height
    assert taller.height > 1 > taller.width
    assert wider.penalty == taller.penalty == 0.8
    for size in (wider, taller):
        assert size.width * size.height == pytest.approx(1)


def test_step_of_one_turns_the_search_off() -> None:
    assert rounds(ShapeParameters(scale_step=1, aspect_step=1)) == ((Hypothesis(1, 1, 1),),)
