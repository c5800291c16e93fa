"""How the same thing looks in other light, to another camera, in motion."""

from __future__ import annotations

from dataclasses import dataclass
import math

import cv2
import numpy as np

from rat_tracker.geometry import Image


@dataclass(frozen=True, slots=True)
class Appearance:
    """How much patches are changed.

    :param light: standard deviation of the logarithm of the gain
    :param contrast: likewise of the distance from the mean
    :param color: likewise of the gain of each channel
    :param grey: share of the patches that lose their colour
    :param blur: share that is out of focus, by up to ``sigma``
    :param sigma: patch pixels
    :param motion: share that is blurred by motion, along up to ``way``
    :param way: patch pixels
    :param noise: share with noise, of a standard deviation of up to ``level``
    :param level: grey levels
    """

    light: float = 0.15
    contrast: float = 0.15
    color: float = 0.05
    grey: float = 0.08
    blur: float = 0.12
    sigma: float = 2.0
    motion: float = 0.1
    way: float = 14.0
    noise: float = 0.12
    level: float = 12.0

    def vary(self, random: np.random.Generator, pixels: Image) -> Image:
        """Return a changed copy of a patch.

        It takes the same number of random numbers whatever they say, but for those of noise.

        :param pixels: H×W×3 uint8 BGR
        """
        logs, shares = random.normal(size=5), random.random(6)
        pixels = cv2.LUT(pixels, self._curves(  # type: ignore[assignment]
            logs, float(pixels.mean())))
        if shares[0] < self.grey:
            pixels = cv2.cvtColor(  # type: ignore[assignment]
                cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        if shares[1] < self.blur:
            pixels = cv2.GaussianBlur(  # type: ignore[assignment]
                pixels, (0, 0), 0.3 + shares[2] * (self.sigma - 0.3))
        elif shares[1] < self.blur + self.motion:
            pixels = _moved(pixels, shares[2] * self.way, math.pi * shares[3])
        if shares[4] < self.noise:
            noise = random.standard_normal(pixels.shape, np.float32)
            pixels = cv2.addWeighted(  # type: ignore[assignment]
                pixels, 1.0, noise, shares[5] * self.level, 0.0, dtype=cv2.CV_8U)
        return pixels

    def _curves(self, logs: np.ndarray, mean: float) -> Image:
        """Return what becomes of the 256 levels of each channel, 1×256×3."""
        gain = math.exp(self.light * logs[0]) * np.exp(self.color * logs[2:])
        levels = np.arange(256.0)[:, None]
        levels = mean + (levels - mean) * math.exp(self.contrast * logs[1])
        return np.clip(np.rint(levels * gain), 0, 255).astype(np.uint8)[None]


def _moved(pixels: Image, way: float, angle: float) -> Image:
    """Return the mean of a patch along a straight way."""
    size = 2 * math.ceil(way / 2) + 1
    kernel = np.zeros((size, size), np.float32)
    ahead = np.array([math.cos(angle), math.sin(angle)]) * way / 2 * 16
    middle = np.full(2, size // 2 * 16)
    start, end = (np.rint(middle + sign * ahead).astype(int).tolist() for sign in (-1, 1))
    cv2.line(kernel, start, end, (1.0,), 1, cv2.LINE_8, 4)
    return cv2.filter2D(  # type: ignore[return-value]
        pixels, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)
