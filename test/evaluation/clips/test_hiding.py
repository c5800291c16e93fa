"""Clips in which the target goes out of sight: what is drawn is what is said."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip('skimage', reason='scikit-image is not installed; run make test')

from rat_tracker.evaluation.clips.hiding import HidingScene
from rat_tracker.evaluation.clips.hiding import RATE
from rat_tracker.evaluation.clips.hiding import render_hiding


@pytest.mark.parametrize('scene', [
    HidingScene(0.5), HidingScene(2), HidingScene(1, leaves=True), HidingScene(1, distractor=0.5),
])
def test_target_is_hidden_once_and_for_as_long_as_was_asked(scene: HidingScene) -> None:
    visible = np.array([frame.visible for frame in render_hiding(scene, seed=3)])
    hidden = np.flatnonzero(visible == 0)

    assert visible[:20].min() > 0.999
    assert np.array_equal(hidden, np.arange(hidden[0], hidden[-1] + 1))
    assert scene.seconds * RATE <= len(hidden) <= scene.seconds * RATE + 45
    assert (visible[hidden[-1]:] > 0.8).sum() > 3 * RATE


def test_target_that_is_not_hidden_is_in_sight_all_the_time() -> None:
    frames = list(render_hiding(HidingScene(0), seed=1))

    assert min(frame.visible for frame in frames) > 0.999
    assert all(frame.box.x >= 0 and frame.box.x + frame.box.width <= 480 for frame in frames)


def test_target_never_jumps_while_it_is_in_sight() -> None:
    frames = list(render_hiding(HidingScene(2, leaves=True), seed=5))

    for last, now in pairwise(frames):
        if last.visible and now.visible:
            assert abs(now.box.center_x - last.box.center_x) < 4
            assert abs(now.box.center_y - last.box.center_y) < 4


def test_same_seed_gives_the_same_clip_and_another_seed_another() -> None:
    def first(seed: int) -> bytes:
        return next(render_hiding(HidingScene(1), seed)).image.tobytes()

    assert first(1) == first(1)
    assert first(1) != first(2)


def test_twin_looks_like_the_target_and_a_distractor_less() -> None:
    def difference(distractor: float) -> float:
        scene = HidingScene(0.5, distractor=distractor)
        last = list(render_hiding(scene, seed=2))[-1]
        plain = list(render_hiding(HidingScene(0.5), seed=2))[-1]
        return float(np.abs(last.image.astype(int) - plain.image).mean())

    assert difference(1.0) > 0.2
    assert difference(0.5) != difference(1.0)
