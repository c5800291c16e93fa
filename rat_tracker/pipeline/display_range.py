"""What is black and what is white in images whose encoding does not say it.

Thermal and infrared cameras publish counts (16UC1), depth cameras distances (32FC1), of which an
image uses a small part. Stretching each image by itself would make it flicker, which a tracker
takes for a change of the target; so the first images decide, and all others follow.
"""

from __future__ import annotations

from collections.abc import Callable
import math

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Image

Samples = npt.NDArray[np.generic]

_IMAGES = 10  # that decide: a third of a second of most cameras
# Dead and hot pixels are fewer than one in a thousand; a target may be little more.
_PERCENTILES = (0.1, 99.9)
_MOST_SAMPLES = 65_536  # that are looked at in an image


class DisplayRange:
    """The range of one input's values, as wide as the first images ask for, and then fixed.

    Any thread may convert: what decides is replaced as a whole.
    """

    def __init__(self, on_fixed: Callable[[str], object] | None = None) -> None:
        """Begin without a range.

        :param on_fixed: called once the range is fixed, with the sentence that says it; in the
            thread that converts
        """
        self._on_fixed = on_fixed
        self._encoding = ''
        self._limits: tuple[float, float] | None = None
        self._images = 0  # that have decided until now

    @property
    def text(self) -> str:
        """What is black and white, and by how many images; empty while that is not known."""
        if self._limits is None:
            return ''
        low, high = self._limits
        many = 'image' if self._images == 1 else f'{self._images} images'
        return (f'{self._encoding} images do not say what is black and what is white: by the '
                f'first {many} {low:.6g} is black and {high:.6g} is white')

    def forget(self) -> None:
        """Let the next images decide anew: they are another camera's."""
        self._limits, self._images = None, 0

    def to_8_bit(self, samples: Samples, encoding: str) -> Image:
        """Return samples as 0 to 255; NaN, which depth cameras put where they see nothing, is 0.

        :param samples: H×W or H×W×C numbers in this machine's order of bytes
        :param encoding: their encoding; another one than before begins anew
        """
        if encoding != self._encoding:
            self._encoding = encoding
            self.forget()
        # Garbage may hold floats whose differences are infinite, and that is white.
        with np.errstate(over='ignore', invalid='ignore'):
            if self._images < _IMAGES:
                self._widen(samples)
            limits = self._limits
            if limits is None:
                return np.zeros(samples.shape, np.uint8)
            return _scaled(samples, *limits)

    def _widen(self, samples: Samples) -> None:
        limits = _limits(samples)
        if limits is None:
            return
        low, high = self._limits or limits
        self._limits = min(low, limits[0]), max(high, limits[1])
        self._images += 1
        if self._images == _IMAGES and self._on_fixed is not None:
            self._on_fixed(f'{self.text}; so it is from now on')


def _limits(samples: Samples) -> tuple[float, float] | None:
    """Return the lowest and the highest value that count; None where there is but one value."""
    step = max(1, round((samples.size / _MOST_SAMPLES) ** 0.5))
    seen = samples[::step, ::step].astype(np.float64).ravel()
    # Sensors put zero where they see nothing.
    seen = seen[np.isfinite(seen) & (seen != 0)]
    if not seen.size:
        return None
    low, high = np.percentile(seen, _PERCENTILES).tolist()
    if low == high:  # of a small target on an even ground the percentiles see the ground only
        whole = samples[np.isfinite(samples)].astype(np.float64)
        low, high = float(whole.min()), float(whole.max())
    if samples.dtype.kind in 'iu':
        low, high = math.floor(low), math.ceil(high)
    return (low, high) if low < high else None


def _scaled(samples: Samples, low: float, high: float) -> Image:
    if samples.dtype.kind == 'f':
        values = np.nan_to_num(samples, nan=low).clip(low, high) - low
    elif samples.dtype.kind == 'u':
        values = samples.clip(int(low), int(high)) - samples.dtype.type(low)
    else:  # of which the differences may be too large for their own kind
        values = samples.astype(np.float64).clip(low, high) - low
    return cv2.convertScaleAbs(  # type: ignore[return-value]
        values, alpha=255 / (high - low))
