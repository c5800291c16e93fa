"""What the node has from ``configure`` to ``cleanup``: topics, services and the worker."""

from __future__ import annotations

from collections.abc import Callable
import time
import traceback
from typing import Any

from rclpy.lifecycle import LifecycleNode
from sensor_msgs.msg import CameraInfo

from rat_tracker.pipeline.display_range import DisplayRange
from rat_tracker.pipeline.frame import Frame
from rat_tracker.pipeline.frame import LateImage
from rat_tracker.pipeline.health import NodeHealth
from rat_tracker.pipeline.inbox import Inbox
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.pipeline.statistics import Statistics
from rat_tracker.pipeline.worker import Callbacks
from rat_tracker.pipeline.worker import Worker
from rat_tracker.redetection import SearchParameters
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.selection.selections import Selections
from rat_tracker.ros.topic_types import inputs_fault
from rat_tracker.ros.tracker.inputs import CameraInput
from rat_tracker.ros.tracker.outputs import Outputs
from rat_tracker.ros.tracker.positions import PositionOutputs
from rat_tracker.ros.tracker.settings import TrackerSettings
from rat_tracker.stamps import NANOSECONDS
from rat_tracker.target import TargetParameters
from rat_tracker.tracker import engine_of
from rat_tracker.tracker import Tracker

CreateTracker = Callable[..., Tracker]
_THROTTLE = 5.0  # seconds between two log lines of one kind
_SILENT = 1.0    # seconds without an image after which the types in the graph are looked at
_CALIBRATION = 'camera_info'


class Session:
    """Take images and requests in the executor's thread, track in the worker's."""

    def __init__(
        self, node: LifecycleNode, settings: TrackerSettings, statistics: Statistics,
        next_id: Callable[[], str], create_tracker: CreateTracker,
    ) -> None:
        self._node = node
        self._settings = settings
        self._statistics = statistics
        self._create_tracker = create_tracker
        self._camera: CameraInput | None = None
        self._last: TrackingResult | None = None
        self._outputs = Outputs(node)
        self._position = PositionOutputs(node, settings)
        self._inbox = Inbox(settings.buffer_seconds, settings.buffer_megabytes * 1_000_000,
                            DisplayRange(node.get_logger().info))
        self._worker = Worker(
            self._inbox, self._load_tracker, Callbacks(
                self._on_result, self._on_invalid_image, self._on_target_end, self._on_failure),
            TargetParameters(lost_after=settings.lost_after,
                             search=SearchParameters(
                                 windows_per_frame=settings.search_windows_per_frame)))
        self._selections = Selections(
            node, settings, self._inbox, lambda: self._worker.status, next_id)
        self.apply(settings)
        self._worker.start()

    def apply(self, settings: TrackerSettings) -> None:
        """Take over parameters that may change while the node runs."""
        self._settings = settings
        self._position.apply(settings)
        self._inbox.resize(settings.buffer_seconds, settings.buffer_megabytes * 1_000_000)
        self._worker.catch_up_seconds = settings.catch_up_seconds
        self._worker.clear_on_time_jump = settings.on_time_jump == 'clear'
        self._selections.apply(settings)

    def activate(self) -> None:
        """Subscribe to the camera and let results out."""
        self._outputs.enable()
        self._camera = CameraInput(
            self._node, self._settings.image_transport, self._settings.image_geometry,
            self._on_image)
        self._position.activate(self._camera.calibration)
        self._selections.activate()

    def deactivate(self) -> None:
        """Unsubscribe and give up the target; no result goes out after this returns."""
        self._outputs.disable()
        self._position.deactivate()
        if self._camera is not None:
            self._camera.close()
            self._camera = None
        self._inbox.empty()
        self._selections.deactivate('the node was deactivated; select the target again')

    def close(self) -> None:
        """End the worker, then give back topics and services."""
        self.deactivate()
        self._worker.stop()
        self._outputs.close()
        self._position.close()
        self._selections.close()

    def health(self) -> NodeHealth:
        """Return what is known about the flow of images and results."""
        camera = self._camera
        return NodeHealth(
            now=time.monotonic(), node=self._node.get_fully_qualified_name(),
            lifecycle='inactive' if camera is None else 'active',
            topic='' if camera is None else camera.topic,
            since=0.0 if camera is None else camera.since,
            publishers=0 if camera is None else camera.publishers,
            incompatible='' if camera is None else camera.incompatible,
            counters=self._statistics.snapshot(), worker=self._worker.status,
            kept=self._inbox.kept, position=self._position.values(),
            position_fault=self._position_fault(), image_types=self._image_types(),
            input_types='' if camera is None else inputs_fault(
                self._node, {_CALIBRATION: CameraInfo, **self._selections.inputs}))

    def _image_types(self) -> str:
        if (self._camera is None
                or time.monotonic() - self._statistics.snapshot().last_received < _SILENT):
            return ''
        return self._camera.type_fault

    def _position_fault(self) -> str | None:
        if self._camera is None or self._last is None:
            return None
        self._camera.calibration.find_publishers()
        height, width = self._last.image.shape[:2]
        frame_id = self._last.frame.message.header.frame_id
        return (self._camera.calibration.contradiction(width, height, frame_id)
                or self._position.fault())

    # In the executor's thread

    def _on_image(self, message: Any) -> None:
        stamp = nanoseconds(message.header.stamp)
        sequence = self._statistics.received(self._age(stamp))
        try:
            jump = self._inbox.push_frame(Frame(sequence, stamp, message, len(message.data)))
            if jump:
                self._selections.on_time_jump()
        except LateImage as late:  # its number is passed over, and so it counts as dropped
            self._node.get_logger().warning(str(late), throttle_duration_sec=_THROTTLE)

    def _age(self, stamp: int) -> float | None:
        if not stamp:
            return None
        return float(self._node.get_clock().now().nanoseconds - stamp) / NANOSECONDS

    # In the worker's thread

    def _load_tracker(self) -> Tracker:
        settings = self._settings
        tracker = self._create_tracker(
            settings.tracker, engine=settings.engine, device=settings.device,
            precision=settings.precision)
        self._node.get_logger().info(f'{settings.tracker} runs on {engine_of(tracker)}')
        return tracker

    def _on_result(self, result: TrackingResult, processing: float) -> None:
        if self._outputs.publish(
                result, self._settings.detection_class_id, self._position.at_once):
            self._last = result
            self._position.on_result(result)
            self._selections.report_result(result)
            self._statistics.processed(
                result.frame.sequence, processing, self._age(result.frame.stamp))

    def _on_invalid_image(self, frame: Frame, reason: str) -> None:
        self._statistics.invalid(frame.sequence, reason)
        self._node.get_logger().warning(
            f'image dropped: {reason}', throttle_duration_sec=_THROTTLE)

    def _on_target_end(self, name: str, reason: str) -> None:
        self._selections.report_given_up(name, reason)

    def _on_failure(self, reason: str, error: Exception) -> None:
        if self._node.context.ok():  # else it is being shut down, and there is nobody to tell
            self._statistics.failed(reason)
            self._node.get_logger().error(reason)
            self._node.get_logger().debug(''.join(traceback.format_exception(error)))
