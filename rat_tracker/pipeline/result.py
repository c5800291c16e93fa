"""What is known of the target in one image, before it is written as messages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rat_tracker.drawing import attention_image
from rat_tracker.drawing import draw_overlay
from rat_tracker.drawing import GrayImage
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.pipeline.frame import Frame
from rat_tracker.pipeline.selection import Selection
from rat_tracker.target import TargetEstimate

NOWHERE = Box(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class TrackingResult:
    """The target in one image.

    While nothing is selected, ``selection`` is None and the estimate SEARCHING at ``NOWHERE``.
    """

    frame: Frame
    image: Image             # the frame's, H×W×3 uint8 BGR
    estimate: TargetEstimate
    selection: Selection | None = None
    last_seen: int = 0       # stamp of the last image in state TRACKING, nanoseconds

    @property
    def id(self) -> str:
        """The selection's; empty while nothing is selected."""
        return '' if self.selection is None else self.selection.id

    @property
    def age(self) -> int:
        """Nanoseconds of image time since the selection; 0 where stamps tell none."""
        if self.selection is None:
            return 0
        return max(self.frame.stamp - self.selection.frame.stamp, 0)

    def overlay(self) -> Image:
        """Return a copy of the image with box, state, score and attention drawn in, BGR."""
        estimate = self.estimate
        return draw_overlay(
            self.image, estimate.box, estimate.state, estimate.score, estimate.attention)

    def attention(self) -> GrayImage:
        """Return the attention in the image's geometry, H×W uint8: 255 where it is 1."""
        height, width = self.image.shape[:2]
        if self.estimate.attention is None:
            return np.zeros((height, width), np.uint8)
        return attention_image(self.estimate.attention, width, height)
