"""What lies at a path: a ROS 2 bag, or something else that deserves its own word."""

from __future__ import annotations

import os
from pathlib import Path

from rat_tracker.bags.errors import BagError
from rat_tracker.system.files import is_leftover
from rat_tracker.system.files import is_lfs_pointer
from rat_tracker.system.files import lfs_remedy
from rat_tracker.system.shell import make_variable
from rat_tracker.system.shell import shell_path
from rat_tracker.video import natural_order

STORAGES = ('.db3', '.mcap')
EMPTY_REMEDY = 'was the recording stopped before it began?'
_VIDEOS = ('.avi', '.m4v', '.mkv', '.mov', '.mp4', '.mpeg', '.mpg', '.webm', '.wmv')
_ROS1_START = b'#ROSBAG V'
_START = 64  # bytes of a file that tell what it is


def storage_files(path: Path) -> list[Path]:
    """Return the files of a bag: the one that is named, or those in the folder, in their order.

    :raises BagError: there is no ROS 2 bag
    """
    try:
        if path.is_dir():
            return _in_folder(path)
        with path.open('rb') as file:
            start = file.read(_START)
    except FileNotFoundError:
        raise BagError(f'bag {path} does not exist') from None
    except OSError as error:
        raise BagError(f'bag {path} cannot be read: {error.strerror}') from None
    if is_lfs_pointer(start):
        raise BagError(f'bag {path} cannot be read: {lfs_remedy(path)}')
    _require_storage(path, start)
    return [path]


def _require_storage(path: Path, start: bytes) -> None:
    """Raise if a file is something else than one of a bag's.

    :param start: its first bytes
    :raises BagError: that is so
    """
    if start.startswith(_ROS1_START):
        raise BagError(f'{path} is a bag of ROS 1; convert it: {_converting(path)}')
    if path.suffix == '.zstd':
        raise BagError(f'{path} is one compressed file of a bag; name the folder with its '
                       f'metadata.yaml, or unpack it: zstd -dc {shell_path(path)} > '
                       f'{shell_path(path.with_suffix(""))}')
    if path.name == 'metadata.yaml':
        raise BagError(f'{path} only describes a bag; name its folder: {path.parent}')
    if path.suffix.lower() in _VIDEOS:
        raise BagError(f'{path} is a video, not a ROS 2 bag; for videos there is '
                       f'`{_demonstrating(path)}`')
    if path.suffix not in STORAGES:
        raise BagError(f'{path} is not a ROS 2 bag; name a folder with a metadata.yaml, an .mcap '
                       'or a .db3 file')
    if not start:
        raise BagError(f'{path} is empty; {EMPTY_REMEDY}')


def packed_files(folder: Path) -> list[Path]:
    """Return the compressed files of a folder that were not unpacked there."""
    return [file for file in folder.glob('*.zstd')
            if not is_leftover(file) and not file.with_suffix('').exists()]


def unpacking(folder: Path) -> str:
    """Return the command that unpacks a folder's files; empty where none is left to unpack."""
    if not packed_files(folder):
        return ''
    # -dc: of a file that is cut off, what is left of it stays.
    return f'for f in {shell_path(folder)}/*.zstd; do zstd -dc "$f" > "${{f%.zstd}}"; done'


def recovering(file: Path) -> str:
    """Return the command that saves what is left of a damaged file into a new one beside it.

    For SQLite it is not ``.recover``, which the ``sqlite3`` of Debian 12 and Ubuntu 24.04 is built
    without.
    """
    old = shell_path(file)
    new = shell_path(file.with_name(f'{file.stem}_recovered{file.suffix}'))
    if file.suffix == '.mcap':
        return f'mcap recover {old} -o {new}'
    # A dump that met damage ends by taking everything back.
    return f"sqlite3 {old} .dump | sed 's/^ROLLBACK.*/COMMIT;/' | sqlite3 {new}"


def _converting(bag: Path) -> str:
    """Return the command that makes a bag of ROS 2 out of one of ROS 1, beside it."""
    # Neither metadata.yaml nor a message of the converter holds bytes that are no letters.
    name = bag.stem if bag.stem.isprintable() else 'bag'
    target = bag.with_name(name)
    if os.path.lexists(target):
        target = bag.with_name(f'{name}_ros2')
    # As rosbag2 stores it by default; and rosbags' sqlite3 knows no #, ? and % in a path.
    return f'rosbags-convert --src {shell_path(bag)} --dst {shell_path(target)} --dst-storage mcap'


def _demonstrating(video: Path) -> str:
    return f'make demo {make_variable("VIDEO", video)} BOX=x,y,width,height'


def _in_folder(folder: Path) -> list[Path]:
    found = sorted((file for file in folder.iterdir()
                    if file.suffix in STORAGES and not is_leftover(file)), key=natural_order)
    if (folder / 'metadata.yaml').is_file():
        return found
    if command := unpacking(folder):
        raise BagError(f'folder {folder} holds compressed files and no metadata.yaml; unpack them '
                       f'first: {command}')
    if found:
        return found
    raise BagError(f'folder {folder} holds no ROS 2 bag: no metadata.yaml, no .mcap, no .db3 (for '
                   f'videos and folders of images there is `{_demonstrating(folder)}`)')
