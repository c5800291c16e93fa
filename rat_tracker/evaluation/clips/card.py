"""A textured rectangle that is drawn at an exact, sub-pixel place."""

from __future__ import annotations

from dataclasses import dataclass
import math

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.evaluation.clips.textures import texture
from rat_tracker.geometry import Box

Pixels = npt.NDArray[np.float32]  # H×W×3, grey levels, or H×W, parts of one


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a card is: its centre in pixels, its scale and its angle in radians."""

    x: float
    y: float
    scale: float
    angle: float


class Card:
    """A textured rectangle that can be drawn at any place."""

    def __init__(self, name: str, width: float, height: float) -> None:
        self.width, self.height = width, height
        # One texel per pixel at scale 1, as near as whole texels allow.
        columns, rows = max(1, round(width)), max(1, round(height))
        self._texels = cv2.resize(
            texture(name), (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float32)

    def blend(self, other: Card, share: float) -> None:
        """Make this card's picture resemble another's; both are of one size.

        :param share: of the other's picture, 0 to 1
        """
        self._texels = (1 - share) * self._texels + share * other._texels

    def box(self, pose: Pose) -> Box:
        """Return the upright box around the card."""
        cosine, sine = abs(math.cos(pose.angle)), abs(math.sin(pose.angle))
        return Box.from_center(
            pose.x, pose.y, pose.scale * (self.width * cosine + self.height * sine),
            pose.scale * (self.width * sine + self.height * cosine))

    def draw(self, canvas: Pixels, pose: Pose) -> Pixels:
        """Draw onto the canvas and return how much of each pixel the card covers."""
        rows, columns = self._texels.shape[:2]
        size = canvas.shape[1], canvas.shape[0]
        # Texel = linear · (pixel - centre) + half the card; a centre is half a step off its index.
        cosine, sine = math.cos(pose.angle), math.sin(pose.angle)
        linear = np.array([[cosine, sine], [-sine, cosine]]) / pose.scale
        linear *= np.array([[columns / self.width], [rows / self.height]])
        offset = (np.array([columns, rows]) / 2 - 0.5
                  + linear @ (0.5 - np.array([pose.x, pose.y])))
        to_texel = np.column_stack([linear, offset])
        color = cv2.warpAffine(
            self._texels, to_texel, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE)
        cover = self._cover(pose, size)
        canvas += (color - canvas) * cover[..., None]
        return cover

    def _cover(self, pose: Pose, size: tuple[int, int]) -> Pixels:
        """Return how much of each pixel the card covers: exact for an upright card."""
        x = np.arange(size[0], dtype=np.float32) + 0.5 - pose.x
        y = np.arange(size[1], dtype=np.float32)[:, None] + 0.5 - pose.y
        cosine, sine = math.cos(pose.angle), math.sin(pose.angle)
        # How far the card reaches beyond the pixel's centre, in pixels, along both its sides.
        beyond_x = self.width * pose.scale / 2 - np.abs(x * cosine + y * sine)
        beyond_y = self.height * pose.scale / 2 - np.abs(y * cosine - x * sine)
        cover = np.clip(beyond_x + 0.5, 0, 1) * np.clip(beyond_y + 0.5, 0, 1)
        return cover.astype(np.float32)
