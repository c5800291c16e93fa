"""Install rat_tracker as a plain Python package, without ROS; colcon uses CMakeLists.txt."""

from __future__ import annotations

from pathlib import Path
import xml.etree.ElementTree as ElementTree

from setuptools import find_packages
from setuptools import setup

ROOT = Path(__file__).resolve().parent


def version() -> str:
    """Return the version that package.xml states."""
    text = ElementTree.parse(ROOT / 'package.xml').findtext('version')
    if text is None:
        raise ValueError(f'{ROOT / "package.xml"} has no <version>')
    return text


def requirements() -> list[str]:
    """Return the lines of requirements/runtime.txt without comments."""
    lines = (ROOT / 'requirements' / 'runtime.txt').read_text(encoding='utf-8').splitlines()
    bare = (line.partition('#')[0].strip() for line in lines)
    return [line for line in bare if line]


setup(
    name='rat_tracker',
    version=version(),
    description="Follows one target through a camera's images",
    license='Apache-2.0',
    license_files=['LICENSE'],
    python_requires='>=3.10',
    packages=[*find_packages(include=['rat_tracker', 'rat_tracker.*']), 'rat_tracker.interfaces'],
    # The one copy of the messages' definitions lies where colcon looks for it.
    package_dir={'rat_tracker.interfaces': 'msg'},
    package_data={'rat_tracker.interfaces': ['*.msg']},
    include_package_data=True,
    install_requires=requirements(),
    entry_points={
        'console_scripts': [
            'rat_tracker = rat_tracker.cli:main',
            'tracker_node = rat_tracker.ros.tracker.node:main',
            'follower_node = rat_tracker.ros.follower.node:main',
            'console_node = rat_tracker.ros.console.node:main',
            'simulated_robot = rat_tracker.ros.simulation.node:main',
            'clip_player = rat_tracker.ros.player.node:main',
            'select_target = rat_tracker.ros.selection.select_target:main',
        ],
    },
)
