"""A node in a thread of this process, in an rclpy context of its own, with its log kept."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
import gc
import threading
import time
from typing import Any
from unittest.mock import patch

import rclpy
from rclpy.context import Context
from rclpy.impl import rcutils_logger
from rclpy.impl.rcutils_logger import RcutilsLogger
from rclpy.logging import LoggingSeverity
from rclpy.node import Node

from rat_tracker.ros.execution.executor import FaultTolerantExecutor

# Of each line of code, rclpy knows what it logs: those that call it are meant, not this file.
rcutils_logger._internal_callers.append(__file__)


class NodeThread:
    """A node that spins from its creation to the end of the block, as in a program of its own.

    What its callbacks raise is in its log, and is raised again at the end of the block, unless
    the test has taken it.
    """

    def __init__(
        self, domain: int, create: Callable[..., Any], *ros_arguments: str,
        parameters: Mapping[str, object] | None = None,
    ) -> None:
        """Start it.

        :param create: is called with the keyword ``context`` and returns a node
        :param ros_arguments: what would follow ``--ros-args``
        """
        arguments = ['--ros-args', '--disable-rosout-logs', *ros_arguments]
        for name, value in (parameters or {}).items():
            arguments += ['-p', f'{name}:={value}']
        self._lines: list[str] = []
        self._faults: list[Exception] = []
        self._context = Context()
        rclpy.init(args=arguments, context=self._context, domain_id=domain)
        try:
            with patch('rclpy.node.get_logger', lambda name: _Recorder(name, self._lines)):
                self._node: Any = create(context=self._context)
        except Exception:
            self._context.try_shutdown()
            raise
        self._ending = threading.Event()
        self._executor = _Executor(self._context, self._faults)
        self._thread = threading.Thread(target=self._spin, name=self._node.get_name())
        self._thread.start()

    def __enter__(self) -> NodeThread:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Stop it, and raise what a callback raised first."""
        self.stop()
        for fault in self.take_faults():
            raise fault

    def stop(self) -> None:
        """Destroy it; a second time, do nothing."""
        self._ending.set()
        if self._thread.is_alive():
            self._executor.create_task(lambda: None)  # else it may wait for work for ever
        self._thread.join()
        gc.collect()  # what is left in cycles keeps the node in the graph

    def take_faults(self) -> list[Exception]:
        """Return what its callbacks have raised, which is then known and not raised again."""
        faults = self._faults[:]
        del self._faults[:len(faults)]
        return faults

    @property
    def log(self) -> str:
        """What it has logged so far."""
        return '\n'.join(self._lines)

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def _spin(self) -> None:
        self._executor.add_node(self._node)
        try:
            while not self._ending.is_set():
                self._executor.spin_once()
        finally:
            self._node.destroy_node()
            self._node = None
            self._executor.shutdown()
            self._context.try_shutdown()


class _Executor(FaultTolerantExecutor):
    """Keep what callbacks raise."""

    def __init__(self, context: Context, faults: list[Exception]) -> None:
        super().__init__(context=context)
        self._faults = faults

    def report(self, error: Exception, name: str, node: Node | None) -> None:
        self._faults.append(error)
        super().report(error, name, node)


class _Recorder(RcutilsLogger):
    """Keep each line that is logged, in the form in which a terminal shows it."""

    def __init__(self, name: str, lines: list[str]) -> None:
        super().__init__(name)
        self._lines = lines

    def log(self, message: str, severity: LoggingSeverity, **options: Any) -> bool:
        logged = bool(super().log(message, severity, **options))
        if logged:
            level = LoggingSeverity(severity).name
            self._lines.append(f'[{level}] [{time.time()}] [{self.name}]: {message}')
        return logged
