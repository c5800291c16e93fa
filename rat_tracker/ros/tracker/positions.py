"""Where the target is: bearings and positions to the images in which it is tracked."""

from __future__ import annotations

import threading

from rclpy.lifecycle import LifecycleNode
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.position.back_projection import Position
from rat_tracker.position.camera_model import Floats
from rat_tracker.position.locator import Located
from rat_tracker.position.locator import Locator
from rat_tracker.position.locator import seen_target
from rat_tracker.position.locator import SeenTarget
from rat_tracker.ros.tracker.inputs import CalibrationInput
from rat_tracker.ros.tracker.inputs import DepthInput
from rat_tracker.ros.tracker.position_publishers import PositionPublishers
from rat_tracker.ros.tracker.settings import TrackerSettings
from rat_tracker.target import State

_THROTTLE = 5.0  # seconds between two log lines of one kind
_NOT_TRACKED = 'none: no target is tracked'
_NOBODY = 'none: nobody subscribes'


class PositionOutputs:
    """Publish where the target is, from ``configure`` to ``cleanup``.

    The worker's thread brings results and publishes what needs no depth or has it already. Where
    depth comes after its result, the executor's thread publishes. A lock keeps them apart; what
    is done under it takes less than a millisecond.
    """

    def __init__(self, node: LifecycleNode, settings: TrackerSettings) -> None:
        self._node = node
        self._source = settings.position_source
        self._transport = settings.depth_transport
        self._lock = threading.Lock()
        self._publishers = PositionPublishers(
            node, settings.publish_tf, self._adjust_depth)
        self._locator = Locator(settings.position)
        self._calibration: CalibrationInput | None = None
        self._depth: DepthInput | None = None
        self._status = PositionStatus(self._source)
        self.apply(settings)

    def apply(self, settings: TrackerSettings) -> None:
        """Take over parameters that may change while the node runs."""
        with self._lock:
            self._locator.apply(settings.position)
            self._publishers.target_frame = settings.target_frame

    def activate(self, calibration: CalibrationInput) -> None:
        """Begin to publish."""
        with self._lock:
            self._calibration = calibration
            self._status = PositionStatus(self._source)
        self._adjust_depth()

    def deactivate(self) -> None:
        """Publish nothing after this returns, whichever thread tries."""
        with self._lock:
            self._calibration = None
            self._publishers.hide()
            self._locator.clear()
        self._adjust_depth()

    def close(self) -> None:
        """Give the topics back."""
        self.deactivate()
        self._publishers.close()

    # In the executor's thread

    def _adjust_depth(self) -> None:
        """Subscribe to depth while somebody subscribes to what is made of it."""
        wanted = (self._source == 'depth' and self._calibration is not None
                  and self._publishers.position_wanted)
        if wanted and self._depth is None:
            self._depth = DepthInput(self._node, self._transport, self._on_depth)
        elif not wanted and self._depth is not None:
            self._depth.close()
            self._depth = None

    def fault(self) -> str | None:
        """Return why somebody who subscribes to a position gets none; None if all is well."""
        publishers, depth = self._publishers, self._depth
        return self._status.fault(
            publishers.position_wanted or publishers.bearing_wanted, publishers.pose_wanted,
            None if depth is None else depth.fault)

    def values(self) -> list[tuple[str, str]]:
        """Return what the diagnostics say about positions."""
        return self._status.values(None if self._depth is None else self._depth.fault)

    def _on_depth(self, stamp: int, message: ImageMessage | CompressedImage) -> None:
        with self._lock:
            if self._calibration is not None:
                for located in self._locator.push_depth(stamp, message):
                    self._attempt(located)

    # In the worker's thread

    def at_once(self, result: TrackingResult) -> Position | None:
        """Return where a TRACKING target is, if that is known before its depth has come."""
        with self._lock:
            if self._calibration is None or result.estimate.state is not State.TRACKING:
                return None
            height, width = result.image.shape[:2]
            try:
                return self._locator.position_at_once(seen_target(result, self._calibration.model(
                    width, height, result.frame.message.header.frame_id)))
            except Exception:  # noqa: BLE001 - on_result, which comes next, says why
                return None

    def on_result(self, result: TrackingResult) -> None:
        """Publish where a TRACKING target is, now or when its depth has come."""
        with self._lock:
            if self._calibration is None:
                return
            self._locator.on_result(result)
            self._status.state = result.estimate.state
            if result.estimate.state not in (State.TRACKING, State.UNCERTAIN):
                self._publishers.hide()
                return
            try:
                self._publish(result, self._calibration)
            except Exception as error:  # noqa: BLE001 - it must cost neither target nor node
                self._report(error)

    def _publish(self, result: TrackingResult, calibration: CalibrationInput) -> None:
        height, width = result.image.shape[:2]
        try:
            model = calibration.model(width, height, result.frame.message.header.frame_id)
            if not (self._publishers.position_wanted or self._publishers.bearing_wanted):
                self._status.idle()
                return
            target = seen_target(result, model)
        except ValueError as error:
            self._status.no_bearing(str(error))
            self._publishers.hide()
            return
        if result.estimate.state is State.TRACKING:
            self._publishers.publish_bearing(target)
            self._status.bearing(target.ray)
            if not self._publishers.position_wanted:
                self._status.idle_pose()
            elif self._source != 'bearing':
                self._locate(target)
                return
        self._publishers.draw(target)

    def _locate(self, target: SeenTarget) -> None:
        try:
            decided = self._locator.push_target(target)
        except ValueError as reason:
            self._status.no_pose(str(reason))
            self._publishers.draw(target)
            return
        for located in decided:
            self._attempt(located)

    # In either thread

    def _attempt(self, located: Located) -> None:
        try:
            position = self._locator.position(located)
            self._publishers.publish_position(located.target, position)
            self._status.pose(position)
        except ValueError as reason:
            self._status.no_pose(str(reason))
        except Exception as error:  # noqa: BLE001 - it must cost neither target nor node
            self._report(error)
        self._publishers.draw(located.target)

    def _report(self, error: Exception) -> None:
        self._status.no_pose(str(error))
        if self._node.context.ok():  # else it is being shut down, and there is nobody to tell
            self._node.get_logger().error(
                f'a position could not be published: {error}', throttle_duration_sec=_THROTTLE)


class PositionStatus:
    """What became of the newest positions, in words, for the diagnostics.

    Written by whichever thread publishes, read by the executor's: each word is replaced whole.

    :param source: what the distance comes from: bearing, where none is known, depth or size
    """

    def __init__(self, source: str) -> None:
        self.state = State.SEARCHING
        self._source = source
        self._bearing = self._pose = _NOBODY
        self._bearing_fault = self._pose_fault = ''

    def idle(self) -> None:
        """Nobody subscribes."""
        self._bearing = _NOBODY
        self._bearing_fault = ''
        self.idle_pose()

    def idle_pose(self) -> None:
        """Nobody subscribes to anything that needs a position."""
        self._pose = _NOBODY
        self._pose_fault = ''

    def bearing(self, ray: Floats) -> None:
        """A bearing was published."""
        self._bearing = 'x {:.3f}, y {:.3f}, z {:.3f}'.format(*ray)
        self._bearing_fault = ''
        if self._source == 'bearing':
            self._pose_fault = ('position_source is bearing; set it to depth or size for the '
                                'distance')

    def no_bearing(self, reason: str) -> None:
        """No bearing, and with it no position, could be published."""
        self._bearing_fault, self._pose_fault = reason, ''

    def pose(self, position: Position) -> None:
        """A position was published."""
        self._pose = 'x {:.3f}, y {:.3f}, z {:.3f} m'.format(*position.point)
        self._pose += f', deviation of z {position.deviation:.3f} m'
        self._pose_fault = ''

    def no_pose(self, reason: str) -> None:
        """No position could be published."""
        self._pose_fault = reason

    def fault(
        self, wanted: bool, pose_wanted: bool, depth_fault: str | None,
    ) -> str | None:
        """Return why a subscriber gets nothing although the target is tracked; else None.

        :param wanted: whether somebody subscribes to anything
        :param pose_wanted: whether somebody subscribes to what needs a distance
        :param depth_fault: why no depth images come
        """
        if self.state is not State.TRACKING or not wanted:
            return None
        if self._bearing_fault:
            return f'no bearing and no pose: {self._bearing_fault}'
        reason = depth_fault or self._pose_fault
        return f'no pose: {reason}' if reason and pose_wanted else None

    def values(self, depth_fault: str | None) -> list[tuple[str, str]]:
        """Return the entries of the diagnostics."""
        bearing, pose = self._bearing, self._pose
        if self._bearing_fault:
            bearing = pose = f'none: {self._bearing_fault}'
        elif depth_fault or self._pose_fault:
            pose = f'none: {depth_fault or self._pose_fault}'
        if self.state is not State.TRACKING:
            bearing = pose = _NOT_TRACKED
        return [('position_source', self._source), ('bearing', bearing), ('pose', pose)]
