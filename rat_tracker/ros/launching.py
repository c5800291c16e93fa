"""What the launch files share. It needs the package launch, which the nodes do without."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from launch.actions import DeclareLaunchArgument
from launch.actions import OpaqueFunction
from launch.actions import SetEnvironmentVariable
from launch.substitutions import EnvironmentVariable
from launch.substitutions import LaunchConfiguration
from launch.substitutions import PathJoinSubstitution
from launch_ros.substitutions import FindPackageShare

from launch import LaunchContext
from launch import Substitution
from rat_tracker.doctor.fastdds import profile_variable

CONSOLE = 'console_node'
TRACKER = 'tracker_node'
FOLLOWER = 'follower_node'
AS_THE_FILE_SAYS = 'Empty: as the parameter file says.'

_TRUTH = {'true': True, 'false': False}
_RESPAWN_SECONDS = 2.0

Override = dict[str, bool | str]


def installed(*path: str) -> Substitution:
    """Return where a file of this package lies."""
    return PathJoinSubstitution([FindPackageShare('rat_tracker'), *path])


def fastdds() -> SetEnvironmentVariable:
    """Make room for images in shared memory, without which most are lost.

    A profile that the user has set stays.
    """
    name = profile_variable(os.environ)
    return SetEnvironmentVariable(name, EnvironmentVariable(
        name, default_value=installed('config', 'fastdds.xml')))


def switch(name: str, description: str) -> DeclareLaunchArgument:
    """Declare an argument for a parameter that is true or false."""
    return DeclareLaunchArgument(
        name, default_value='', choices=['', *_TRUTH],
        description=f'{description} {AS_THE_FILE_SAYS}')


def option(name: str, description: str, default: str = 'false') -> DeclareLaunchArgument:
    """Declare an argument of the launch file itself that is true or false."""
    return DeclareLaunchArgument(
        name, default_value=default, choices=[*_TRUTH], description=description)


def stated(context: LaunchContext, *names: str) -> Override:
    """Return the parameters that arguments of the same names state; empty ones state nothing."""
    values = {name: LaunchConfiguration(name).perform(context) for name in names}
    return {name: _TRUTH.get(value, value) for name, value in values.items() if value}


def existing(name: str) -> OpaqueFunction:
    """Refuse to start anything where the file that an argument names is not there.

    launch only warns of a parameter file, and the nodes would start with their defaults.
    """
    def check(context: LaunchContext) -> None:
        path = LaunchConfiguration(name).perform(context)
        if not Path(path).is_file():
            raise RuntimeError(f'{name}: there is no file {path!r}; name one with its whole path')
    return OpaqueFunction(function=check)


def our_node(name: str, override: Override, params_file: str = '') -> dict[str, Any]:
    """Return how one of our nodes is started, but for its remappings.

    :param override: what arguments state on top of the parameters of a file
    :param params_file: the argument that names this file; empty for none
    """
    file = [LaunchConfiguration(params_file)] if params_file else []
    return {
        'package': 'rat_tracker', 'executable': name, 'name': name,
        'namespace': LaunchConfiguration('namespace'),
        'parameters': [*file, *([override] if override else [])],
        'ros_arguments': ['--log-level', LaunchConfiguration('log_level')],
        'respawn': LaunchConfiguration('respawn'), 'respawn_delay': _RESPAWN_SECONDS,
        'output': 'screen',
    }
