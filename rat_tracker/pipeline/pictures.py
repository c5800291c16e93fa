"""Pictures of an answer, as arrays."""

from __future__ import annotations

import numpy as np

from rat_tracker.drawing import attention_image
from rat_tracker.drawing import draw_overlay
from rat_tracker.drawing import GrayImage
from rat_tracker.geometry import Image
from rat_tracker.pipeline.result import Answer


def overlay_picture(answer: Answer) -> Image:
    """Return the image with box, state, score and attention drawn in, BGR."""
    return draw_overlay(answer.image, answer.box, answer.state, answer.score, answer.attention)


def attention_picture(answer: Answer) -> GrayImage:
    """Return where the tracker looks, in the image's geometry: black where it does not."""
    height, width = answer.image.shape[:2]
    if answer.attention is None:
        return np.zeros((height, width), np.uint8)
    return attention_image(answer.attention, width, height)
