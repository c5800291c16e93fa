"""Which files a sequence is made of, and which state of them, without reading what is in them."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
import os
from pathlib import Path
import stat

from rat_tracker.datasets.errors import DatasetError


def files_signature(paths: Iterable[Path]) -> str:
    """Return a digest of files' resolved paths, sizes and times of modification, in order.

    Neither the working directory nor links on the way to a file matter.

    :raises DatasetError: a file is not there
    """
    digest = sha256()
    folders: dict[str, str] = {}
    for path in paths:
        try:
            digest.update(_state(os.fspath(path), folders))
        except OSError as error:
            raise DatasetError(
                f'{path} cannot be read: {error.strerror}; replace the file') from None
    return digest.hexdigest()


def _state(path: str, folders: dict[str, str]) -> bytes:
    """Return a line on a file.

    :param folders: the folders that were resolved already, which takes its time
    """
    state = os.lstat(path)
    if stat.S_ISLNK(state.st_mode):
        path = os.path.realpath(path, strict=True)
        state = os.lstat(path)
    folder, name = os.path.split(path)
    if folder not in folders:
        folders[folder] = os.path.realpath(folder or os.curdir)
    return os.fsencode(f'{folders[folder]}\0{name}\0{state.st_size}\0{state.st_mtime_ns}\0')
