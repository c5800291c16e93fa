"""Clips in which the target goes out of sight: what is drawn is what is said."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
import pytest

from rat_tracker.evaluation.clips.hiding import HidingScene
from rat_tracker.evaluation.clips.hiding import RATE
from rat_tracker.evaluation.clips.hiding import render_hiding
from rat_tracker.evaluation.clips.synthetic import SyntheticFrame

pytestmark = pytest.mark.needs('skimage')

Rendered = Callable[[HidingScene], list[SyntheticFrame]]

WIDTH, HEIGHT = 160, 120
SPEED = 2.5 * WIDTH / 480  # pixels per frame


def scene(seconds: float, *, leaves: bool = False, distractor: float = 0.0) -> HidingScene:
    return HidingScene(seconds, leaves, distractor, WIDTH, HEIGHT)


@pytest.fixture(scope='module')
def rendered() -> Rendered:
    """Return what renders a clip, each once."""
    return cache(lambda scene: list(render_hiding(scene, seed=3)))


@pytest.mark.parametrize('chosen', [
    scene(0.5), scene(2), scene(1, leaves=True), scene(2, distractor=0.5)])
def test_target_is_hidden_once_and_for_as_long_as_was_asked(
    rendered: Rendered, chosen: HidingScene,
) -> None:
    visible = np.array([frame.visible for frame in rendered(chosen)])
    hidden = np.flatnonzero(visible == 0)

    assert visible[:20].min() > 0.999
    assert np.array_equal(hidden, np.arange(hidden[0], hidden[-1] + 1))
    assert chosen.seconds * RATE <= len(hidden) <= chosen.seconds * RATE + 45
    assert (visible[hidden[-1]:] > 0.8).sum() > 3 * RATE


def test_target_that_is_not_hidden_is_in_sight_all_the_time(rendered: Rendered) -> None:
    frames = rendered(scene(0))

    assert min(frame.visible for frame in frames) > 0.999
    assert all(frame.box.x >= 0 and frame.box.x + frame.box.width <= WIDTH for frame in frames)


def test_target_never_jumps_while_it_is_in_sight(rendered: Rendered) -> None:
    for last, now in pairwise(rendered(scene(1, leaves=True))):
        if last.visible and now.visible:
            assert abs(now.box.center_x - last.box.center_x) <= SPEED + 1e-9
            assert abs(now.box.center_y - last.box.center_y) <= SPEED + 1e-9


def test_same_seed_gives_the_same_clip_and_another_seed_another() -> None:
    def first(seed: int) -> bytes:
        return next(render_hiding(scene(1), seed)).image.tobytes()

    assert first(1) == first(1)
    assert first(1) != first(2)


def test_clip_of_another_size_shows_the_same_larger() -> None:
    """Without a size, as the figures of docs/state.md are made: three times these."""
    small = next(render_hiding(scene(1), seed=3))
    large = next(render_hiding(HidingScene(1), seed=3))

    assert large.image.shape == (3 * HEIGHT, 3 * WIDTH, 3)
    assert large.box.values == pytest.approx([3 * value for value in small.box.values])


def test_twin_looks_like_the_target_and_a_distractor_less(rendered: Rendered) -> None:
    """What looks most like the target while that is hidden: something, half of it, all of it."""
    def similarity(distractor: float) -> float:
        first, *frames = rendered(scene(2, distractor=distractor))
        left, top, width, height = (round(value) for value in first.box.values)
        target = first.image[top:top + height, left:left + width]
        return max(
            float(cv2.matchTemplate(frame.image, target, cv2.TM_CCOEFF_NORMED).max())
            for frame in frames if frame.visible == 0)

    nothing, half, twin = similarity(0.0), similarity(0.5), similarity(1.0)

    assert nothing + 0.1 < half < twin - 0.1
    assert twin > 0.9
