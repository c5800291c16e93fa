"""How much two regions overlap, by the rules of vot-toolkit 0.7.4: pixels are counted.

Only pixels of the image count. Two rules of the toolkit come out at the edges: regions that all
lie in one column or row of pixels overlap by 1, and regions of which the image shows one column
or row at most overlap by 0.
"""

from __future__ import annotations

from collections.abc import Sequence as List

import numpy as np
import numpy.typing as npt

from rat_tracker.evaluation.vot.raster import pixel_bounds
from rat_tracker.evaluation.vot.raster import raster
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.evaluation.vot.regions import Region
from rat_tracker.evaluation.vot.regions import Trajectory
from rat_tracker.geometry import Box

Values = npt.NDArray[np.float64]


def overlap(first: Region, second: Region, image_size: tuple[int, int]) -> float:
    """Return the pixels in both regions over the pixels in one of them at least, 0 to 1.

    :param image_size: width and height in pixels
    """
    first, second = _finite(first), _finite(second)
    bounds = pixel_bounds(first), pixel_bounds(second)
    left, top = (min(pair) for pair in list(zip(*bounds, strict=True))[:2])
    right, bottom = (max(pair) for pair in list(zip(*bounds, strict=True))[2:])
    if left >= right or top >= bottom:
        return 1.0
    width, height = image_size
    left, top = max(left, 0), max(top, 0)
    right, bottom = min(right, width - 1), min(bottom, height - 1)
    if left >= right or top >= bottom:
        return 0.0
    one, other = (raster(region, (left, top, right, bottom)) for region in (first, second))
    union = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / union if union else 0.0


def overlaps(trajectory: Trajectory, truth: List[Region], image_size: tuple[int, int]) -> Values:
    """Return the overlap in each frame; a frame with a code instead of a region overlaps by 0."""
    return np.array([
        overlap(None if isinstance(entry, Code) else entry, region, image_size)
        for entry, region in zip(trajectory, truth, strict=True)])


def _finite(region: Region) -> Region:
    """A tracker that answers nonsense overlaps nothing."""
    values = region.values if isinstance(region, Box) else region
    return region if values is not None and np.isfinite(values).all() else None
