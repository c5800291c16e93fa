"""From the begin to the end of ``console_node``."""

from __future__ import annotations

import asyncio
import errno
from functools import partial
import logging
import os
from pathlib import Path
from typing import Any

import cv2
from rclpy.context import Context
from rclpy.executors import Executor
from rclpy.node import Node

from rat_tracker.console.server import Console
from rat_tracker.ros import parameters
from rat_tracker.ros.console.access import AccessError
from rat_tracker.ros.console.access import options_of
from rat_tracker.ros.console.names import full_name_of
from rat_tracker.ros.console.ros_bridge import RosBridge
from rat_tracker.ros.console.settings import ConsoleSettings
from rat_tracker.ros.console.tracker_robot import TrackerRobot
from rat_tracker.ros.execution.spin import run_node
from rat_tracker.ros.execution.spin import Signals

_NAME = 'console_node'
_POLL = 0.1  # seconds, the longest until a signal is noticed


class ConsoleNode(parameters.IdempotentParameters, Node):
    """The node behind the page: its parameters, and what subscribes to the tracker for it."""

    def __init__(self, *, context: Context | None = None) -> None:
        """Declare the parameters.

        :param context: of ``rclpy``; None: the default one
        :raises ValueError: some are of the wrong type, out of range or not possible
        """
        super().__init__(_NAME, context=context)
        settings = parameters.declare(self, ConsoleSettings)
        for name in ('tracker', 'image_topic'):
            full_name_of(self, name, getattr(settings, name))


def run() -> int:
    """Serve the page until a signal ends it and return the exit code."""
    return run_node(_NAME, ConsoleNode, partial(_spin, Signals()), own_signals=True)


def _spin(signals: Signals, executor: Executor, node: Node) -> int:
    settings = parameters.read(node, ConsoleSettings)
    lower_priority(settings.niceness)
    try:
        asyncio.run(_serve(signals, executor, node, settings))
    except (AccessError, OSError) as error:
        node.get_logger().fatal(f'cannot be started: {error}')
        return 1
    return 0


async def _serve(
    signals: Signals, executor: Executor, node: Node, settings: ConsoleSettings,
) -> None:
    """Serve the page until a signal comes or the executor's thread fails.

    :raises AccessError: it may not be served like this
    :raises OSError: nobody can listen at this address
    """
    options = options_of(settings)
    bridge = RosBridge(executor, node)
    robot = TrackerRobot(bridge, settings, asyncio.get_running_loop())
    console = Console(robot, options, _log_of(node))
    try:
        try:
            address = await console.start()
        except OSError as error:
            raise OSError(_unserved(settings, error)) from None
        if options.token is None:
            node.get_logger().info(f'open {address} in a browser on this machine')
        elif settings.token_file:
            node.get_logger().info(
                f'open {address} in a browser; it asks for the token in {settings.token_file}')
        else:
            node.get_logger().info(f'open {address}?token={options.token} in a browser; whoever '
                                   'has this address can steer')
        while not signals.came and not bridge.failed:
            await asyncio.sleep(_POLL)
    finally:
        await console.stop()
        robot.close()
        await asyncio.to_thread(bridge.close)


def _unserved(settings: ConsoleSettings, error: OSError) -> str:
    place = f'host {settings.host}, port {settings.port}'
    if error.errno == errno.EADDRINUSE:
        return (f'{place} is in use; end the other program, perhaps another console_node, or set '
                'the parameter port to another one, 0 for any that is free')
    return (f'nothing can be served at {place}: {error.strerror or error}; set the parameter host '
            'to an address of this machine, 0.0.0.0 for all of them, and port to one from 1024 on')


def lower_priority(niceness: int) -> None:
    """Let other processes have the processor first.

    A robot's processor is often busy. A picture in a browser may come later; the tracker's result
    may not. On Linux each thread has a niceness of its own, and the middleware's have begun.
    """
    cv2.setNumThreads(1)  # the others' share again: pictures are made beside the tracking
    # A thread that begins meanwhile has the niceness of whoever began it.
    while any(_made_nicer(int(thread.name), niceness)
              for thread in Path('/proc/self/task').iterdir()):
        pass


def _made_nicer(thread: int, niceness: int) -> bool:
    """Give a thread at least this niceness; return whether it had less before."""
    try:
        if os.getpriority(os.PRIO_PROCESS, thread) >= niceness:
            return False
        os.setpriority(os.PRIO_PROCESS, thread, niceness)
    except ProcessLookupError:  # it has just ended
        return False
    return True


def _log_of(node: Node) -> logging.Logger:
    """Return a logger whose lines are the node's."""
    log = logging.Logger(_NAME, logging.WARNING)
    log.addHandler(_NodeLog(node))
    return log


class _NodeLog(logging.Handler):
    """Hands lines on to the node's log."""

    def __init__(self, node: Node) -> None:
        super().__init__()
        self._logger: Any = node.get_logger()

    def emit(self, record: logging.LogRecord) -> None:
        # rclpy keeps a severity for each place that logs.
        if record.levelno >= logging.ERROR:
            self._logger.error(record.getMessage())
        else:
            self._logger.warning(record.getMessage())
