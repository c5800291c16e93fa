"""Have functions called in the executor's thread, in which alone topics come and go."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from collections.abc import Generator
from queue import SimpleQueue
from types import coroutine
from typing import Generic
from typing import TypeVar

from rclpy.node import Node

ValueT = TypeVar('ValueT')


class ExecutorCalls:
    """A queue of calls that the executor's thread makes soon, in order.

    ``call_soon`` may be called from any thread, the other methods from the executor's.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._queue: SimpleQueue[Callable[[], None]] = SimpleQueue()
        # A future that another thread completes does not wake the executor; this does.
        self._guard = node.create_guard_condition(self._run)

    def call_soon(self, function: Callable[[], None]) -> None:
        """Have this called."""
        self._queue.put(function)
        self._guard.trigger()

    def close(self) -> None:
        """Call nothing any more; whoever might want something called has ended."""
        self._node.destroy_guard_condition(self._guard)

    def _run(self) -> None:
        try:
            for _ in range(self._queue.qsize()):
                self._queue.get_nowait()()
        finally:
            if not self._queue.empty():  # one has raised, or more came; the others have a turn
                self._guard.trigger()


class NewestCall(Generic[ValueT]):
    """A function that is called with the newest value; those that were overtaken are left out."""

    def __init__(self, calls: ExecutorCalls, function: Callable[[ValueT], None]) -> None:
        self._calls = calls
        self._function = function
        self._values: deque[ValueT] = deque(maxlen=1)

    @property
    def waiting(self) -> ValueT | None:
        """The newest value, if the function was not called with it yet."""
        try:
            return self._values[0]
        except IndexError:
            return None

    def call_soon(self, value: ValueT) -> None:
        """Have the function called with this, unless a newer value comes before; any thread."""
        self._values.append(value)
        self._calls.call_soon(self._call)

    def _call(self) -> None:
        if self._values:  # else this value was overtaken
            self._function(self._values.popleft())


@coroutine
def next_turn() -> Generator[None, None, None]:
    """Await this to let the executor do everything else first that is ready."""
    yield
