"""Pictures of a result, as arrays."""

from __future__ import annotations

import numpy as np

from rat_tracker.drawing import attention_image
from rat_tracker.drawing import draw_overlay
from rat_tracker.drawing import GrayImage
from rat_tracker.geometry import Image
from rat_tracker.pipeline.result import TrackingResult


def overlay_picture(result: TrackingResult) -> Image:
    """Return the image with box, state, score and attention drawn in, BGR."""
    return draw_overlay(result.image, result.box, result.state, result.score, result.attention)


def attention_picture(result: TrackingResult) -> GrayImage:
    """Return where the tracker looks, in the image's geometry: black where it does not."""
    height, width = result.image.shape[:2]
    if result.attention is None:
        return np.zeros((height, width), np.uint8)
    return attention_image(result.attention, width, height)
