"""A node that collects what the tracker node publishes, to be read afterwards."""

from __future__ import annotations

from diagnostic_msgs.msg import DiagnosticArray
from diagnostic_msgs.msg import DiagnosticStatus
import numpy as np
from rclpy.node import Node
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.msg import Target as TargetMessage
from rat_tracker.ros.messages import from_box
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.qos import reliable
from rat_tracker.ros.runs.record import AttentionCut
from rat_tracker.ros.runs.record import DiagnosticsRecord
from rat_tracker.ros.runs.record import RunRecord
from rat_tracker.ros.runs.record import TargetRecord
from rat_tracker.target import State

EVERY = reliable(100)  # messages: nothing is missed, even if the process is busy for a moment


class Recorder(Node):
    """Fill a ``RunRecord``. Images are taken only compressed, and only where asked for.

    Raw images would cost the machine more than the tracking: one process more that copies each.
    """

    def __init__(self, tracker: str, keep_images: bool, keep_attention: bool = True) -> None:
        """Subscribe.

        :param tracker: the name of the tracker node
        :param keep_images: whether to keep the images as well, as JPEG
        :param keep_attention: whether to keep the attention, which the tracker draws only for us
        """
        super().__init__('recorder')
        self.record = RunRecord()
        self._status_name = f'{tracker}: tracking'
        self.create_subscription(TargetMessage, f'{tracker}/target', self._take_target, EVERY)
        if keep_attention:
            self.create_subscription(
                ImageMessage, f'{tracker}/attention', self._take_attention, EVERY)
        self.create_subscription(DiagnosticArray, '/diagnostics', self._take_diagnostics, EVERY)
        if keep_images:
            self.create_subscription(
                CompressedImage, 'image_raw/compressed', self._take_image, EVERY)

    def _take_target(self, message: TargetMessage, info: dict[str, int]) -> None:
        stamp = nanoseconds(message.header.stamp)
        # The middleware notes the arrival; this callback may come later, after an image's.
        record = TargetRecord(
            stamp, info['received_timestamp'], message.id, State(message.state),
            from_box(message.box), message.score, message.reason)
        self.record.arrivals.append(record)
        self.record.targets[stamp] = record

    def _take_attention(self, message: ImageMessage) -> None:
        picture = np.frombuffer(message.data, np.uint8).reshape(message.height, message.step)
        cut = AttentionCut.of(picture[:, :message.width])
        if cut is not None:
            self.record.attentions[nanoseconds(message.header.stamp)] = cut

    def _take_image(self, message: CompressedImage) -> None:
        self.record.jpegs[nanoseconds(message.header.stamp)] = message.data.tobytes()

    def _take_diagnostics(self, message: DiagnosticArray) -> None:
        for status in message.status:
            if status.name == self._status_name:
                self.record.reports.append(DiagnosticsRecord(
                    nanoseconds(message.header.stamp),
                    {item.key: item.value for item in status.values}))
                if status.level == DiagnosticStatus.ERROR:
                    self.record.error = status.message
