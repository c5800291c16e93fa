"""Whether ROS 2 and our messages can be imported, and which middleware carries them."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
import importlib
from importlib.util import find_spec
import os
from pathlib import Path

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level

FAST_DDS = 'rmw_fastrtps_cpp'  # what Jazzy takes unless told otherwise
_HIGHEST_DOMAIN = 232  # beyond it a port's number does not fit into 16 bits
_RANGES = ('SUBNET', 'LOCALHOST', 'OFF', 'SYSTEM_DEFAULT')


def ros() -> Iterator[Finding]:
    """Look for rclpy. It is not imported: with a wrong middleware that ends the process."""
    if find_spec('rclpy') is None:
        yield Finding(Level.ERROR, 'ros', *_no_ros())
    else:
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
    """Import our own messages, which colcon builds."""
    if find_spec('rclpy') is None:
        return
    try:
        importlib.import_module('rat_tracker.msg')
        importlib.import_module('rat_tracker.srv')
    except ImportError as error:
        yield Finding(
            Level.ERROR, 'messages', 'the messages of rat_tracker are not found '
            f'({" ".join(str(error).split())})',
            'build them with colcon build and run: . install/setup.bash; or in the source folder: '
            'make build && . scripts/environment.sh')


def environment() -> Iterator[Finding]:
    """Look at the variables that decide whom we can hear."""
    domain = os.environ.get('ROS_DOMAIN_ID', '')
    if domain and not (domain.isdecimal() and int(domain) <= _HIGHEST_DOMAIN):
        yield Finding(
            Level.ERROR, 'environment', f'ROS_DOMAIN_ID is {domain!r}, which is not a number from '
            f'0 to {_HIGHEST_DOMAIN}',
            'run: export ROS_DOMAIN_ID=0, or the number that the other nodes have')
    wanted = os.environ.get('RMW_IMPLEMENTATION', '')
    there = middlewares(os.environ)
    if wanted and there and wanted not in there:
        yield Finding(
            Level.ERROR, 'environment', f'RMW_IMPLEMENTATION is {wanted}, which is not installed; '
            f'installed: {", ".join(there)}',
            f'run: unset RMW_IMPLEMENTATION, or sudo apt install '
            f'ros-jazzy-{wanted.replace("_", "-")}')
    reach = os.environ.get('ROS_AUTOMATIC_DISCOVERY_RANGE', '')
    if reach == 'OFF':
        yield Finding(
            Level.WARNING, 'environment', 'ROS_AUTOMATIC_DISCOVERY_RANGE is OFF: nodes find no '
            'other node by themselves', 'run: export ROS_AUTOMATIC_DISCOVERY_RANGE=SUBNET')
    elif reach and reach not in _RANGES:
        yield Finding(
            Level.WARNING, 'environment', f'ROS_AUTOMATIC_DISCOVERY_RANGE is {reach!r}, which is '
            f'none of {", ".join(_RANGES)}', 'run: export ROS_AUTOMATIC_DISCOVERY_RANGE=SUBNET')


def middleware(variables: Mapping[str, str]) -> str:
    """Return the name of the middleware that a node started here would use."""
    wanted = variables.get('RMW_IMPLEMENTATION', '')
    there = middlewares(variables)
    return wanted or (FAST_DDS if FAST_DDS in there or not there else there[0])


def middlewares(variables: Mapping[str, str]) -> list[str]:
    """Return what is installed, by the index of packages; empty where there is no index."""
    found: set[str] = set()
    for prefix in variables.get('AMENT_PREFIX_PATH', '').split(os.pathsep):
        index = Path(prefix) / 'share' / 'ament_index' / 'resource_index' / 'rmw_typesupport'
        if prefix and index.is_dir():
            found.update(entry.name for entry in index.iterdir()
                         if entry.name != 'rmw_implementation')
    return sorted(found)

