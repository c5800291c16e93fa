"""A node in a thread of this process, in an rclpy context of its own, with its log kept."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
import gc
import threading
import time
import traceback
from typing import Any
from unittest.mock import patch

import rclpy
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.impl import rcutils_logger
from rclpy.impl.rcutils_logger import RcutilsLogger
from rclpy.logging import LoggingSeverity
from rclpy.task import Future

# Of each line of code, rclpy knows what it logs: those that call it are meant, not this file.
rcutils_logger._internal_callers.append(__file__)


class NodeThread:
    """A node that spins from its creation to the end of the block.

    What its callbacks raise ends it, is in its log, and is raised again at the end of the block.
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
        self._fault: Exception | None = None
        self._context = Context()
        rclpy.init(args=arguments, context=self._context, domain_id=domain)
        try:
            with patch('rclpy.node.get_logger', lambda name: _Recorder(name, self._lines)):
                self._node: Any = create(context=self._context)
        except Exception:
            self._context.try_shutdown()
            raise
        self._ending = Future()
        self._thread = threading.Thread(target=self._spin, name=self._node.get_name())
        self._thread.start()

    def __enter__(self) -> NodeThread:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Destroy it, and raise what its callbacks raised; a second time, do nothing."""
        if not self._ending.done():
            self._ending.set_result(None)
        self._thread.join()
        gc.collect()  # what is left in cycles keeps the node in the graph
        fault, self._fault = self._fault, None
        if fault is not None:
            raise fault

    @property
    def log(self) -> str:
        """What it has logged so far."""
        return '\n'.join(self._lines)

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def _spin(self) -> None:
        executor = SingleThreadedExecutor(context=self._context)
        executor.add_node(self._node)
        try:
            executor.spin_until_future_complete(self._ending)
        except Exception as fault:  # noqa: BLE001 - it is raised where the test sees it
            self._lines.append(traceback.format_exc())
            self._fault = fault
        finally:
            self._node.destroy_node()
            self._node = None
            executor.shutdown()
            self._context.try_shutdown()


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
