"""The begin of a ROS 2 program: arguments that nobody can understand are told in one line."""

from __future__ import annotations

from collections.abc import Sequence
import sys
from typing import Any

import rclpy
from rclpy.utilities import remove_ros_args


def join(name: str, **options: Any) -> bool:
    """Initialise rclpy; if it does not take the ROS arguments, say why and return False.

    A parameter file that is not there or cannot be read is the usual reason.

    :param name: the program's, for the message
    :param options: those of ``rclpy.init``
    """
    try:
        rclpy.init(**options)
    except RuntimeError as error:
        _complain(name, error)
        return False
    return True


def own_arguments(name: str, arguments: Sequence[str]) -> list[str]:
    """Return the arguments that are not for ROS, without the program's name.

    :raises SystemExit: those for ROS cannot be understood; the reason was told
    """
    try:
        return list(remove_ros_args(arguments))[1:]
    except RuntimeError as error:
        _complain(name, error)
        raise SystemExit(2) from None


def _complain(name: str, error: RuntimeError) -> None:
    reason = str(error).partition(', at /')[0]  # what follows are lines of rcl's source
    print(f'{name}: cannot be started: {reason}; correct what follows --ros-args, or the file '
          'that it names', file=sys.stderr)
