"""What lies at a path: a ROS 2 bag, or something else that deserves its own word."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

from rat_tracker.bags.errors import BagError
from rat_tracker.video import natural_order

STORAGES = ('.db3', '.mcap')
_VIDEOS = ('.avi', '.m4v', '.mkv', '.mov', '.mp4', '.mpeg', '.mpg', '.webm', '.wmv')
_ROS1_START = b'#ROSBAG V'


def storage_files(path: Path) -> list[Path]:
    """Return the files of a bag: the one that is named, or those in the folder, in their order.

    :raises BagError: there is no ROS 2 bag
    """
    try:
        if path.is_dir():
            return _in_folder(path)
        with path.open('rb') as file:
            start = file.read(len(_ROS1_START))
    except FileNotFoundError:
        raise BagError(f'bag {path} does not exist') from None
    except OSError as error:
        raise BagError(f'bag {path} cannot be read: {error.strerror}') from None
    if start == _ROS1_START:
        raise BagError(f'{path} is a bag of ROS 1; convert it: rosbags-convert --src {path} '
                       f'--dst {path.with_suffix("")}')
    if path.suffix == '.zstd':
        raise BagError(f'{path} is one compressed file of a bag; name the folder with its '
                       f'metadata.yaml, or unpack it: zstd -dc {quote(str(path))} > '
                       f'{quote(str(path.with_suffix("")))}')
    if path.name == 'metadata.yaml':
        raise BagError(f'{path} only describes a bag; name its folder: {path.parent}')
    if path.suffix.lower() in _VIDEOS:
        raise BagError(f'{path} is a video, not a ROS 2 bag; for videos there is '
                       f'`make demo VIDEO={path}`')
    if path.suffix not in STORAGES:
        raise BagError(f'{path} is not a ROS 2 bag; name a folder with a metadata.yaml, an .mcap '
                       f'or a .db3 file (for videos there is `make demo VIDEO={path}`)')
    if not start:
        raise BagError(f'{path} is empty; was the recording stopped before it began?')
    return [path]


def unpacking(folder: Path) -> str:
    """Return the command that unpacks a folder's files; empty where none is left to unpack."""
    if all(file.with_suffix('').exists() for file in folder.glob('*.zstd')):
        return ''
    # -dc: of a file that is cut off, what is left of it stays.
    return f'for f in {quote(str(folder))}/*.zstd; do zstd -dc "$f" > "${{f%.zstd}}"; done'


def recovering(file: Path) -> str:
    """Return the command that saves what is left of a damaged file into a new one beside it.

    For SQLite it is not ``.recover``, which the ``sqlite3`` of Debian 12 and Ubuntu 24.04 is built
    without.
    """
    old = quote(str(file))
    new = quote(str(file.with_name(f'{file.stem}_recovered{file.suffix}')))
    if file.suffix == '.mcap':
        return f'mcap recover {old} -o {new}'
    # A dump that met damage ends by taking everything back.
    return f"sqlite3 {old} .dump | sed 's/^ROLLBACK.*/COMMIT;/' | sqlite3 {new}"


def _in_folder(folder: Path) -> list[Path]:
    found = sorted((file for file in folder.iterdir() if file.suffix in STORAGES),
                   key=natural_order)
    if (folder / 'metadata.yaml').is_file():
        return found
    if command := unpacking(folder):
        raise BagError(f'folder {folder} holds compressed files and no metadata.yaml; unpack them '
                       f'first: {command}')
    if found:
        return found
    raise BagError(f'folder {folder} holds no ROS 2 bag: no metadata.yaml, no .mcap, no .db3 (for '
                   f'videos and folders of images there is `make demo VIDEO={folder}`)')
