"""Which profile Fast DDS applies to processes started here, and how much memory it sets aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import os
from pathlib import Path
from xml.etree import ElementTree

import rat_tracker

BUILTIN_SEGMENT = 512 * 1024  # bytes, of a participant that no profile says anything about
_LARGEST = 1_000_000  # bytes of a file that is taken for a profile
_VARIABLES = {2: 'FASTRTPS_DEFAULT_PROFILES_FILE', 3: 'FASTDDS_DEFAULT_PROFILES_FILE'}
_UNNAMED = {2: 'DEFAULT_FASTRTPS_PROFILES.xml', 3: 'DEFAULT_FASTDDS_PROFILES.xml'}
_SKIP = {2: 'SKIP_DEFAULT_XML_FILE', 3: 'SKIP_DEFAULT_XML'}
_FAST_DDS_3 = ('kilted', 'lyrical', 'rolling')  # distributions that come with it


@dataclass(frozen=True, slots=True)
class Profile:
    """What applies to a process of this environment."""

    path: Path | None  # None: no file is named
    segment: int       # bytes of shared memory; 0: none is used
    problem: str = ''  # why the file does not count


def variable(variables: Mapping[str, str]) -> str:
    """Return the variable that names the file, in this distribution."""
    return _VARIABLES[_version(variables)]


def other_variable(variables: Mapping[str, str]) -> str:
    """Return the one that another Fast DDS reads, and this does not; empty if it is not set."""
    return next((name for version, name in _VARIABLES.items()
                 if version != _version(variables) and variables.get(name)), '')


def _version(variables: Mapping[str, str]) -> int:
    return 3 if variables.get('ROS_DISTRO', '') in _FAST_DDS_3 else 2


def profile(variables: Mapping[str, str], folder: Path) -> Profile:
    """Return what applies to a process of these variables, started in this folder."""
    version = _version(variables)
    named = variables.get(_VARIABLES[version], '')
    if named:
        path = folder / named
    else:
        path = folder / _UNNAMED[version]
        if variables.get(_SKIP[version]) == '1' or not path.is_file():
            return Profile(None, BUILTIN_SEGMENT)
    try:
        return Profile(path, _segment(_read(path)))
    except (OSError, ValueError, ElementTree.ParseError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return Profile(path, BUILTIN_SEGMENT, str(reason))


def _read(path: Path) -> ElementTree.Element:
    with path.open('rb') as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ValueError(f'it has more than {_LARGEST} bytes')
    if b'<!DOCTYPE' in data or b'<!ENTITY' in data:
        raise ValueError('it declares entities, which no profile needs')
    root = ElementTree.fromstring(data)
    for element in root.iter():
        element.tag = element.tag.rpartition('}')[2]  # with or without its namespace
    return root


def _segment(root: ElementTree.Element) -> int:
    """Return the bytes of shared memory of a participant of the default profile."""
    transports = {
        _text(item, 'transport_id'): item for item in root.iter('transport_descriptor')}
    participant = next((item for item in root.iter('participant')
                        if item.get('is_default_profile') == 'true'), None)
    if participant is None:
        return BUILTIN_SEGMENT
    names = [(item.text or '').strip() for item in participant.iterfind('.//userTransports/*')]
    sizes = [_size(transports[name]) for name in names
             if name in transports and _text(transports[name], 'type').upper() == 'SHM']
    if _text(participant, './/useBuiltinTransports', 'true').lower() in ('true', '1'):
        sizes.append(BUILTIN_SEGMENT)
    return max(sizes, default=0)


def _size(transport: ElementTree.Element) -> int:
    text = _text(transport, 'segment_size', str(BUILTIN_SEGMENT))
    if not text.isdecimal():
        raise ValueError(f'its segment_size is {text!r}, which is not a number of bytes')
    return int(text)


def _text(element: ElementTree.Element, path: str, default: str = '') -> str:
    return (element.findtext(path) or default).strip()


def our_profile(variables: Mapping[str, str]) -> Path:
    """Return where the profile that comes with this package lies."""
    places = [Path(prefix) / 'share' / 'rat_tracker'
              for prefix in variables.get('AMENT_PREFIX_PATH', '').split(os.pathsep) if prefix]
    places.append(Path(rat_tracker.__file__).parents[1])
    files = [place / 'config' / 'fastdds.xml' for place in places]
    return next((file for file in files if file.is_file()), files[-1])
