"""The life of a ROS 2 program: its arguments, its signals, its node and its exit code.

Nobody gets a traceback for what he can mend: arguments that cannot be understood and nodes that
cannot be started are told in one line.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from itertools import pairwise
import signal
import sys
import threading
from types import FrameType
from typing import Any
from typing import TypeVar

import rclpy
from rclpy.exceptions import NameValidationException
from rclpy.exceptions import ParameterException
from rclpy.executors import Executor
from rclpy.executors import ExternalShutdownException
from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions
from rclpy.utilities import remove_ros_args
from rclpy.validate_namespace import validate_namespace
from rclpy.validate_node_name import validate_node_name

from rat_tracker.ros.execution.environment import require_environment
from rat_tracker.ros.execution.executor import FaultTolerantExecutor
from rat_tracker.ros.execution.executor import reason_of
from rat_tracker.ros.parameters import error_text
from rat_tracker.system import interrupts
from rat_tracker.system.standard_streams import take_any_text

NodeT = TypeVar('NodeT', bound=Node)

_NAMES: dict[str, Callable[[str], object]] = {
    '__ns': validate_namespace, '__node': validate_node_name, '__name': validate_node_name}
_POLL = 0.1  # seconds, the longest until ``Signals.spin`` notices a signal


def spin(executor: Executor, _: Node) -> int:
    """Spin until rclpy's handler of signals ends it; return the exit code."""
    executor.spin()
    return 0


def run_node(
    name: str, create: Callable[[], NodeT], spin: Callable[[Executor, NodeT], int] = spin, *,
    refusals: tuple[type[Exception], ...] = (), own_signals: bool = False,
) -> int:
    """Create a node, spin it until a signal ends it, destroy it, and return the exit code.

    That is 2 for ROS arguments that cannot be understood and for a node that cannot be created,
    else what ``spin`` returns, and 0 after a signal.

    :param name: the node's, for messages
    :param spin: called with the executor and the node; returns when the node has come to its end
    :param refusals: what ``create`` raises for reasons that the user can mend, besides
        ``ParameterException`` and ``ValueError``
    :param own_signals: ``spin`` notices signals itself, so that the node can publish until it is
        destroyed; rclpy's handlers take away all means to at once
    """
    take_any_text()
    interrupts.interrupt_as_usual()
    options = SignalHandlerOptions.NO if own_signals else SignalHandlerOptions.ALL
    if not own_signals:
        # A KeyboardInterrupt would come wherever the code is, and inside of rclpy's extension it
        # turns into other errors; rclpy's own handler only ends the spinning.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not join(name, signal_handler_options=options):
        return 2
    executor = FaultTolerantExecutor()
    node: NodeT | None = None
    try:
        try:
            node = create()
        except (NameValidationException, ParameterException, ValueError,
                RuntimeError, *refusals) as error:  # RuntimeError is what rcl and QoS raise
            if not rclpy.ok():  # a signal came meanwhile
                return 0
            reason = (error_text(error) if isinstance(error, ParameterException)
                      else reason_of(error))
            rclpy.logging.get_logger(name).fatal(f'cannot be started: {reason}')
            return 2
        executor.add_node(node)
        return spin(executor, node)
    except ExternalShutdownException:
        return 0
    except RuntimeError:
        if rclpy.ok():  # else the signal came in the middle of something
            raise
        return 0
    finally:
        if not own_signals:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # should what follows take too long
        if node is not None:
            node.destroy_node()
        executor.shutdown()
        rclpy.try_shutdown()


class Signals:
    """Whether SIGINT, SIGTERM or SIGHUP, the terminal's end, has come since this was made."""

    def __init__(self) -> None:
        self._came = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    @property
    def came(self) -> bool:
        """Whether one has."""
        return self._came.is_set()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._came.set()

    def spin(self, executor: Executor, _: Node) -> int:
        """Spin until one comes; return the exit code."""
        while not self.came:
            executor.spin_once(timeout_sec=_POLL)
        return 0


def join(name: str, **options: Any) -> bool:
    """Initialise rclpy; if it does not take the ROS arguments, say why and return False.

    A parameter file that is not there or cannot be read is the usual reason.

    :param name: the program's, for the message
    :param options: those of ``rclpy.init``
    :raises SystemExit: ROS cannot start in this environment; the reason was told
    """
    require_environment(name)
    try:
        _without_ros(sys.argv)  # refuses what rclpy.init does, without rcl's log beside it
        rclpy.init(**options)
    except (RuntimeError, UnicodeEncodeError) as error:
        _complain(name, error)
        return False
    return True


def own_arguments(name: str, arguments: Sequence[str]) -> list[str]:
    """Return the arguments that are not for ROS, without the program's name.

    :raises SystemExit: those for ROS cannot be understood; the reason was told
    """
    try:
        return _without_ros(arguments)[1:]
    except (RuntimeError, UnicodeEncodeError) as error:
        _complain(name, error)
        raise SystemExit(2) from None


def _without_ros(arguments: Sequence[str]) -> list[str]:
    """Return the arguments that are not for ROS.

    :raises RuntimeError: those for ROS cannot be understood
    """
    for option, rule in pairwise(arguments):
        if option in ('-r', '--remap'):
            _check_names(rule)
    try:
        return list(remove_ros_args(arguments))
    except rclpy_implementation.UnknownROSArgsError as error:  # which is but their list
        raise RuntimeError(f'unknown ROS arguments {error}') from None


def _check_names(rule: str) -> None:
    """Refuse a node's name or namespace before rcl does: it warns, and gives a wrong reason."""
    name, _, value = rule.partition(':=')
    check = _NAMES.get(name.rpartition(':')[2])
    if check is None:
        return
    try:
        check(value)
    except NameValidationException as error:
        reason, _, _ = str(error).partition(':\n')  # then the value, and a mark below the place
        raise RuntimeError(f"cannot take remap rule '-r {rule}': {reason}") from None


def _complain(name: str, error: RuntimeError | UnicodeEncodeError) -> None:
    if isinstance(error, UnicodeEncodeError):
        print(f'{name}: cannot be started: {error.object!r} is not UTF-8, and ROS takes no other '
              'text; rename the file or folder', file=sys.stderr)
        return
    reason = reason_of(error)
    if 'remap rule' in reason:
        reason, _, _ = reason.partition('. Error: ')  # what follows are positions in the rule
        remedy = (
            'write -r FROM:=TO, names of letters, digits and _ that begin with no digit, 255 '
            'at most, and a namespace that begins with / and does not end with it')
    else:
        remedy = 'correct what follows --ros-args, or the file that it names'
    print(f'{name}: cannot be started: {reason}; {remedy}', file=sys.stderr)
