"""Where a tracked target is: results brought together with the depth of their time.

The distance comes from the depth image nearest in time, or from the target's known size.
"""

from __future__ import annotations

from dataclasses import dataclass
import math
from typing import Any

from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.position.back_projection import bearing
from rat_tracker.position.back_projection import depth_deviation
from rat_tracker.position.back_projection import Position
from rat_tracker.position.back_projection import position_at
from rat_tracker.position.back_projection import position_by_size
from rat_tracker.position.camera_model import CameraModel
from rat_tracker.position.camera_model import Floats
from rat_tracker.position.depth import distance_in
from rat_tracker.position.depth_image import depth_values
from rat_tracker.position.depth_image import registered_box
from rat_tracker.position.parameters import PositionParameters
from rat_tracker.position.stamp_matcher import Pair
from rat_tracker.position.stamp_matcher import StampMatcher
from rat_tracker.target import State
from rat_tracker.target import TargetEstimate


@dataclass(frozen=True, slots=True, eq=False)
class SeenTarget:
    """What is kept of a result while it waits for its depth: not the image."""

    header: Any  # of the image
    stamp: int   # nanoseconds; 0 where the image has none
    image_size: tuple[int, int]  # width, height
    id: str
    estimate: TargetEstimate
    model: CameraModel
    ray: Floats  # unit vector towards the box's centre, in the optical frame
    segmented: bool = False  # the box began as one that was made around a point
    recorded: int = 0      # when its image was, nanoseconds, where that is out of a bag


def seen_target(result: TrackingResult, model: CameraModel, recorded: int = 0) -> SeenTarget:
    """Return the target of an image that this camera took.

    :param recorded: see ``SeenTarget``
    :raises ValueError: the lens shows nothing at the box's centre
    """
    height, width = result.image.shape[:2]
    return SeenTarget(
        result.frame.message.header, result.frame.stamp, (width, height), result.id,
        result.estimate, model, bearing(model, result.estimate.box),
        result.selection is not None and result.selection.segmented, recorded)


Located = Pair[SeenTarget, Any]  # with its depth image's message, if there is one


class Locator:
    """Hand out targets once their position can be computed, by depth or by size; not thread-safe.

    ``on_result`` is called with every result, before its target is pushed.
    """

    def __init__(self, parameters: PositionParameters) -> None:
        self._matcher: StampMatcher[SeenTarget, Any] = StampMatcher()
        self._id = ''
        self.apply(parameters)

    def apply(self, parameters: PositionParameters) -> None:
        """Take over other parameters."""
        self._parameters = parameters
        self._matcher.tolerance = parameters.depth_tolerance

    def on_result(self, result: TrackingResult) -> int:
        """Let go of the targets that wait, once the target is another one or not TRACKING.

        :returns: how many these were
        """
        same = result.id == self._id and result.estimate.state is State.TRACKING
        self._id = result.id
        return 0 if same else self._matcher.forget_targets()

    def push_target(self, target: SeenTarget) -> list[Located]:
        """Take in a target and return what is decided now, oldest first.

        :raises ValueError: its depth cannot be found; the message says why
        """
        if self._parameters.source == 'size':
            return [Pair(target, None, 0.0)]
        if not target.stamp:
            raise ValueError('the images have a zero stamp, by which no depth image can be '
                             'found; let the camera driver set header.stamp')
        return self._matcher.push_target(target.stamp, target)

    def push_depth(self, stamp: int, message: Any) -> list[Located]:
        """Take in a depth image's message and return what is decided now, oldest first.

        :param stamp: nanoseconds
        """
        return self._matcher.push_depth(stamp, message)

    def end(self) -> list[Located]:
        """Return the targets that wait, oldest first: no depth is to come any more."""
        return self._matcher.decide()

    def clear(self) -> None:
        """Let go of everything."""
        self._matcher.clear()

    def position(self, located: Located) -> Position:
        """Return where a target is.

        :raises ValueError: that is not known; the message says why
        """
        if self._parameters.source == 'size':
            return self._by_size(located.target)
        return self._by_depth(located)

    def position_at_once(self, target: SeenTarget) -> Position | None:
        """Return where a target is if that is known without a depth image, which comes later."""
        if self._parameters.source != 'size':
            return None
        try:
            return self._by_size(target)
        except ValueError:  # ``position`` says why
            return None

    def _by_size(self, target: SeenTarget) -> Position:
        if target.segmented:
            raise ValueError('the box was made around a point and may hold a part of the target '
                             'only, which would seem far away; select the target by a box around '
                             'all of it')
        parameters = self._parameters
        return position_by_size(
            target.model, target.estimate.box, parameters.target_height,
            parameters.target_width, parameters.box_deviation)

    def _by_depth(self, pair: Located) -> Position:
        target, message, parameters = pair.target, pair.depth, self._parameters
        if math.isinf(pair.gap):
            raise ValueError('no depth image with a stamp came; let the camera publish depth '
                             'registered to colour')
        if message is None:
            raise ValueError(
                f"the nearest depth image is {pair.gap:.3g} s from the image's stamp, and "
                f'depth_tolerance is {parameters.depth_tolerance:g} s; raise it, or let the '
                'camera stamp both by one clock')
        values, unit = depth_values(message)
        box = target.estimate.box
        height, width = values.shape
        distance = distance_in(values, registered_box(
            box, target.image_size, target.header.frame_id, (width, height),
            message.header.frame_id), unit)
        return position_at(
            target.model, box, distance.z, depth_deviation(distance.z, distance.spread),
            parameters.box_deviation)
