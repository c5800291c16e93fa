"""Where the target is: directions and places to the images in which it is tracked."""

from __future__ import annotations

import threading

from rclpy.lifecycle import LifecycleNode
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.depth import distance_in
from rat_tracker.position import bearing
from rat_tracker.position import depth_deviation
from rat_tracker.position import Position
from rat_tracker.position import position_at
from rat_tracker.position import position_by_size
from rat_tracker.ros.answer import Answer
from rat_tracker.ros.calibration_input import CalibrationInput
from rat_tracker.ros.depth_image import depth_values
from rat_tracker.ros.depth_image import registered_box
from rat_tracker.ros.depth_input import DepthInput
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.position_publishers import PositionPublishers
from rat_tracker.ros.position_status import PositionStatus
from rat_tracker.ros.settings import Settings
from rat_tracker.ros.sighting import Sighting
from rat_tracker.ros.stamp_matcher import Pair
from rat_tracker.ros.stamp_matcher import StampMatcher
from rat_tracker.target import State

_THROTTLE = 5.0  # seconds between two log lines of one kind


class PositionOutputs:
    """From ``configure`` to ``cleanup``; it is told the answers, and tells where the target is.

    The worker's thread brings answers and publishes what needs no depth or has it already. Where
    depth comes after its answer, the executor's thread publishes. A lock keeps them apart; what
    is done under it takes less than a millisecond.
    """

    def __init__(self, node: LifecycleNode, settings: Settings) -> None:
        self._node = node
        self._source = settings.position_source
        self._lock = threading.Lock()
        self._publishers = PositionPublishers(node, settings.publish_tf)
        self._matcher: StampMatcher[Sighting, ImageMessage] = StampMatcher()
        self._calibration: CalibrationInput | None = None
        self._depth: DepthInput | None = None
        self._id = ''
        self._status = PositionStatus(self._source)
        self.apply(settings)

    def apply(self, settings: Settings) -> None:
        """Take over parameters that may change while the node runs."""
        with self._lock:
            self._settings = settings
            self._matcher.tolerance = settings.depth_tolerance
            self._publishers.target_frame = settings.target_frame

    def activate(self, calibration: CalibrationInput) -> None:
        """Begin to publish, and subscribe to depth where it is needed."""
        with self._lock:
            self._calibration = calibration
            self._status = PositionStatus(self._source)
        if self._source == 'depth':
            self._depth = DepthInput(self._node, self._take_depth)

    def deactivate(self) -> None:
        """Publish nothing after this returns, whichever thread tries."""
        with self._lock:
            self._calibration = None
            self._publishers.hide()
            self._matcher.clear()
        if self._depth is not None:
            self._depth.close()
            self._depth = None

    def close(self) -> None:
        """Give the topics back."""
        self.deactivate()
        self._publishers.close()

    # In the executor's thread

    def complaint(self) -> str | None:
        """Return why somebody who subscribes to a position gets none; None if all is well."""
        publishers, depth = self._publishers, self._depth
        return self._status.complaint(
            publishers.position_wanted or publishers.bearing_wanted, publishers.pose_wanted,
            None if depth is None else depth.fault)

    def values(self) -> list[tuple[str, str]]:
        """Return what the diagnostics say about positions."""
        return self._status.values(None if self._depth is None else self._depth.fault)

    def _take_depth(self, stamp: int, message: ImageMessage) -> None:
        with self._lock:
            if self._calibration is not None and self._publishers.position_wanted:
                for pair in self._matcher.put_depth(stamp, message):
                    self._attempt(pair)

    # In the worker's thread

    def publish(self, answer: Answer) -> None:
        """Tell where the target is, now or when its depth has come; nothing if it is in doubt."""
        with self._lock:
            if self._calibration is None:
                return
            if answer.id != self._id or answer.state is not State.TRACKING:
                self._matcher.forget_sightings()
            self._id = answer.id
            self._status.state = answer.state
            if answer.state not in (State.TRACKING, State.UNCERTAIN):
                self._publishers.hide()
                return
            try:
                self._see(answer, self._calibration)
            except Exception as error:  # noqa: BLE001 - it must cost neither target nor node
                self._report(error)

    def _see(self, answer: Answer, calibration: CalibrationInput) -> None:
        header = answer.frame.message.header
        size = answer.image.shape[1], answer.image.shape[0]
        try:
            model = calibration.model(*size, header.frame_id)
            if not (self._publishers.position_wanted or self._publishers.bearing_wanted):
                self._status.idle()
                return
            ray = bearing(model, answer.box)
        except ValueError as error:
            self._status.no_bearing(str(error))
            self._publishers.hide()
            return
        sighting = Sighting(
            header, size, answer.id, answer.state, answer.score, answer.box, model, ray)
        if answer.state is State.TRACKING:
            self._publishers.publish_bearing(sighting)
            self._status.bearing(ray)
            if self._publishers.position_wanted and self._source != 'bearing':
                self._locate(sighting)
                return
        self._publishers.draw(sighting)

    def _locate(self, sighting: Sighting) -> None:
        if self._source == 'size':
            self._attempt(Pair(sighting, None, 0.0))
            return
        stamp = nanoseconds(sighting.header.stamp)
        if not stamp:
            self._status.no_pose('the images have a zero stamp, by which no depth image can be '
                                 'found; let the camera driver set header.stamp')
            self._publishers.draw(sighting)
            return
        for pair in self._matcher.put_sighting(stamp, sighting):
            self._attempt(pair)

    # In either thread

    def _attempt(self, pair: Pair[Sighting, ImageMessage]) -> None:
        sighting, settings = pair.sighting, self._settings
        try:
            if self._source == 'size':
                position = position_by_size(
                    sighting.model, sighting.box, settings.target_height, settings.target_width,
                    settings.box_deviation)
            else:
                position = self._by_depth(pair)
            self._publishers.publish_position(sighting, position)
            self._status.pose(position)
        except ValueError as reason:
            self._status.no_pose(str(reason))
        except Exception as error:  # noqa: BLE001 - it must cost neither target nor node
            self._report(error)
        self._publishers.draw(sighting)

    def _by_depth(self, pair: Pair[Sighting, ImageMessage]) -> Position:
        sighting, message = pair.sighting, pair.depth
        if message is None:
            raise ValueError(
                f"the nearest depth image is {pair.gap:.3g} s from the image's stamp, and "
                f'depth_tolerance is {self._matcher.tolerance:g} s; raise it, or let the camera '
                'stamp both by one clock')
        values, unit = depth_values(message)
        box = registered_box(
            sighting.box, sighting.image_size, sighting.header.frame_id, message)
        distance = distance_in(values, box, unit)
        return position_at(
            sighting.model, sighting.box, distance.z,
            depth_deviation(distance.z, distance.spread), self._settings.box_deviation)

    def _report(self, error: Exception) -> None:
        self._status.no_pose(f'{error}')
        self._node.get_logger().error(
            f'a position could not be published: {error}', throttle_duration_sec=_THROTTLE)
