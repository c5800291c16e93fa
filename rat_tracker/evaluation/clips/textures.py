"""Textures for synthetic clips: pictures that lie inside scikit-image's wheel, no download."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Image

# What is cut out of which picture of skimage.data: left, top, right, bottom; None: all of it.
_CUTS: dict[str, tuple[str, tuple[int, int, int, int] | None]] = {
    'cat': ('chelsea', (110, 20, 315, 285)),
    'face': ('astronaut', (165, 0, 295, 195)),
    'cup': ('coffee', (110, 40, 470, 340)),
    'rocket': ('rocket', (270, 20, 370, 420)),
    'brick': ('brick', None),
    'grass': ('grass', None),
    'gravel': ('gravel', None),
    'coins': ('coins', None),
    'tissue': ('immunohistochemistry', None),
    'stars': ('hubble_deep_field', None),
}
TEXTURES = tuple(_CUTS)


class TexturesMissing(ValueError):
    """Synthetic clips cannot be made without the package that brings the pictures."""


def texture(name: str) -> Image:
    """Return a texture, H×W×3 BGR.

    :raises ValueError: there is no texture of this name
    :raises TexturesMissing: scikit-image is not installed
    """
    try:
        picture, cut = _CUTS[name]
    except KeyError:
        raise ValueError(
            f'unknown texture {name!r}; choose from {", ".join(_CUTS)}') from None
    try:
        # Wanted by tests and measurements only, so it is not asked of everybody.
        from skimage import data  # noqa: PLC0415
    except ImportError:
        raise TexturesMissing(
            'synthetic clips need scikit-image; run: '
            'pip install -r requirements/test.txt') from None
    image: npt.NDArray[np.uint8] = getattr(data, picture)()
    code = cv2.COLOR_GRAY2BGR if image.ndim == 2 else cv2.COLOR_RGB2BGR
    left, top, right, bottom = cut or (0, 0, image.shape[1], image.shape[0])
    return cv2.cvtColor(image[top:bottom, left:right], code)  # type: ignore[return-value]
