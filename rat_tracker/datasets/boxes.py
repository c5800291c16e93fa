"""Boxes of many frames as one array, and which of its rows are boxes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[np.float64]  # n×4: left, top, width, height, in image pixels


def shows_target(boxes: Boxes) -> npt.NDArray[np.bool_]:
    """Return for each row whether it is a box: it is finite and has an area."""
    has_area = (boxes[:, 2:] > 0).all(axis=1)
    return np.asarray(np.isfinite(boxes).all(axis=1) & has_area)
