"""The executor of our nodes: what a callback raises is logged, and the node lives on."""

from __future__ import annotations

from collections.abc import Callable
import inspect
from pathlib import Path
import re
import time
import traceback
from typing import Any
from typing import Protocol
from typing import runtime_checkable
from weakref import WeakSet

from rclpy.context import Context
from rclpy.executors import Executor
from rclpy.executors import ShutdownException
from rclpy.executors import TimeoutException
from rclpy.node import Node
from rclpy.service import Service

from rat_tracker.ros.execution.refusals import refuse

_THROTTLE = 5.0  # seconds between two log lines about one fault
_LONGEST = 1000  # characters of what was raised: it may quote a request
_SOURCE = re.compile(r', at \S+:\d+')  # a line of rcl's source, at the end of what it says


@runtime_checkable
class HasSafeState(Protocol):
    """A node that does something at once when one of its callbacks raises."""

    def enter_safe_state(self) -> None:
        """Leave nothing going on that a callback which has failed may be needed to stop."""


class FaultTolerantExecutor(Executor):
    """Execute callbacks in the thread that spins, one after the other, whatever they raise.

    That is logged in one line that names the callback, with the node's name, the same not more
    often than every five seconds. A service that raises answers all the same: it refuses. What
    ends a program, such as ``SystemExit``, and rclpy's ``ExternalShutdownException`` end the
    spinning.
    """

    def __init__(self, *, context: Context | None = None) -> None:
        super().__init__(context=context)
        self._services: WeakSet[Service] = WeakSet()  # those that answer whatever they raise
        self._log = _FaultLog()

    def spin_once(self, timeout_sec: float | None = None) -> None:
        """Wait for a callback and execute it.

        :param timeout_sec: seconds to wait; None: for ever
        :raises rclpy.executors.ExternalShutdownException: the context was shut down
        """
        try:
            task, entity, node = self.wait_for_ready_callbacks(timeout_sec=timeout_sec)
        except (ShutdownException, TimeoutException):
            return
        if isinstance(entity, Service) and entity not in self._services:
            self._services.add(entity)
            entity.callback = self._answering(entity, node)
        task()
        error = task.exception()
        if error is None:
            return
        if entity is not None and entity._executor_event:
            # What has come could not be read. rclpy has begun the callback and does not end it,
            # so that nothing else of its group would ever be executed.
            entity._executor_event = False
            entity.callback_group.ending_execution(entity)
        self.report(error, _name(entity, node, error), node)

    def report(self, error: Exception, name: str, node: Node | None) -> None:
        """Bring the node into its safe state, then log what a callback raised.

        :param name: the callback's
        :param node: whose it is; None: of all that are executed here
        """
        if not self.context.ok():  # it is being shut down, which fails whatever is under way
            return
        for one in self.get_nodes() if node is None else [node]:
            if isinstance(one, HasSafeState):
                try:
                    one.enter_safe_state()
                except Exception as another:  # noqa: BLE001 - whatever it is, the node lives on
                    self._log.write(another, 'the safe state', one)
            self._log.write(error, name, one)

    def _answering(self, service: Service, node: Node) -> Callable[..., Any]:
        callback = service.callback

        async def answer(request: Any, response: Any) -> Any:
            try:
                answered = callback(request, response)
                return await answered if inspect.isawaitable(answered) else answered
            except Exception as error:  # noqa: BLE001 - whatever it is, the caller has an answer
                self.report(error, _name(service, node, error), node)
                return refuse(request, response, reason_of(error))
        return answer


class _FaultLog:
    """Log faults, each kind once in a while with the number of times."""

    def __init__(self) -> None:
        # Kinds are of finite number: those of callbacks and of exceptions.
        self._kinds: dict[tuple[str, str, type], list[float]] = {}

    def write(self, error: Exception, name: str, node: Node) -> None:
        kind = (node.get_fully_qualified_name(), name, type(error))
        now = time.monotonic()
        state = self._kinds.setdefault(kind, [-_THROTTLE, 0])
        state[1] += 1
        if now - state[0] < _THROTTLE:
            return
        times = f', {state[1]:.0f} times since this was said last' if state[1] > 1 else ''
        state[:] = now, 0
        place = traceback.extract_tb(error.__traceback__)[-1]
        logger = node.get_logger()
        logger.error(
            f'{name} failed, {type(error).__name__}: {reason_of(error)} '
            f'({Path(place.filename).name}, line {place.lineno}){times}; the node goes on, report '
            'this line if that should not be')
        logger.debug(''.join(traceback.format_exception(error)))


def reason_of(error: Exception) -> str:
    """Return in one line of text what an exception says, without lines of rcl's source."""
    said = _SOURCE.split(' '.join(str(error).split()))[0] or type(error).__name__
    if len(said) > _LONGEST:
        said = f'{said[:_LONGEST]}…'
    return said.encode('utf-8', 'backslashreplace').decode()  # a file's name may be no text


def _name(entity: Any, node: Node, error: Exception) -> str:
    """Return what a callback is called in the log."""
    if isinstance(entity, Service):
        return f'service {node.resolve_service_name(entity.srv_name)}'
    if entity is None:
        return f'task {_task(error)}'
    if hasattr(entity, 'topic_name'):
        return f'subscription to {entity.topic_name}'
    kind = type(entity).__name__
    callback = getattr(entity, 'callback', None)
    return f'{kind} {_called(callback)}' if callback is not None else kind


def _called(callback: Callable[..., Any]) -> str:
    return getattr(callback, '__qualname__', type(callback).__name__)


def _task(error: Exception) -> str:
    """Return the name of the function that a task was made of."""
    frames = traceback.extract_tb(error.__traceback__)
    # The first frame is this module's caller of the task, the second rclpy's.
    return frames[min(1, len(frames) - 1)].name
