"""The pixels that a region covers, by the rules of vot-toolkit 0.7.4.

Coordinates are first held in single precision and rounded to whole numbers, halves to even ones.

- A rectangle covers the columns from its left edge on, as many as it is wide; rows alike. Left
  edge and width are rounded each by itself.
- A polygon's corners are pixels and belong to it: one with corners 0 and 10 covers 11 columns,
  where a rectangle from 0, 10 wide, covers 10. In each row, the columns where its sides meet the
  row are cut to whole numbers towards zero and sorted; what lies between the first two belongs to
  the polygon, then what lies between the next two. Where a corner makes two equal columns, one
  counts, unless they are the last.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from rat_tracker.datasets.sequence import Polygon
from rat_tracker.evaluation.vot.regions import Region
from rat_tracker.geometry import Box

Mask: TypeAlias = npt.NDArray[np.bool_]  # rows×columns of a window
Window: TypeAlias = tuple[int, int, int, int]  # first column and row, last column and row


def pixel_bounds(region: Region) -> Window:
    """Return the pixels that a region reaches; the image's corner pixel if it is none."""
    if region is None:
        return 0, 0, 0, 0
    if isinstance(region, Box):
        left, top, width, height = _whole(np.array(region.values))
        return int(left), int(top), int(left + width - 1), int(top + height - 1)
    corners = _whole(region)
    left, top = corners.min(axis=0)
    right, bottom = corners.max(axis=0)
    return int(left), int(top), int(right), int(bottom)


def raster(region: Region, window: Window) -> Mask:
    """Return which pixels of a window a region covers."""
    left, top, right, bottom = window
    mask = np.zeros((bottom - top + 1, right - left + 1), np.bool_)
    if isinstance(region, Box):
        first_column, first_row, last_column, last_row = pixel_bounds(region)
        mask[max(first_row - top, 0):max(last_row - top + 1, 0),
             max(first_column - left, 0):max(last_column - left + 1, 0)] = True
    elif region is not None:
        _fill(mask, _whole(region) - (left, top))
    return mask


def _whole(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.round(values.astype(np.float32)).astype(np.float64)


def _fill(mask: Mask, corners: Polygon) -> None:
    """Set the pixels of a polygon whose corners are counted from the mask's first pixel."""
    height, width = mask.shape
    rows = np.arange(height)[:, None]
    x, y = corners.T
    before_x, before_y = np.roll(x, 1), np.roll(y, 1)
    meets = (np.minimum(y, before_y) <= rows) & (rows <= np.maximum(y, before_y))
    rise = before_y - y
    flat = rise == 0
    # The order of these operations decides where the cut to a whole number falls.
    columns = x + np.where(flat, 0, (rows - y) / np.where(flat, 1, rise)) * (before_x - x)
    crossings = np.sort(np.where(meets, np.trunc(columns), np.inf), axis=1)
    for row, count in enumerate(meets.sum(axis=1).tolist()):
        for first, last in _spans(crossings[row, :count].astype(int).tolist()):
            if last >= 0 and first < width:
                mask[row, max(first, 0):last + 1] = True


def _spans(crossings: list[int]) -> list[tuple[int, int]]:
    """Return the first and last column of each stretch of a row inside the polygon."""
    spans = []
    index = 0
    while index < len(crossings) - 1:
        first, last = crossings[index:index + 2]
        if first == last and index < len(crossings) - 2:
            index += 1
            continue
        spans.append((first, last))
        index += 2
    return spans
