"""Packages that only some tests need: whose lack is a reason to skip, and what to do about it."""

from __future__ import annotations

from importlib.util import find_spec
import signal
import subprocess
import sys
from traceback import walk_tb

_PIP = {
    'bags': ('apsw', 'backports.zstd', 'lz4', 'rosbags', 'ruamel.yaml'),
    'benchmark': ('PIL', 'jinja2', 'matplotlib', 'tomli_w'),
    'console': ('aiohttp', 'msgspec'),
    'demo': ('skvideo',),
    'runtime': ('openvino', 'safetensors', 'tomli'),
    'scheduler': ('dask', 'distributed'),
    'tensorrt': ('onnx', 'tensorrt', 'torch_tensorrt'),
    'tensorrt_rtx': ('tensorrt_rtx_bindings',),
    'test': ('efficientnet_lite_pytorch', 'got10k', 'hypothesis', 'selenium', 'six', 'skimage'),
}
_ROS = (
    'action_msgs', 'ament_index_python', 'builtin_interfaces', 'diagnostic_msgs', 'geometry_msgs',
    'lifecycle_msgs', 'rcl_interfaces', 'rclpy', 'rosgraph_msgs', 'rosidl_parser', 'sensor_msgs',
    'std_msgs', 'std_srvs', 'visualization_msgs', 'yaml')
# PyPI has no wheels of these: the module, and the package that it is in.
_ROS_BY_APT = {
    'cv_bridge': 'cv-bridge', 'launch': 'launch', 'launch_pytest': 'launch-pytest',
    'launch_ros': 'launch-ros', 'launch_testing': 'launch-testing', 'tf2_msgs': 'tf2-msgs',
    'tf2_ros': 'tf2-ros-py', 'vision_msgs': 'vision-msgs'}
# What to do where a module is missing, by its dotted name.
REMEDIES = {
    **{name: f'pip install -r requirements/{file}.txt'
       for file, names in _PIP.items() for name in names},
    **dict.fromkeys(_ROS, 'run `make build`, or source a ROS 2 installation'),
    **{name: f'sudo apt install ros-jazzy-{package}, and source ROS 2'
       for name, package in _ROS_BY_APT.items()},
    **{f'rat_tracker.{kind}': 'run `make build`, or `colcon build`, and source what it built'
       for kind in ('action', 'msg', 'srv')},
}


def is_installed(name: str) -> bool:
    """Return whether a module can be found."""
    try:
        spec = find_spec(name)
    except ImportError:  # of the package that it is part of
        return False
    # This repository's folder launch/ can be imported, too, as a package without a file.
    return spec is not None and spec.origin is not None


# As it is before any test pretends something else.
_MISSING = frozenset(name for name in REMEDIES if not is_installed(name))


def reason(name: str) -> str | None:
    """Return why a test that needs a module is skipped; None if the module is installed."""
    return f'{name} is not installed: {REMEDIES[name]}' if name in _MISSING else None


def reason_of(error: BaseException) -> str | None:
    """Return why what ended in an error is skipped; None if it is a fault.

    It is skipped if the error came, however indirectly, of one of these modules not being found,
    or of one from pip that was found and cannot be imported: Ubuntu's own may be built for another
    NumPy than ours.
    """
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, ImportError) and link.name is not None:
            for name in _MISSING:
                if _is_part(link.name, name) or _is_part(name, link.name):
                    return reason(name)
        for frame, _ in walk_tb(link.__traceback__):
            module = frame.f_globals.get('__name__', '')
            for names in _PIP.values() if frame.f_code.co_name == '<module>' else ():
                for name in names:
                    if _is_part(module, name):
                        return f'{name} cannot be imported ({link}): {REMEDIES[name]}'
        link = link.__cause__ or link.__context__
    return None


def failure(code: str) -> str | None:
    """Return how a program ends that cannot be trusted not to crash; None if it ends well.

    :param code: the program; it is run in a process of its own
    """
    run = subprocess.run(
        [sys.executable, '-c', code], check=False, capture_output=True, text=True)
    if run.returncode < 0:
        return f'it ends its process by {signal.Signals(-run.returncode).name}'
    return run.stderr.strip().rpartition('\n')[2] if run.returncode else None


def _is_part(module: str, name: str) -> bool:
    """Return whether a module is a package of this name, or in it."""
    return f'{module}.'.startswith(f'{name}.')
