"""One run: a camera, the tracker node and a recorder, each in a process of its own.

How the target is selected. A clip is held after its first frame until the tracker has started on
it: the box was drawn on a still picture, and so no frame is lost to the time that the machine
needs for the start. A camera cannot be held: there the selection names the stamp of the first
frame, which the node still has in its buffer, and the node catches up.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
import threading
import time
from typing import Any

from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
import rclpy
from rclpy.client import Client
from rclpy.executors import SingleThreadedExecutor
from rclpy.signals import SignalHandlerOptions
from std_srvs.srv import Trigger

from rat_tracker.geometry import Box
from rat_tracker.ros.demo.node_process import NodeProcess
from rat_tracker.ros.messages import to_box
from rat_tracker.ros.messages import to_stamp
from rat_tracker.ros.recorder import Recorder
from rat_tracker.ros.recording import Recording
from rat_tracker.srv import SetTarget
from rat_tracker.video import VideoError

_TRACKER = 'tracker_node'
_PLAYER = 'clip_player'
_VIDEO_FAULT = 2  # exit code of a player that cannot read its video
_POLL = 0.02  # seconds between two looks at what is waited for
_ANSWER = 30.0  # seconds that a node may take for a service, on a machine that is busy
_LOAD = 300.0  # seconds for the model to load; the first time, an engine may be built
_LAST_ANSWER = 3.0  # seconds that the tracker may take for the last frames


class Refused(RuntimeError):
    """The tracker does not take the target; the message is the tracker's own."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to run."""

    video: str
    box: Box
    live: bool  # the video is a camera
    rate: float  # frames per second
    seconds: float | None  # how long; None: to the end of the clip
    domain: int
    folder: Path  # for the logs


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave. Stamps are nanoseconds."""

    stamps: list[int]  # of the frames that were published, in order
    selection: str  # the id that the tracker gave to the target
    selected: int  # stamp of the frame on which it was selected
    recording: Recording
    diagnostics: dict[str, str]


Show = Callable[[str, int], None]  # is told what happens, and how many frames were published


def run(order: Order, show: Show) -> Outcome:
    """Run until the clip ends, the time is over or Ctrl-C is pressed.

    :raises Refused: the tracker does not take this box
    :raises VideoError: the video cannot be read to its end
    :raises NodeFailed: a node ended by itself
    :raises TimeoutError: a node does not answer
    """
    with ExitStack() as stack:
        stage = stack.enter_context(_Stage.open(order, show))
        stage.start_tracker(stack)
        player = stage.start_player(stack)
        selection, stamp = stage.select()
        try:
            stage.play(player, selection)
        except KeyboardInterrupt:
            show('stopping', 0)
        player.stop()
        stamps = [int(line) for line in stage.journal.read_text().split()]
        stage.await_last(stamps)
        return Outcome(stamps[stamps.index(stamp):], selection, stamp,
                       stage.recorder.recording, stage.recorder.diagnostics)


class _Stage:
    """The recorder, and the steps of a run in their order."""

    def __init__(self, order: Order, show: Show, recorder: Recorder) -> None:
        self._order = order
        self._show = show
        self._processes: list[NodeProcess] = []
        self.recorder = recorder
        self.journal = order.folder / 'stamps.txt'

    @classmethod
    @contextmanager
    def open(cls, order: Order, show: Show) -> Iterator[_Stage]:
        """Join the domain and begin to record."""
        # Signals stay with us: after Ctrl-C there are results to write.
        rclpy.init(domain_id=order.domain, signal_handler_options=SignalHandlerOptions.NO)
        recorder = Recorder(_TRACKER, keep_images=order.live)
        executor = SingleThreadedExecutor()
        executor.add_node(recorder)
        thread = threading.Thread(target=executor.spin, name='recorder')
        thread.start()
        try:
            yield cls(order, show, recorder)
        finally:
            executor.shutdown()
            thread.join()
            recorder.destroy_node()
            rclpy.try_shutdown()

    def start_tracker(self, stack: ExitStack) -> None:
        """Start the tracker and take it to ``active``, its model loaded."""
        self._show('starting the tracker', 0)
        self._start(stack, _TRACKER, {'autostart': False})
        change = self.recorder.create_client(ChangeState, f'{_TRACKER}/change_state')
        for name, number in (('configured', Transition.TRANSITION_CONFIGURE),
                             ('activated', Transition.TRANSITION_ACTIVATE)):
            request = ChangeState.Request(transition=Transition(id=number))
            if not self._call(change, request).success:
                raise Refused(f'the tracker cannot be {name}:\n'
                              + self._processes[0].last_words())
        self._show('loading the model', 0)
        self._await(self._loaded, 'the model is not loaded', _LOAD)

    def start_player(self, stack: ExitStack) -> NodeProcess:
        """Start the camera; it holds its first frame until somebody sees it."""
        self._show('starting the camera', 0)
        return self._start(stack, _PLAYER, {
            'video': self._order.video, 'rate': self._order.rate, 'journal': str(self.journal),
            'wait_for_subscribers': 2 if self._order.live else 1,
            'start_paused': not self._order.live})

    def select(self) -> tuple[str, int]:
        """Select the target on the first frame; returns the selection's id and the stamp."""
        # The tracker answers every image, also while it has no target: so the stamp is known.
        self._await(lambda: self.recorder.first_stamp is not None,
                    'the tracker answers no image', _ANSWER)
        stamp = self.recorder.first_stamp
        assert stamp is not None
        request = SetTarget.Request(box=to_box(self._order.box))
        request.header.stamp = to_stamp(stamp)
        response = self._call(
            self.recorder.create_client(SetTarget, f'{_TRACKER}/set_target'), request)
        if not response.accepted:
            raise Refused(response.message)
        selection = str(response.id)
        self._await(lambda: self.recorder.recording.sightings[stamp].id == selection,
                    'the tracker does not start on the target', _ANSWER)
        return selection, stamp

    def play(self, player: NodeProcess, selection: str) -> None:
        """Let the clip go on, to its end or for the time that was ordered."""
        end = time.monotonic() + (self._order.seconds or float('inf'))
        if not self._order.live:
            self._call(self.recorder.create_client(Trigger, f'{_PLAYER}/resume'),
                       Trigger.Request())
        while player.exit_code is None and time.monotonic() < end:
            self._processes[0].require_running()
            self._show_state()
            time.sleep(_POLL)
        if player.exit_code == _VIDEO_FAULT:
            raise VideoError(player.last_words())
        if player.exit_code:
            player.require_running()

    def await_last(self, stamps: list[int]) -> None:
        """Give the tracker time to answer the last frame; it may as well have left it out."""
        end = time.monotonic() + _LAST_ANSWER
        while stamps[-1] not in self.recorder.recording.sightings and time.monotonic() < end:
            time.sleep(_POLL)
        self._show_state()

    def _show_state(self) -> None:
        latest = self.recorder.latest
        assert latest is not None
        published = len(self.journal.read_text().split())
        self._show(f'{latest.state.name} {latest.score:.2f}', published)

    def _start(
        self, stack: ExitStack, name: str, parameters: dict[str, object],
    ) -> NodeProcess:
        process = stack.enter_context(NodeProcess(
            f'rat_tracker.ros.{name}', parameters, self._order.folder / f'{name}.log'))
        self._processes.append(process)
        return process

    def _loaded(self) -> bool:
        if self.recorder.error:
            raise Refused(self.recorder.error)
        return self.recorder.diagnostics.get('engine', 'none') not in ('none', 'loading')

    def _call(self, client: Client, request: Any) -> Any:
        complaint = f'{client.srv_name} does not answer'
        self._await(client.service_is_ready, complaint, _ANSWER)
        future = client.call_async(request)
        self._await(future.done, complaint, _ANSWER)
        return future.result()

    def _await(self, condition: Callable[[], bool], complaint: str, seconds: float) -> None:
        """Wait for a condition, as long as all nodes are alive."""
        end = time.monotonic() + seconds
        while not condition():
            for process in self._processes:
                process.require_running()
            if time.monotonic() > end:
                raise TimeoutError(f'{complaint} after {seconds:g} s; see the logs in '
                                   f'{self._order.folder}')
            time.sleep(_POLL)
