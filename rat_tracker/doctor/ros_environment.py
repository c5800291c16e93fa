"""The variables that ROS 2 reads when a node starts, and the folders and libraries they name."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
import os
from pathlib import Path
import socket
from xml.etree import ElementTree

from rat_tracker.doctor.fastdds import profile_variable
from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level

FAST_DDS = 'rmw_fastrtps_cpp'  # what Jazzy takes unless told otherwise
_HIGHEST_DOMAIN = 232  # beyond it a port's number does not fit into 16 bits
_RANGES = ('SUBNET', 'LOCALHOST', 'OFF', 'SYSTEM_DEFAULT')
_SWITCHES = ('RCUTILS_COLORIZED_OUTPUT', 'RCUTILS_LOGGING_USE_STDOUT',
             'RCUTILS_LOGGING_BUFFERED_STREAM')


def environment() -> Iterator[Finding]:
    """Look at the variables that decide whether a node can start, and whom it can hear."""
    for check in _CHECKS:
        yield from check(os.environ)


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


def is_installed(variables: Mapping[str, str]) -> bool:
    """Return whether the middleware is there that a node started here would use."""
    there = middlewares(variables)
    return not there or middleware(variables) in there


def _domain(variables: Mapping[str, str]) -> Iterator[Finding]:
    domain = variables.get('ROS_DOMAIN_ID', '')
    if domain and not (
            domain.isascii() and domain.isdecimal() and int(domain) <= _HIGHEST_DOMAIN):
        yield Finding(
            Level.ERROR, 'environment', f'ROS_DOMAIN_ID is {domain!r}, which is not a number from '
            f'0 to {_HIGHEST_DOMAIN}',
            'run: export ROS_DOMAIN_ID=0, or the number that the other nodes have')


def _middleware(variables: Mapping[str, str]) -> Iterator[Finding]:
    if not is_installed(variables):
        wanted = middleware(variables)
        yield Finding(
            Level.ERROR, 'environment', f'RMW_IMPLEMENTATION is {wanted}, which is not installed; '
            f'installed: {", ".join(middlewares(variables))}',
            'run: unset RMW_IMPLEMENTATION, or sudo apt install '
            f'ros-jazzy-{wanted.replace("_", "-")}')


def _discovery(variables: Mapping[str, str]) -> Iterator[Finding]:
    reach = variables.get('ROS_AUTOMATIC_DISCOVERY_RANGE', '')
    if reach == 'OFF':
        yield Finding(
            Level.WARNING, 'environment', 'ROS_AUTOMATIC_DISCOVERY_RANGE is OFF: nodes find no '
            'other node by themselves', 'run: export ROS_AUTOMATIC_DISCOVERY_RANGE=SUBNET')
    elif reach and reach not in _RANGES:
        yield Finding(
            Level.ERROR, 'environment', f'ROS_AUTOMATIC_DISCOVERY_RANGE is {reach!r}, which is '
            f'none of {", ".join(_RANGES)}', 'run: export ROS_AUTOMATIC_DISCOVERY_RANGE=SUBNET')
    for peer in variables.get('ROS_STATIC_PEERS', '').split(';'):
        if peer and not _is_known(peer):
            yield Finding(
                Level.ERROR, 'environment', f'ROS_STATIC_PEERS names {peer!r}, for which no '
                'address is found', 'run: unset ROS_STATIC_PEERS, or write addresses or names of '
                'hosts with ; between them and no blanks')


def _is_known(host: str) -> bool:
    try:
        socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):  # text that no name can be is the latter
        return False
    return True


def _log_folder(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Look for where rcl writes logs; without such a place it does not begin."""
    home = variables.get('HOME', '')
    if variables.get('ROS_LOG_DIR'):
        named, folder = 'ROS_LOG_DIR', Path(_expanded(variables['ROS_LOG_DIR'], home))
    elif variables.get('ROS_HOME'):
        named, folder = 'ROS_HOME', Path(_expanded(variables['ROS_HOME'], home)) / 'log'
    elif home:
        named, folder = 'HOME', Path(home) / '.ros' / 'log'
    else:
        yield Finding(Level.ERROR, 'environment', 'HOME is not set, so that ROS 2 knows no folder '
                      'for its logs', 'run: export ROS_LOG_DIR=/tmp/ros_log')
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        reason = '' if os.access(folder, os.W_OK | os.X_OK) else 'Permission denied'
    except OSError as error:
        reason = error.strerror or str(error)
    if reason:
        yield Finding(
            Level.ERROR, 'environment', f'ROS 2 cannot write its logs to {folder}, by {named}: '
            f'{reason}', 'run: export ROS_LOG_DIR=/tmp/ros_log, or name another folder that you '
            'may write to')


def _expanded(path: str, home: str) -> str:
    return home + path[1:] if path.startswith('~') and home else path


def _profile(variables: Mapping[str, str]) -> Iterator[Finding]:
    name = profile_variable(variables)
    profile = variables.get(name, '')
    if not profile or not middleware(variables).startswith('rmw_fastrtps'):
        return
    try:
        ElementTree.parse(profile)
    except OSError as error:
        reason = error.strerror or str(error)
    except ElementTree.ParseError as error:
        reason = f'it is no XML: {error}'
    else:
        return
    yield Finding(Level.ERROR, 'environment', f'{name} names {profile}, which cannot be read: '
                  f'{reason}', f'run: unset {name}, or name a profile of Fast DDS')


def _security(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Look for the keystore, where nothing starts without one."""
    if (variables.get('ROS_SECURITY_ENABLE') != 'true'
            or variables.get('ROS_SECURITY_STRATEGY') != 'Enforce'):
        return
    keystore = variables.get('ROS_SECURITY_KEYSTORE', '')
    if not (keystore and (Path(keystore) / 'enclaves').is_dir()):
        named = f'{keystore}, which is no keystore' if keystore else 'not set'
        yield Finding(
            Level.ERROR, 'environment', 'ROS_SECURITY_ENABLE and ROS_SECURITY_STRATEGY enforce '
            f'security, and ROS_SECURITY_KEYSTORE is {named}',
            'run: unset ROS_SECURITY_ENABLE, or export ROS_SECURITY_KEYSTORE=FOLDER, one that '
            'ros2 security create_keystore made')


def _console(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Look at the switches of the log; a wrong one leaves nothing of it but complaints."""
    for name in _SWITCHES:
        if variables.get(name, '') not in ('', '0', '1'):
            yield Finding(
                Level.ERROR, 'environment', f'{name} is {variables[name]!r}, which is neither 0 '
                'nor 1', f'run: unset {name}')


_CHECKS: tuple[Callable[[Mapping[str, str]], Iterator[Finding]], ...] = (
    _domain, _middleware, _discovery, _log_folder, _profile, _security,
    _console)
