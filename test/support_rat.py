"""Clips to run ``rat`` on, and what it says about them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import Tracker
from rat_tracker.tracker import TrackResult

CLIP = list(render(Scene(width=200, height=150, length=12, target_width=36, target_height=44)))
OTHER_CLIP = list(render(
    Scene(width=160, height=120, length=6, target='cup', ground='grass', target_width=30)))
IMAGES = [frame.image for frame in CLIP]
START = CLIP[0].box

# As quick as it gets: all parts at work, on a small patch.
SMALL = 'rat:patch_side=64:channels=8:ranking_channels=8'


def follow(tracker: Tracker, images: Sequence[Image], start: Box) -> list[TrackResult]:
    tracker.init(images[0], start)
    return [tracker.track(image) for image in images[1:]]


def bits(results: Sequence[TrackResult]) -> list[tuple[Box, float, bytes, Box]]:
    """Return all of the results, bit by bit, but for the times."""
    found = []
    for result in results:
        assert result.attention is not None
        found.append((
            result.box, result.score, result.attention.map.tobytes(), result.attention.region))
    return found


def noise(image: Image) -> Image:
    return np.random.default_rng(0).integers(0, 256, image.shape, np.uint8)
