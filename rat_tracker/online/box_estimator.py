"""What the box head says of one target: where to look for it, and which box it has there.

The head (``rat_tracker.networks.box_head``) knows the target by its template of the first frame.
It errs in the same way on the same target, frame after frame: what it makes of the first frame,
whose box is known, is what it is corrected by later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import torch
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.geometry import Box
from rat_tracker.geometry import SearchRegion
from rat_tracker.networks.box_head import STRIDE

# How many values ``read`` returns.
VALUES = 5
# How fast a cell's box counts less with its distance from the peak: standard deviation, in cells.
_NEAR = 0.8
_SMALLEST = 1e-6
_MEMORY = 30  # frames over which the usual quality is averaged


@dataclass(frozen=True)
class BoxEstimatorParameters:
    """How much the head counts; a tracker gives the values."""

    prior_power: float  # of the quality by which the response is multiplied; 0 turns that off
    prior_floor: float  # what is added to it, so that no place is out of the question
    strength_power: float  # of the quality by which a peak counts for more or less; 0: for itself
    rate: float  # part of the way to the head's box; 0 turns that off

    @property
    def used(self) -> bool:
        """Whether anything is asked of the head."""
        return self.prior_power > 0 or self.strength_power > 0 or self.rate > 0


@dataclass(frozen=True, slots=True)
class BoxEstimate:
    """What the head says of the place of a peak.

    :param box: in image pixels
    :param quality: as a fraction of the first frame's
    """

    box: Box
    quality: float


class BoxEstimator:
    """Reads the head's outputs around the peaks of responses.

    :param looks: what ``read`` returned for looks at the first frame
    :param boxes: the target in each of these patches, in patch pixels
    """

    def __init__(
        self, parameters: BoxEstimatorParameters, looks: Sequence[Sequence[float]],
        boxes: Sequence[Box],
    ) -> None:
        self._parameters = parameters
        found = [(Box(*look[:4]), box) for look, box in zip(looks, boxes, strict=True)]
        self._right = median((one.center_x - box.center_x) / box.width for one, box in found)
        self._down = median((one.center_y - box.center_y) / box.height for one, box in found)
        self._wider = median(one.width / box.width for one, box in found)
        self._taller = median(one.height / box.height for one, box in found)
        self._quality = max(median(look[4] for look in looks), _SMALLEST)
        self._usual = 1.0  # quality, as a fraction of the first frame's
        self._frames = 1

    def estimate(self, values: Sequence[float], region: SearchRegion) -> BoxEstimate:
        """Return what ``read`` returned, corrected, in the image.

        :param region: what the patch shows
        """
        found = region.to_image(Box(*values[:4]))
        width, height = found.width / self._wider, found.height / self._taller
        return BoxEstimate(
            Box.from_center(found.center_x - self._right * width,
                            found.center_y - self._down * height, width, height),
            values[4] / self._quality)

    def weight(self, estimate: BoxEstimate) -> float:
        """Return by how much a peak counts for more or less, by how usual its quality is.

        The quality falls for good where a target has turned or come closer; where it falls all at
        once, the target has gone.
        """
        usual = max(self._usual, _SMALLEST)
        return (estimate.quality / usual) ** self._parameters.strength_power

    def learn(self, estimate: BoxEstimate) -> None:
        """Count the quality in a frame above the learning threshold as usual."""
        self._frames = min(self._frames + 1, _MEMORY)
        self._usual += (estimate.quality - self._usual) / self._frames

    def refine(self, box: Box, estimate: BoxEstimate) -> Box:
        """Return a box that went some of the way to the estimate, the farther the more it is sure.

        The size goes along its logarithm, so that twice and half are as far.
        """
        part = self._parameters.rate * min(estimate.quality, 1.0)
        to = estimate.box
        return Box.from_center(
            box.center_x + part * (to.center_x - box.center_x),
            box.center_y + part * (to.center_y - box.center_y),
            box.width * (to.width / box.width) ** part,
            box.height * (to.height / box.height) ** part)


def prior(parameters: BoxEstimatorParameters, quality: Tensor, size: int) -> Tensor:
    """Return what a response is multiplied by, 1×size×size.

    :param quality: 1×rows×columns, in [0, 1]
    """
    weights = quality.pow(parameters.prior_power) + parameters.prior_floor
    return F.interpolate(weights[:, None], (size, size), mode='bilinear', align_corners=False)[0]


def read(quality: Tensor, distances: Tensor, point: Tensor) -> Tensor:
    """Return the box that the head sees around a point, and how good it takes that to be.

    The boxes of the 3×3 cells around it are averaged, each by the square of its quality and by how
    near it is. Nothing is read back from the device.

    :param quality: 1×rows×columns, in [0, 1]; at least 3×3
    :param distances: 1×4×rows×columns, see ``BoxPrediction``
    :param point: row and column, in patch pixels
    :return: ``VALUES``: left, top, width and height in patch pixels; the best cell's quality
    """
    rows, columns = quality.shape[1:]
    steps = torch.arange(-1, 2, device=quality.device)
    cell = point / STRIDE - 0.5
    row = cell[0].round().long().clamp(1, rows - 2) + steps
    column = cell[1].round().long().clamp(1, columns - 2) + steps
    indices = (row[:, None] * columns + column).flatten()
    around = quality.flatten().index_select(0, indices)
    left, top, right, bottom = distances.flatten(2)[0].index_select(1, indices)
    y = ((row + 0.5) * STRIDE).repeat_interleave(3)
    x = ((column + 0.5) * STRIDE).repeat(3)
    away = ((y - point[0]).square() + (x - point[1]).square()) / STRIDE ** 2
    weights = around.square() * torch.exp(-0.5 / _NEAR ** 2 * away) + _SMALLEST
    sides = torch.stack((x - left, y - top, left + right, top + bottom))
    return torch.cat((sides @ weights / weights.sum(), around.amax()[None]))


def looks_at(quality: Tensor, distances: Tensor, points: Sequence[tuple[float, float]],
             ) -> list[list[float]]:
    """Return what ``read`` returns for each of N patches, at one point each; this waits.

    :param points: row and column, in patch pixels
    """
    return [
        read(quality[index:index + 1], distances[index:index + 1],
             torch.tensor(point, device=quality.device)).tolist()
        for index, point in enumerate(points)]

