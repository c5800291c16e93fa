"""Regions as TraX writes them, and the box around each.

A rectangle is ``left,top,width,height``; a polygon is its corners, ``x,y,x,y,...``; a mask is
``mask:left,top,width,height,...`` and then counts, in turn, of pixels outside and inside the
target, row by row. A name with a colon, as in ``rect:`` or ``poly:``, may stand before all.

The protocol does not say where coordinates begin. Its users count from the image's top left
corner: vot-toolkit 0.7.4 takes a rectangle ``0,0,640,480`` to cover a whole image of 640×480
pixels, as ``rat_tracker.geometry`` does. A polygon's box reaches from the least to the greatest
coordinate, which is how the toolkit and the reference library turn a polygon into a rectangle.
"""

from __future__ import annotations

from collections.abc import Sequence
import math

import numpy as np

from rat_tracker.evaluation.trax.errors import shown
from rat_tracker.evaluation.trax.errors import TraxError
from rat_tracker.geometry import Box

FORMATS = ('rectangle', 'polygon', 'mask')
_LARGEST_MASK = 1 << 28  # pixels; more is a broken message, not an image


def parse_region(text: str) -> Box:
    """Return the box around a region.

    :raises TraxError: it is not a region, or one that holds nothing
    """
    kind, colon, rest = text.partition(':')
    try:
        values = [float(part) for part in (rest if colon else text).split(',')]
    except ValueError:
        raise TraxError(f'region {shown(text)} is not a list of numbers') from None
    if not all(math.isfinite(value) for value in values) or len(values) == 1:
        raise TraxError(f'region {shown(text)} says that there is no target; give a region')
    if kind == 'mask':
        return _around_mask(values, text)
    if len(values) == 4:
        return Box(*values)
    if len(values) >= 6 and len(values) % 2 == 0:
        left, right = min(values[::2]), max(values[::2])
        top, bottom = min(values[1::2]), max(values[1::2])
        return Box(left, top, right - left, bottom - top)
    raise TraxError(f'region {shown(text)} has {len(values)} numbers; a rectangle has 4, a '
                    'polygon an even number from 6 on')


def format_box(box: Box) -> str:
    """Write a rectangle with the digits that single precision, which clients use, can hold."""
    return ','.join(f'{value:.9g}' for value in box.values)


def _around_mask(values: Sequence[float], text: str) -> Box:
    numbers = np.array(values)
    if len(numbers) < 5 or (numbers != np.rint(numbers)).any() or (numbers[2:] < 0).any():
        raise TraxError(f'region {shown(text)} is not a mask: left, top, width, height and '
                        'counts of pixels, all whole numbers')
    left, top, width, height = values[:4]
    total = sum(values[4:])
    # Compared as floats: a count may be larger than any integer type holds.
    if width * height > _LARGEST_MASK or total > width * height:
        raise TraxError(f'region {shown(text)} has {total:.15g} pixels, which do not fit into '
                        f'{width:.15g}x{height:.15g}')
    counts = numbers[4:].astype(np.int64)
    inside = np.repeat(np.arange(len(counts)) % 2 == 1, counts)
    pixels = np.flatnonzero(inside)
    if len(pixels) == 0:
        raise TraxError(f'region {shown(text)} is a mask without a pixel; give a region')
    rows, columns = np.divmod(pixels, int(width))
    return Box(float(left + columns.min()), float(top + rows.min()),
               float(np.ptp(columns) + 1), float(np.ptp(rows) + 1))
