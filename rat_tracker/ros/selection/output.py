"""Every selection on ``~/selection``, and what went wrong in the log."""

from __future__ import annotations

from rclpy.lifecycle import LifecycleNode
from std_msgs.msg import Header

from rat_tracker import msg
from rat_tracker.pipeline.frame_buffer import NotReady
from rat_tracker.pipeline.selection import Selection
from rat_tracker.ros.messages import to_box
from rat_tracker.ros.qos import reliable_publisher

# Each selection is told of at most twice, so this is what ten in one moment say: a reader that is
# busy meanwhile misses none, and one that comes late learns what was chosen before.
_DEPTH = 20
_THROTTLE = 1.0  # seconds between two log lines of refusals
_THROTTLE_WAITING = 5.0  # and of those that only ask for patience


class SelectionOutput:
    """The publisher, from ``configure`` to ``cleanup``."""

    def __init__(self, node: LifecycleNode) -> None:
        self._node = node
        self._publisher = reliable_publisher(
            node, msg.Selection, '~/selection', _DEPTH, latched=True)

    def publish_accepted(self, selection: Selection) -> None:
        """Tell that this is followed from now on."""
        self._publish(_message(selection, accepted=True, message=''))

    def publish_refused(self, source: str, header: Header, refusal: ValueError) -> None:
        """Tell that a request is not followed, and why.

        :param header: of the message that asked for it
        """
        line = f'selection by {source} refused: {refusal}'
        if isinstance(refusal, NotReady):  # whoever waits for the node asks every now and then
            self._node.get_logger().info(line, throttle_duration_sec=_THROTTLE_WAITING)
        else:
            self._node.get_logger().warning(line, throttle_duration_sec=_THROTTLE)
        self._publish(msg.Selection(header=header, source=source, message=str(refusal)))

    def publish_ended(self, selection: Selection, reason: str, *, warn: bool) -> None:
        """Tell that this does not count any more.

        :param warn: in the log, too
        """
        if warn:
            self._node.get_logger().warning(f'target {selection.id} was given up: {reason}')
        self._publish(_message(selection, accepted=False, message=reason))

    def _publish(self, message: msg.Selection) -> None:
        try:
            self._publisher.publish(message)
        except RuntimeError:
            if self._node.context.ok():  # else a signal ends the process, and nobody can be told
                raise

    def close(self) -> None:
        """Give the topic back."""
        self._node.destroy_publisher(self._publisher)


def _message(selection: Selection, *, accepted: bool, message: str) -> msg.Selection:
    return msg.Selection(
        header=selection.frame.message.header, source=selection.source, accepted=accepted,
        id=selection.id, box=to_box(selection.box), message=message)
