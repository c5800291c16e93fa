"""Who chooses what is followed: every way to select and to clear, under one contract."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
import time
from typing import Protocol

from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.lifecycle import LifecycleNode
from std_msgs.msg import Header

from rat_tracker.pipeline.frame_buffer import NotReady
from rat_tracker.pipeline.inbox import Clear
from rat_tracker.pipeline.inbox import Inbox
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.pipeline.selection import Selection
from rat_tracker.pipeline.worker import Status
from rat_tracker.ros.execution.executor_calls import ExecutorCalls
from rat_tracker.ros.execution.executor_calls import NewestCall
from rat_tracker.ros.execution.executor_calls import next_turn
from rat_tracker.ros.selection.action import Outcome
from rat_tracker.ros.selection.action import TrackAction
from rat_tracker.ros.selection.clicks import ClickInputs
from rat_tracker.ros.selection.detections_input import DetectionsInput
from rat_tracker.ros.selection.output import SelectionOutput
from rat_tracker.ros.selection.requests import SelectionRequest
from rat_tracker.ros.selection.resolve import resolve
from rat_tracker.ros.selection.segmenter import Segmenter
from rat_tracker.ros.selection.services import TargetServices


class SelectionSettings(Protocol):
    """The parameters that selections depend on, as ``TrackerSettings`` describes them."""

    @property
    def buffer_seconds(self) -> float: ...
    @property
    def click_delay(self) -> float: ...


class Selections:
    """Answer every selection, in the executor's thread unless it says otherwise."""

    def __init__(
        self, node: LifecycleNode, settings: SelectionSettings, inbox: Inbox,
        status: Callable[[], Status], next_id: Callable[[], str],
    ) -> None:
        self._node = node
        self._settings = settings
        self._inbox = inbox
        self._status = status
        self._next_id = next_id
        self._active = False
        self._current: Selection | None = None
        self._cleared = 0.0   # when the target was cleared last, steady clock, seconds
        self._searching = 0   # selections whose box is not known yet
        self._output = SelectionOutput(node)
        self._calls = ExecutorCalls(node)
        self._results = NewestCall(self._calls, self._on_result)
        self._segmenter = Segmenter(self._calls)
        self._detections = DetectionsInput(node, settings.buffer_seconds)
        # While one selection waits for its box, images and other selections are taken.
        group = ReentrantCallbackGroup()
        self._clicks = ClickInputs(node, group, self.select)
        self._services = TargetServices(node, group, self.select, self._clear)
        self._action = TrackAction(node, self.select, self._on_cancel)

    def apply(self, settings: SelectionSettings) -> None:
        """Take over parameters that may change while the node runs."""
        self._settings = settings
        self._detections.resize(settings.buffer_seconds)

    def on_time_jump(self) -> None:
        """Forget the detections of before: the stamps of the images jumped back."""
        self._detections.clear()

    @property
    def inputs(self) -> dict[str, type]:
        """The types of the topics that are subscribed to, by name before it is remapped."""
        return {**self._clicks.inputs, **self._detections.inputs}

    def activate(self) -> None:
        """Accept selections from now on."""
        self._active = True

    def deactivate(self, reason: str) -> None:
        """Give up the target and refuse selections from now on."""
        self._active = False
        self._give_up(Outcome.FAILED, reason)

    def close(self) -> None:
        """Give back topics, services and the action, once everybody has had an answer.

        The worker has ended.
        """
        self._action.refuse()
        self._segmenter.close()
        self._calls.close()
        if (self._searching or self._action.unfinished) and self._node.context.ok():
            self._node.executor.create_task(self._destroy_once_answered)
        else:
            self._destroy()

    async def _destroy_once_answered(self) -> None:
        while self._searching or self._action.unfinished:
            await next_turn()
        # The result of a goal that is finished in one turn of the executor is sent in the next.
        await next_turn()
        await next_turn()
        self._destroy()

    def _destroy(self) -> None:
        self._action.close()
        self._services.close()
        self._clicks.close()
        self._detections.close()
        self._output.close()

    async def select(
        self, source: str, header: Header, read: Callable[[], SelectionRequest],
    ) -> Selection:
        """Follow what a request stands for, and tell everybody.

        :param source: which way it was chosen
        :param header: of the message that chose it
        :param read: reads that message
        :raises ValueError: it is refused; everybody was told why
        """
        arrival = time.monotonic()
        self._searching += 1
        try:
            self._require_ready()
            request = read()
            frame, image, box, segmented = await resolve(
                request, self._inbox, self._detections.history, self._settings.click_delay,
                self._segmenter.box_around)
            self._require_ready()  # still
            if request.withdrawn():
                raise ValueError('it was withdrawn while it was looked for')
            if frame.stamp > self._inbox.frame_at(0).stamp:
                raise ValueError('the stamps of the images jumped back while the target was '
                                 'looked for; select again')
            selection = Selection(
                self._next_id(), frame, image, box, segmented, source, arrival)
            self._require_undisputed(selection)
        except ValueError as refusal:
            self._output.publish_refused(source, header, refusal)
            raise
        finally:
            self._searching -= 1
        self._inbox.push_request(selection)
        self._end(Outcome.REPLACED, f'replaced by selection {selection.id} ({source})')
        self._current = selection
        self._output.publish_accepted(selection)
        return selection

    def _require_ready(self) -> None:
        worker = self._status()
        if not self._active:
            raise NotReady('the node is inactive; activate it, then select')
        if worker.load_error:
            raise ValueError(worker.load_error)
        if worker.loading:
            raise NotReady('the engine is still loading; select again when /diagnostics names it')

    def _require_undisputed(self, selection: Selection) -> None:
        if selection.arrival < self._cleared:
            raise ValueError('the target was cleared while this one was looked for; select again')
        if self._current is not None and (reason := selection.gives_way_to(self._current)):
            raise ValueError(reason)

    def _clear(self) -> bool:
        had_target = self._current is not None
        self._cleared = time.monotonic()
        self._give_up(Outcome.CLEARED, 'the target was cleared')
        return had_target

    def _give_up(self, outcome: int, reason: str) -> None:
        self._inbox.push_request(Clear(reason))
        self._end(outcome, reason)

    def _end(self, outcome: int, reason: str) -> None:
        """Tell everybody that what was selected does not count any more."""
        current, self._current = self._current, None
        if current is not None:
            # Any other outcome, and that of a node that was deactivated, somebody asked for.
            unasked = self._active and outcome in (Outcome.LOST, Outcome.FAILED)
            self._output.publish_ended(current, reason, warn=unasked)
        self._action.end(outcome, reason, self._results.waiting)

    def _on_cancel(self) -> None:
        self._give_up(Outcome.CANCELED, 'the goal that followed the target was canceled')

    def _on_result(self, result: TrackingResult) -> None:
        if loss := self._action.on_result(result):
            self._give_up(Outcome.LOST, loss)

    def _on_given_up(self, name: str, reason: str) -> None:
        if self._current is not None and self._current.id == name:
            self._end(Outcome.FAILED, reason)

    # In the worker's thread

    def report_result(self, result: TrackingResult) -> None:
        """Pass a result on to the goal, if one runs."""
        if self._action.running:
            self._results.call_soon(result)

    def report_given_up(self, name: str, reason: str) -> None:
        """Tell that the worker gave up the target of this id."""
        self._calls.call_soon(partial(self._on_given_up, name, reason))
