"""Who chooses what is followed: every way to select and to clear, under one contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import time

from rclpy.lifecycle import LifecycleNode
from rclpy.qos import DurabilityPolicy
from rclpy.qos import HistoryPolicy
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from rclpy.qos_overriding_options import QoSOverridingOptions
from std_msgs.msg import Header

from rat_tracker.msg import Selection
from rat_tracker.ros.answer import Answer
from rat_tracker.ros.click_inputs import ClickInputs
from rat_tracker.ros.detections_input import DetectionsInput
from rat_tracker.ros.frame_buffer import NotReady
from rat_tracker.ros.inbox import Clear
from rat_tracker.ros.inbox import Inbox
from rat_tracker.ros.inbox import Select
from rat_tracker.ros.messages import to_box
from rat_tracker.ros.news import News
from rat_tracker.ros.placement import place
from rat_tracker.ros.seed import Seed
from rat_tracker.ros.settings import Settings
from rat_tracker.ros.target_services import TargetServices
from rat_tracker.ros.track_action import Outcome
from rat_tracker.ros.track_action import TrackAction
from rat_tracker.ros.worker import Status

# Seconds within which two selections were made without knowing of each other: longer than two
# messages that were sent at once take to arrive one after the other, shorter than a person takes
# to see what was selected and to choose again (a quarter of a second).
MOMENT = 0.1
# Each selection is told of at most twice, so this is what ten in one moment say: a reader that is
# busy meanwhile misses none, and one that comes late learns what was chosen before.
_DEPTH = 20
_THROTTLE = 1.0  # seconds between two log lines of refusals
_THROTTLE_WAITING = 5.0  # and of those that only ask for patience


@dataclass(frozen=True, slots=True, eq=False)
class _Current:
    selection: Select
    source: str
    arrival: float  # steady clock, seconds


class Selections:
    """Answer every selection; in the executor's thread unless it says otherwise."""

    def __init__(
        self, node: LifecycleNode, settings: Settings, inbox: Inbox,
        status: Callable[[], Status], next_id: Callable[[], str],
    ) -> None:
        self._node = node
        self._settings = settings
        self._inbox = inbox
        self._status = status
        self._next_id = next_id
        self._active = False
        self._current: _Current | None = None
        self._answers = node.create_publisher(
            Selection, '~/selection', QoSProfile(
                history=HistoryPolicy.KEEP_LAST, depth=_DEPTH,
                reliability=ReliabilityPolicy.RELIABLE,
                durability=DurabilityPolicy.TRANSIENT_LOCAL),
            qos_overriding_options=QoSOverridingOptions.with_default_policies())
        self._detections = DetectionsInput(node, settings.buffer_seconds)
        self._clicks = ClickInputs(node, self.select)
        self._services = TargetServices(node, self.select, self._clear)
        self._action = TrackAction(node, self.select, self._give_up)
        self._news = News(node, self._action.take, self._take_end)

    def apply(self, settings: Settings) -> None:
        """Take over parameters that may change while the node runs."""
        self._settings = settings
        self._detections.resize(settings.buffer_seconds)

    def activate(self) -> None:
        """Accept selections from now on."""
        self._active = True

    def deactivate(self, reason: str) -> None:
        """Give up the target and refuse selections from now on."""
        self._active = False
        self._give_up(Outcome.FAILED, reason)

    def close(self) -> None:
        """Give back topics, services and the action; the worker has ended."""
        self._news.close()
        self._action.close()
        self._services.close()
        self._clicks.close()
        self._detections.close()
        self._node.destroy_publisher(self._answers)

    def select(self, source: str, header: Header, seed: Callable[[], Seed]) -> Select:
        """Follow what a seed stands for, and tell everybody.

        :param source: which way it was chosen
        :param header: of the message that chose it
        :param seed: reads that message
        :raises ValueError: it is refused; everybody was told why
        """
        try:
            self._require_ready()
            selection = place(seed(), self._next_id(), self._inbox, self._detections.history,
                              self._settings.click_delay)
            self._require_undisputed(selection)
        except ValueError as refusal:
            self._log(f'selection by {source} refused: {refusal}', isinstance(refusal, NotReady))
            self._answers.publish(Selection(header=header, source=source, message=str(refusal)))
            raise
        self._inbox.put_request(selection)
        self._end(Outcome.REPLACED, f'replaced by selection {selection.id} ({source})')
        self._current = _Current(selection, source, time.monotonic())
        self._tell(self._current, accepted=True)
        return selection

    def _log(self, line: str, not_ready: bool) -> None:
        if not_ready:  # whoever waits for the node asks every now and then
            self._node.get_logger().info(line, throttle_duration_sec=_THROTTLE_WAITING)
        else:
            self._node.get_logger().warning(line, throttle_duration_sec=_THROTTLE)

    def _require_ready(self) -> None:
        worker = self._status()
        if not self._active:
            raise NotReady('the node is inactive; activate it, then select')
        if worker.load_error:
            raise ValueError(worker.load_error)
        if worker.loading:
            raise NotReady('the engine is still loading; select again when /diagnostics names it')

    def _require_undisputed(self, selection: Select) -> None:
        """Raise ``ValueError`` if a better one was made in the same moment: on a later image."""
        current = self._current
        if (current is not None and time.monotonic() - current.arrival <= MOMENT
                and selection.frame.sequence < current.selection.frame.sequence):
            raise ValueError(
                f'selection {current.selection.id} ({current.source}) was made in the same moment '
                'on a later image; select again if it was wrong')

    def _clear(self) -> bool:
        had_target = self._status().selected
        self._give_up(Outcome.CLEARED, 'the target was cleared')
        return had_target

    def _give_up(self, outcome: int, reason: str) -> None:
        self._inbox.put_request(Clear(reason))
        self._end(outcome, reason)

    def _end(self, outcome: int, reason: str) -> None:
        """Tell everybody that what was selected does not count any more."""
        current, self._current = self._current, None
        if current is not None:
            self._tell(current, accepted=False, message=reason)
        self._action.end(outcome, reason, self._news.waiting)

    def _tell(self, current: _Current, *, accepted: bool, message: str = '') -> None:
        if not self._node.context.ok():
            return  # the process was told to end, and there is nobody to tell
        selection = current.selection
        self._answers.publish(Selection(
            header=selection.frame.message.header, source=current.source, accepted=accepted,
            id=selection.id, box=to_box(selection.box), message=message))

    def _take_end(self, name: str, reason: str) -> None:
        if self._current is not None and self._current.selection.id == name:
            self._end(Outcome.FAILED, reason)

    # In the worker's thread

    def report_answer(self, answer: Answer) -> None:
        """Tell a goal, if one runs, what was said about an image."""
        if self._action.running:
            self._news.put_answer(answer)

    def report_given_up(self, name: str, reason: str) -> None:
        """Tell that the worker gave up the target of this id."""
        self._news.put_end(name, reason)
