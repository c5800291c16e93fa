"""The folder of built engines: only its owner may write to it, and one at a time builds for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import fcntl
import logging
import os
from pathlib import Path

from rat_tracker.engines.cache_entry import OTHERS_MAY_WRITE
from rat_tracker.engines.cache_entry import reason
from rat_tracker.system.shell import shell_path

REMEDY = 'choose another folder by XDG_CACHE_HOME, or by --cache of rat_tracker engine'
_LOG = logging.getLogger('rat_tracker.engines')


class EngineCacheError(ValueError):
    """The folder cannot be used; the message says why and what to do."""


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    """Yield a descriptor of a folder, which is certain to be ours alone to write to.

    The folder is made if it is not there.

    :raises EngineCacheError: the folder cannot be used
    """
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        why = 'it is a symbolic link' if folder.is_symlink() else reason(error)
        raise EngineCacheError(f'engines cannot be kept in {folder}: {why}; {REMEDY}') from None
    try:
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid():
            raise EngineCacheError(f'engines in {folder} are not trusted: the folder '
                                   'belongs to another user; ' + REMEDY)
        if status.st_mode & OTHERS_MAY_WRITE:
            raise EngineCacheError(f'engines in {folder} are not trusted: other users '
                                   f'may write to it; run: '
                                   f'chmod 700 {shell_path(folder)}')
        yield descriptor
    finally:
        os.close(descriptor)


def lock(folder: int) -> bool:
    """Whether this descriptor holds the folder's lock now; closing it gives the lock back."""
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:  # some file systems of other machines know no locks
        _LOG.debug('engines are built without a lock: %s', reason(error))
    return True


def default_folder() -> Path:
    """Return where this user's engines are kept, as the XDG base directory specification says."""
    base = Path(os.environ.get('XDG_CACHE_HOME', ''))
    # The specification wants a relative path to be ignored.
    return (base if base.is_absolute() else Path.home() / '.cache') / 'rat_tracker' / 'engines'
