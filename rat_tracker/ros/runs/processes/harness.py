"""A ROS domain with a recorder in it, and nodes that it starts, calls and watches."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from contextlib import ExitStack
from pathlib import Path
import threading
import time
from typing import Any
from typing import TypeVar

from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
from rcl_interfaces.srv import GetParameters
import rclpy
from rclpy.client import Client
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions
from std_srvs.srv import Trigger

from rat_tracker.geometry import Box
from rat_tracker.ros.messages import to_box
from rat_tracker.ros.messages import to_stamp
from rat_tracker.ros.repeated_call import RepeatedCall
from rat_tracker.ros.runs.processes.node_process import NodeProcess
from rat_tracker.ros.runs.processes.node_process import PythonProcess
from rat_tracker.ros.runs.record import TargetRecord
from rat_tracker.ros.runs.recorder import Recorder
from rat_tracker.srv import SetTarget
from rat_tracker.system.files import text_path

TRACKER = 'tracker_node'
PLAYER = 'clip_player'
POLL = 0.02  # seconds between two checks of what is waited for
# Seconds that a node may take to start, to be discovered and to answer, on a machine that is busy.
TIMEOUT = 60.0
_LOAD = 300.0  # seconds for the model to load; the first time, an engine may be built

_Process = TypeVar('_Process', bound=PythonProcess)


class Refused(RuntimeError):
    """The tracker does not take its parameters or the target; the message is its own."""


class RunHarness:
    """A ROS domain with a recorder in it, and the nodes that a run starts there."""

    def __init__(
        self, recorder: Recorder, folder: Path, executor: SingleThreadedExecutor,
        stack: ExitStack,
    ) -> None:
        self.recorder = recorder
        self.record = recorder.record
        self._folder = folder
        self._executor = executor
        self._stack = stack
        self._processes: list[PythonProcess] = []

    @classmethod
    @contextmanager
    def open(
        cls, domain: int, folder: Path, *, keep_images: bool = False, keep_attention: bool = True,
    ) -> Iterator[RunHarness]:
        """Join the domain and begin to record; the nodes that are started end with the block.

        :param folder: for the logs
        :param keep_images: see ``Recorder``
        :param keep_attention: see ``Recorder``
        """
        # Signals stay with us: after Ctrl-C there are nodes to end and perhaps results to write.
        # The program's arguments are not for ROS, and may be no text.
        rclpy.init(
            args=[], domain_id=domain, signal_handler_options=SignalHandlerOptions.NO)
        recorder = Recorder(TRACKER, keep_images, keep_attention)
        executor = SingleThreadedExecutor()
        executor.add_node(recorder)
        thread = threading.Thread(target=executor.spin, name='recorder')
        thread.start()
        try:
            with ExitStack() as stack:
                yield cls(recorder, folder, executor, stack)
        finally:
            executor.shutdown()
            thread.join()
            recorder.destroy_node()
            rclpy.try_shutdown()

    def add(self, node: Node) -> None:
        """Let another node take part, beside the recorder, as long as the block lasts."""
        self._executor.add_node(node)

    def start(
        self, name: str, parameters: Mapping[str, object],
        remappings: Mapping[str, str] | None = None,
    ) -> NodeProcess:
        """Start a node of this package.

        :param name: see ``NodeProcess``; its log's name too
        """
        return self._watch(NodeProcess(
            name, parameters, self._folder / f'{name}.log', remappings))

    def start_module(self, module: str, *arguments: str) -> PythonProcess:
        """Start another program, with its own name for its log."""
        log_file = self._folder / f'{module.rpartition(".")[2]}.log'
        return self._watch(PythonProcess(module, arguments, log_file))

    def _watch(self, process: _Process) -> _Process:
        self._processes.append(self._stack.enter_context(process))
        return process

    def end(self, process: PythonProcess) -> None:
        """End a process in its time."""
        self._processes.remove(process)
        process.end()

    def start_tracker(self, parameters: Mapping[str, object]) -> NodeProcess:
        """Start the tracker, take it to ``active``, and wait until its model is loaded.

        :raises Refused: it does not take the parameters, or the model cannot be loaded
        """
        process = self.start(TRACKER, {'autostart': False, **parameters})
        change = self.recorder.create_client(ChangeState, f'{TRACKER}/change_state')
        for name, number in (('configured', Transition.TRANSITION_CONFIGURE),
                             ('activated', Transition.TRANSITION_ACTIVATE)):
            request = ChangeState.Request(transition=Transition(id=number))
            if not self.call(change, request).success:
                raise Refused(f'the tracker cannot be {name}:\n{process.last_words()}')
        self.wait(self._loaded, 'the model is not loaded', _LOAD)
        return process

    def start_player(self, video: str, parameters: Mapping[str, object]) -> NodeProcess:
        """Start a player as the camera; ``stamps`` tells what it has published.

        :param video: its path, whatever that is
        """
        folder = text_path(self._folder, self._stack)
        return self.start(PLAYER, {
            'video': str(text_path(Path(video), self._stack)),
            'journal': str(folder / self._journal.name), **parameters})

    def stamps(self) -> list[int]:
        """Return the stamps of all frames that the player has published, in order."""
        # The last line may be half written.
        lines = self._journal.read_text(encoding='utf-8').splitlines(keepends=True)
        return [int(line) for line in lines if line.endswith('\n')]

    @property
    def _journal(self) -> Path:
        return self._folder / 'stamps.txt'

    def await_result(self) -> TargetRecord:
        """Wait until the tracker has processed an image, as it does without a target, too."""
        self.wait(
            lambda: self.record.latest is not None, 'the tracker processes no image', TIMEOUT)
        assert self.record.latest is not None
        return self.record.latest

    def select(self, stamp: int, box: Box) -> str:
        """Select the target on the image of this stamp, and wait until the tracker is on it.

        :returns: the selection's id
        :raises Refused: the tracker does not take this box
        """
        request = SetTarget.Request(box=to_box(box))
        request.header.stamp = to_stamp(stamp)
        response = self.call(
            self.recorder.create_client(SetTarget, f'{TRACKER}/set_target'), request)
        if not response.accepted:
            raise Refused(f'the target is refused: {response.message}')
        self.wait(lambda: self.record.arrivals[-1].id == response.id,
                  'the tracker does not start on the target', TIMEOUT)
        return str(response.id)

    def resume(self, node: str) -> None:
        """Let a node go on that was started paused."""
        self.call(self.recorder.create_client(Trigger, f'{node}/resume'), Trigger.Request())

    def call(self, client: Client, request: Any) -> Any:
        """Call a service; returns its response."""
        complaint = f'{client.srv_name} does not answer'
        self.wait(client.service_is_ready, complaint, TIMEOUT)
        self._meet(client.srv_name.rpartition('/')[0])
        future = client.call_async(request)
        self.wait(future.done, complaint, TIMEOUT)
        return future.result()

    def _meet(self, node: str) -> None:
        """Wait until a node knows every client that this process has by now.

        Before, its response would be lost, and most requests cannot be made twice. A node learns
        of a process's clients in the order in which they were made: so it knows all once it has
        responded to a new one, by a service that every node has and that may be asked again.
        """
        call = RepeatedCall(
            self.recorder, GetParameters, f'{node}/get_parameters', GetParameters.Request())

        def met() -> bool:
            call.step()
            return call.answer is not None
        self.wait(met, f'{node}/get_parameters does not answer', TIMEOUT)

    def wait(self, condition: Callable[[], bool], complaint: str, seconds: float) -> None:
        """Wait for a condition, as long as all nodes are alive.

        :raises NodeFailed: a node ended by itself
        :raises TimeoutError: the condition does not come true
        """
        end = time.monotonic() + seconds
        while not condition():
            self.require_running()
            if time.monotonic() > end:
                raise TimeoutError(
                    f'{complaint} after {seconds:g} s; see the logs in {self._folder}')
            time.sleep(POLL)

    def require_running(self) -> None:
        """Raise ``NodeFailed`` if a node ended by itself."""
        for process in self._processes:
            process.require_running()

    def _loaded(self) -> bool:
        if self.record.error:
            raise Refused(self.record.error)
        return self.record.diagnostics.get('engine', 'none') not in ('none', 'loading')
