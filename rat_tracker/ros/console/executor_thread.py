"""The thread in which everything of ROS happens."""

from __future__ import annotations

from collections.abc import Callable
import threading

from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node

from rat_tracker.ros.executor_calls import ExecutorCalls


class ExecutorThread:
    """Spin a node beside the event loop, from the beginning to ``close``."""

    def __init__(self, node: Node, failed: Callable[[], None]) -> None:
        """Begin.

        :param failed: called, in the thread, when it ends by an exception, which ``close`` raises
        """
        self.calls = ExecutorCalls(node)
        self._failed = failed
        self._error: Exception | None = None
        self._ending = False
        self._executor = SingleThreadedExecutor(context=node.context)
        self._executor.add_node(node)
        self._thread = threading.Thread(target=self._run, name='executor')
        self._thread.start()

    def _run(self) -> None:
        try:
            while not self._ending:
                self._executor.spin_once()
        except Exception as error:  # noqa: BLE001 - whatever it is, close() raises it
            self._error = error
            self._failed()

    def close(self) -> None:
        """End the thread once it has made all calls."""
        self.calls.call_soon(self._end)
        self._thread.join()
        self._executor.shutdown()
        if self._error is not None:
            raise self._error

    def _end(self) -> None:
        self._ending = True
