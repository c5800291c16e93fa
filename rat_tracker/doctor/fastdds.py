"""Fast DDS's profile: which variable names it, where ours lies, how much memory it sets aside."""

from __future__ import annotations

from collections.abc import Mapping
import os
from pathlib import Path
from xml.etree import ElementTree

import rat_tracker

DEFAULT_SEGMENT = 512 * 1024  # bytes of shared memory of a process without a profile
_VERSION_3 = ('kilted', 'lyrical', 'rolling')  # distributions with Fast DDS 3, which renamed it


def profile_variable(variables: Mapping[str, str]) -> str:
    """Return the environment variable that names the profile, in this distribution."""
    prefix = 'FASTDDS' if variables.get('ROS_DISTRO', '') in _VERSION_3 else 'FASTRTPS'
    return f'{prefix}_DEFAULT_PROFILES_FILE'


def our_profile(variables: Mapping[str, str]) -> Path:
    """Return where the profile that comes with this package lies."""
    folders = [Path(prefix) / 'share' / 'rat_tracker'
               for prefix in variables.get('AMENT_PREFIX_PATH', '').split(os.pathsep) if prefix]
    folders.append(Path(rat_tracker.__file__).parents[1])
    files = [folder / 'config' / 'fastdds.xml' for folder in folders]
    return next((file for file in files if file.is_file()), files[-1])


def segment_size(profile: Path) -> int | None:
    """Return the bytes of shared memory that a process has by this profile; None: it names none.

    :raises OSError: it cannot be read
    :raises ValueError: it is no XML, or the size is no number; says why
    """
    try:
        elements = ElementTree.parse(profile).iter()
        sizes = [int(element.text or '') for element in elements
                 if element.tag.rpartition('}')[2] == 'segment_size']
    except ElementTree.ParseError as error:
        raise ValueError(f'it is no XML: {error}') from None
    return max(sizes, default=None)
