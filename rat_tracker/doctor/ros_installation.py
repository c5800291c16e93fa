"""Whether ROS 2 and our messages can be imported and loaded."""

from __future__ import annotations

from collections.abc import Iterator
import ctypes
import importlib
from importlib.util import find_spec
import os
from pathlib import Path

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.doctor.ros_environment import is_installed
from rat_tracker.doctor.ros_environment import middleware

# One of those that the messages are converted by. It is looked for where the middleware looks.
_LIBRARY = 'librat_tracker__rosidl_typesupport_introspection_c.so'


def ros() -> Iterator[Finding]:
    """Look for rclpy. It is not imported: with a wrong middleware that ends the process."""
    if find_spec('rclpy') is None:
        yield Finding(Level.ERROR, 'ros', *_no_ros())
    elif is_installed(os.environ):  # else the environment's check says what is wrong
        yield Finding(Level.OK, 'ros', f'ROS 2 {os.environ.get("ROS_DISTRO", "(unknown)")} with '
                      f'{middleware(os.environ)}')


def _no_ros() -> tuple[str, str]:
    setups = sorted(Path('/opt/ros').glob('*/setup.bash'))
    if setups:
        return ('ROS 2 is installed and not sourced: rclpy is not found',
                f'run: . {setups[-1]}, then source the workspace, . install/setup.bash')
    return ('ROS 2 is not installed, or not sourced: rclpy is not found',
            'in the source folder run: make build && . scripts/environment.sh; or install ROS 2 '
            'Jazzy, https://docs.ros.org/en/jazzy/Installation.html')


def messages() -> Iterator[Finding]:
    """Import our own messages, which colcon builds, and load their libraries."""
    if find_spec('rclpy') is None:
        return
    try:
        for name in ('msg', 'srv', 'action'):
            importlib.import_module(f'rat_tracker.{name}')
        ctypes.CDLL(_LIBRARY)
    except (ImportError, OSError) as error:
        yield Finding(
            Level.ERROR, 'messages', 'the messages of rat_tracker are not found '
            f'({" ".join(str(error).split())})',
            'build them with colcon build and run: . install/setup.bash; or in the source folder: '
            'make build && . scripts/environment.sh')
