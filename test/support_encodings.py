"""How many bytes an image takes in each encoding, told without the code that reads it."""

from __future__ import annotations

import re

_CHANNELS = {'bgr': 3, 'rgb': 3, 'bgra': 4, 'rgba': 4}


def rows_and_step(encoding: str, width: int, height: int) -> tuple[int, int]:
    """Return how many rows of data an image has, and how many bytes each takes."""
    if encoding == 'nv24':
        return 3 * height, width
    if encoding.startswith('nv'):
        return height * 3 // 2, width
    return height, width * _pixel_bytes(encoding)


def _pixel_bytes(encoding: str) -> int:
    if match := re.fullmatch(r'(\d+)[USF]C(\d)', encoding):
        return int(match[1]) // 8 * int(match[2])
    if encoding.startswith('yu') or encoding == 'uyvy':
        return 2
    return _CHANNELS.get(encoding.rstrip('168'), 1) * (2 if encoding.endswith('16') else 1)
