"""Where ``rat`` takes its target to be, and what that means for the next frame."""

from __future__ import annotations

from dataclasses import dataclass
import math

from rat_tracker.geometry import Box
from rat_tracker.geometry import region_size
from rat_tracker.geometry import SearchRegion
from rat_tracker.online.box_estimator import BoxEstimate
from rat_tracker.online.box_estimator import BoxEstimator
from rat_tracker.online.color_model import ColorModel
from rat_tracker.online.confidence import Confidence
from rat_tracker.online.scale_search import ScaleCandidate
from rat_tracker.trackers.rat.parameters import RatParameters


@dataclass(frozen=True, slots=True)
class Peak:
    """The peak of a response: its offset from the middle, as fractions of the map; its value."""

    dy: float
    dx: float
    value: float


class RatBox:
    """The target's box, moved by the peaks of responses.

    :param image_size: width and height of the images, in pixels
    :param box: the target in the first image
    :param confidence: what responses of this target mean
    :param colors: what colours this target has
    :param estimator: reads what the box head says of this target, if anything is asked of it
    """

    def __init__(
        self, parameters: RatParameters, image_size: tuple[int, int], box: Box,
        confidence: Confidence, colors: ColorModel, estimator: BoxEstimator | None = None,
    ) -> None:
        self._parameters = parameters
        self._image_size = image_size
        self.box = box
        smallest = parameters.smallest_side
        self._smallest = min(smallest, box.width), min(smallest, box.height)
        # The region's size follows the target's, so that the target always fills as many cells.
        # Its shape follows the box's within bounds: in a region that is far too wide because the
        # box is, the target looks narrower than any that the box head was trained on, and the
        # head makes the box wider still.
        width, height = region_size(box, parameters.region_factor)
        side = math.sqrt(box.area)
        self._region_width = width / side
        self._region_height = height / side
        self._first_aspect = box.width / box.height
        self.confidence = confidence
        self.colors = colors
        self.estimator = estimator

    @property
    def region(self) -> SearchRegion:
        """The search region around the target."""
        return self.region_around(self.box)

    def region_around(self, box: Box) -> SearchRegion:
        """Return the search region of a target that was in ``box``."""
        side = math.sqrt(box.area)
        most = self._parameters.region_stretch
        aspect = box.width / box.height / self._first_aspect
        wider = math.sqrt(min(max(aspect, 1 / most), most))
        return SearchRegion.around(
            box.center_x, box.center_y, side * self._region_width * wider,
            side * self._region_height / wider, self._parameters.patch_side)

    def update(
        self, region: SearchRegion, peak: Peak, scale: ScaleCandidate,
        estimate: BoxEstimate | None = None, *, learn: bool = True,
    ) -> bool:
        """Update the box, and what counts as a normal response, by the peak of a response.

        The box goes where the peak is. A frame above the learning threshold also changes its size
        and the normal response, and then the box goes some of the way to the head's. Any other
        moves the box only some of the way: if the target is hidden, the peak is a distractor or
        noise.

        :param region: what the response is of
        :param scale: at which the response has its peak
        :param estimate: what the box head says of the peak
        :param learn: off, the frame changes neither the size nor the normal response
        :return: whether to learn from the frame
        :raises FloatingPointError: the peak is not finite
        """
        at_peak = self.box_at(region, peak, scale, self.box)
        may_learn = self.confidence.may_learn(peak.value)
        width, height = self.box.width, self.box.height
        if may_learn and learn:
            self.confidence.learn(peak.value)
            width, height = width * scale.width, height * scale.height
        fraction = 1.0 if may_learn else self._parameters.low_confidence_step
        box = Box.from_center(
            self.box.center_x + fraction * (at_peak.center_x - self.box.center_x),
            self.box.center_y + fraction * (at_peak.center_y - self.box.center_y), width, height)
        if may_learn and learn:
            if self.estimator is not None and estimate is not None:
                self.estimator.learn(estimate)
                box = self.estimator.refine(box, estimate)
            box = self._bounded(box)
        self.box = box
        return may_learn and learn

    def strength(self, peak: Peak, estimate: BoxEstimate | None) -> float:
        """Return the peak's value, weighted by the quality that the box head sees there."""
        if self.estimator is None or estimate is None:
            return peak.value
        return peak.value * self.estimator.weight(estimate)

    def box_at(
        self, region: SearchRegion, peak: Peak, scale: ScaleCandidate, box: Box,
    ) -> Box:
        """Return a box of the size of ``box`` whose centre is the peak, or nearest in the image.

        :raises FloatingPointError: the peak is not finite
        """
        if not math.isfinite(peak.value):
            raise FloatingPointError(
                'the filters gave no finite response; select the target again')
        width, height = self._image_size
        covered = region.box
        x = covered.center_x + peak.dx * covered.width * scale.width
        y = covered.center_y + peak.dy * covered.height * scale.height
        return Box.from_center(
            min(max(x, 0.0), width), min(max(y, 0.0), height), box.width, box.height)

    def _bounded(self, box: Box) -> Box:
        """Return a box no smaller than a target may be and no larger than the image, around it."""
        width, height = self._image_size
        return Box.from_center(
            min(max(box.center_x, 0.0), width), min(max(box.center_y, 0.0), height),
            min(max(box.width, self._smallest[0]), width),
            min(max(box.height, self._smallest[1]), height))
