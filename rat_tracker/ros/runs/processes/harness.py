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
from rat_tracker.ros.runs.processes.node_process import NodeProcess
from rat_tracker.ros.runs.recorder import Recorder
from rat_tracker.srv import SetTarget

TRACKER = 'tracker_node'
PLAYER = 'clip_player'
POLL = 0.02  # seconds between two looks at what is waited for
# Seconds that a node may take to start, to be discovered and to answer, on a machine that is busy.
ANSWER = 60.0
_GREET_AGAIN = 2.0  # seconds
_LOAD = 300.0  # seconds for the model to load; the first time, an engine may be built


class Refused(RuntimeError):
    """The tracker does not take its parameters or the target; the message is its own."""


class RunHarness:
    """The recorder, the nodes and the steps that every run begins with."""

    def __init__(
        self, recorder: Recorder, folder: Path, executor: SingleThreadedExecutor,
    ) -> None:
        self.recorder = recorder
        self._folder = folder
        self._executor = executor
        self._processes: list[NodeProcess] = []

    @classmethod
    @contextmanager
    def open(
        cls, domain: int, folder: Path, *, keep_images: bool = False, keep_attention: bool = True,
    ) -> Iterator[RunHarness]:
        """Join the domain and begin to record.

        :param folder: for the logs
        :param keep_images: see ``Recorder``
        :param keep_attention: see ``Recorder``
        """
        # Signals stay with us: after Ctrl-C there are nodes to end and perhaps results to write.
        rclpy.init(domain_id=domain, signal_handler_options=SignalHandlerOptions.NO)
        recorder = Recorder(TRACKER, keep_images, keep_attention)
        executor = SingleThreadedExecutor()
        executor.add_node(recorder)
        thread = threading.Thread(target=executor.spin, name='recorder')
        thread.start()
        try:
            yield cls(recorder, folder, executor)
        finally:
            executor.shutdown()
            thread.join()
            recorder.destroy_node()
            rclpy.try_shutdown()

    def add(self, node: Node) -> None:
        """Let another node take part, beside the recorder, as long as the harness is open."""
        self._executor.add_node(node)

    def start(
        self, stack: ExitStack, name: str, parameters: Mapping[str, object],
        remappings: Mapping[str, str] | None = None,
    ) -> NodeProcess:
        """Start a node of this package; it ends with the stack.

        :param name: see ``NodeProcess``; its log's name too
        """
        process = stack.enter_context(NodeProcess(
            name, parameters, self._folder / f'{name}.log', remappings))
        self._processes.append(process)
        return process

    def stop(self, process: NodeProcess) -> None:
        """End a node in its time."""
        self._processes.remove(process)
        process.end()

    def start_tracker(self, stack: ExitStack, parameters: Mapping[str, object]) -> NodeProcess:
        """Start the tracker and take it to ``active``; its model is not loaded yet.

        :raises Refused: it does not take the parameters
        """
        process = self.start(stack, TRACKER, {'autostart': False, **parameters})
        change = self.recorder.create_client(ChangeState, f'{TRACKER}/change_state')
        for name, number in (('configured', Transition.TRANSITION_CONFIGURE),
                             ('activated', Transition.TRANSITION_ACTIVATE)):
            request = ChangeState.Request(transition=Transition(id=number))
            if not self.call(change, request).success:
                raise Refused(f'the tracker cannot be {name}:\n{process.last_words()}')
        return process

    def await_model(self) -> None:
        """Wait until the tracker's model is loaded.

        :raises Refused: it cannot be loaded
        """
        self.wait(self._loaded, 'the model is not loaded', _LOAD)

    def select(self, stamp: int, box: Box) -> str:
        """Select the target on the image of this stamp; returns the selection's id.

        :raises Refused: the tracker does not take this box
        """
        request = SetTarget.Request(box=to_box(box))
        request.header.stamp = to_stamp(stamp)
        response = self.call(
            self.recorder.create_client(SetTarget, f'{TRACKER}/set_target'), request)
        if not response.accepted:
            raise Refused(f'the target is refused: {response.message}')
        return str(response.id)

    def resume(self) -> None:
        """Let a player go on that was started paused."""
        self.call(self.recorder.create_client(Trigger, f'{PLAYER}/resume'), Trigger.Request())

    def call(self, client: Client, request: Any) -> Any:
        """Call a service; returns its response."""
        complaint = f'{client.srv_name} does not answer'
        self.wait(client.service_is_ready, complaint, ANSWER)
        self._meet(client.srv_name.rpartition('/')[0])
        future = client.call_async(request)
        self.wait(future.done, complaint, ANSWER)
        return future.result()

    def _meet(self, node: str) -> None:
        """Wait until a node knows every client that this process has by now.

        Before, its response would be lost, and most requests cannot be made twice. A node learns
        of a process's clients in the order in which they were made: so it knows all once it has
        responded to a new one, by a service that every node has and that may be asked again.
        """
        service = f'{node}/get_parameters'
        client = self.recorder.create_client(GetParameters, service)
        futures: list[Any] = []
        again = 0.0

        def met() -> bool:
            nonlocal again
            if client.service_is_ready() and time.monotonic() > again:
                futures.append(client.call_async(GetParameters.Request()))
                again = time.monotonic() + _GREET_AGAIN
            return any(future.done() for future in futures)
        self.wait(met, f'{service} does not answer', ANSWER)

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
        if self.recorder.error:
            raise Refused(self.recorder.error)
        return self.recorder.diagnostics.get('engine', 'none') not in ('none', 'loading')
