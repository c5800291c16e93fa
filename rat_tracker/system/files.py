"""Files: written whole or not at all, left behind by systems, in folders of any name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import ExitStack
import errno
import fcntl
import os
from pathlib import Path

from rat_tracker.system.shell import shell_path

# What Windows, macOS, file servers and file systems put into folders, in small letters; names that
# begin with a full stop are hidden ones.
_LEFTOVERS = frozenset({
    'thumbs.db', 'ehthumbs.db', 'desktop.ini', '__macosx', 'lost+found', '@eadir', '#recycle',
    '$recycle.bin', 'system volume information', 'icon\r'})
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # errors of a disk that is full
# The specification of Git LFS: the first line of a pointer, which is no longer than 1024 bytes.
_LFS_START = b'version https://git-lfs.github.com/spec/'


def is_leftover(path: Path) -> bool:
    """Return whether an operating system or a file server put this there, or it is hidden."""
    return path.name.startswith(('.', '~$')) or path.name.lower() in _LEFTOVERS


def is_lfs_pointer(content: bytes) -> bool:
    """Return whether a file that begins so is only a pointer of Git LFS."""
    return content.startswith(_LFS_START)


def lfs_remedy(path: Path) -> str:
    """Return how to get the file in place of which a pointer lies there."""
    folder = path.absolute().parent
    return f'it is a pointer of Git LFS; fetch the file: git -C {shell_path(folder)} lfs pull'


def start_of(path: Path, size: int = len(_LFS_START)) -> bytes:
    """Return the first bytes of a file.

    :raises OSError: it cannot be read
    """
    with path.open('rb') as file:
        return file.read(size)


def write_whole(path: Path, content: bytes | str) -> None:
    r"""Write a file; when that fails, what was there before is there still.

    :param content: text is written as UTF-8; a byte of a file's name that is no letter as
        ``\udce9``
    :raises OSError: it cannot be written
    """
    part = path.with_name(f'.{os.getpid()}.part')
    try:
        part.write_bytes(
            content.encode(errors='backslashreplace') if isinstance(content, str) else content)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def plain_path(path: Path) -> Iterator[Path]:
    """Yield a path to a file or folder that holds ASCII letters only, while the block lasts.

    Libraries written in C take a path for UTF-8, or some of its letters for a command. It holds
    for the processes that this one starts, too.

    :raises OSError: there is nothing
    """
    descriptor = os.open(path, os.O_PATH)
    try:
        yield Path(f'/proc/{os.getpid()}/fd/{descriptor}')
    finally:
        os.close(descriptor)


def text_path(path: Path, stack: ExitStack) -> Path:
    """Return a path that is text on one line, as ROS and YAML pass on: itself if it is.

    :param stack: as long as it is open, the path holds
    :raises OSError: there is nothing
    """
    return path if str(path).isprintable() else stack.enter_context(plain_path(path))


@contextmanager
def locked_folder(folder: Path, who: str) -> Iterator[None]:
    """Make a folder and keep others of the same kind from writing to it.

    :param who: what another that writes to it is called
    :raises OSError: it cannot be made or written to, or another one is writing to it
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / '.lock').open('w') as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # let go of when the process ends
        except BlockingIOError:
            raise BlockingIOError(errno.EWOULDBLOCK, f'{who} is writing to it') from None
        yield
