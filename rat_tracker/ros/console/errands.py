"""Have things done in the executor's thread, in which alone topics come and go."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty
from queue import SimpleQueue

from rclpy.node import Node


class Errands:
    """A queue that the executor's thread empties as soon as something is in it."""

    def __init__(self, node: Node) -> None:
        self._queue: SimpleQueue[Callable[[], None]] = SimpleQueue()
        # A future that another thread completes does not wake the executor; this does.
        self._guard = node.create_guard_condition(self._run)

    def add(self, errand: Callable[[], None]) -> None:
        """Have this done soon; from any thread."""
        self._queue.put(errand)
        self._guard.trigger()

    def _run(self) -> None:
        while True:
            try:
                errand = self._queue.get_nowait()
            except Empty:
                return
            errand()
