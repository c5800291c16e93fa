"""Built engines, kept from one start to the next.

An engine is code that the graphics driver will run, so what is read back has to be what was
written, by this user, for exactly this purpose. The folder may be written to by its owner alone;
every entry repeats the full key that it was made for and carries a checksum; whatever does not
fit is rebuilt, and the log says why. Entries are plain bytes (see ``cache_entry``): nothing is
unpickled.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import logging
import os
from pathlib import Path
import secrets
import time

from rat_tracker.engines.cache_entry import EngineKey
from rat_tracker.engines.cache_entry import OTHERS_MAY_WRITE
from rat_tracker.engines.cache_entry import read
from rat_tracker.engines.cache_entry import reason
from rat_tracker.engines.cache_entry import SUFFIX
from rat_tracker.engines.cache_entry import Unfit
from rat_tracker.engines.cache_entry import written

_REMEDY = 'choose another folder, for example with XDG_CACHE_HOME'
_LOG = logging.getLogger('rat_tracker.engines')


class EngineCacheError(ValueError):
    """The folder cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in the cache: its key if it can be trusted, otherwise what is wrong with it."""

    path: Path
    key: EngineKey | None
    size: int
    problem: str = ''


class EngineCache:
    """Engines in a folder, which is made when it is first needed.

    The folder is opened anew for every operation, checked, and then used through its descriptor,
    so it cannot be exchanged in between.

    :param folder: None for ``default_folder()``
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_folder()

    def get_or_build(self, key: EngineKey, build: Callable[[], bytes]) -> bytes:
        """Return the engine for a key, building and keeping it if there is none to trust.

        :raises EngineCacheError: the folder cannot be used
        """
        engine = self.fetch(key)
        if engine is None:
            _LOG.info('building: %s', key)
            start = time.perf_counter()
            engine = build()
            _LOG.info('built in %.1f s: %s', time.perf_counter() - start, key)
            self.store(key, engine)
        return engine

    def fetch(self, key: EngineKey) -> bytes | None:
        """Return the engine for a key, or None, saying why in the log, if it cannot be trusted.

        :raises EngineCacheError: the folder cannot be used
        """
        with self._opened() as folder:
            try:
                _, engine = read(folder, key.file_name)
            except FileNotFoundError:
                return None
            except (Unfit, OSError) as error:
                _LOG.warning('%s is not used but rebuilt: %s', self.folder / key.file_name,
                             reason(error))
                return None
        return engine

    def store(self, key: EngineKey, engine: bytes) -> None:
        """Keep an engine; who reads meanwhile finds the old one or the new one, whole.

        :raises EngineCacheError: the folder cannot be used, or not be written to
        """
        temporary = f'.{secrets.token_hex(16)}'
        with self._opened() as folder:
            try:
                descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600,
                                     dir_fd=folder)
                try:
                    with os.fdopen(descriptor, 'wb') as file:
                        file.write(written(key, engine))
                        file.flush()
                        os.fsync(descriptor)
                    os.replace(temporary, key.file_name, src_dir_fd=folder, dst_dir_fd=folder)
                except BaseException:
                    os.unlink(temporary, dir_fd=folder)
                    raise
            except OSError as error:
                raise EngineCacheError(
                    f'{self.folder / key.file_name} cannot be written: {reason(error)}; '
                    f'make room, or {_REMEDY}') from None

    def entries(self) -> list[Entry]:
        """Return every file that looks like an entry, in the order of their names.

        :raises EngineCacheError: the folder cannot be used
        """
        with self._opened() as folder:
            names = os.listdir(folder)  # noqa: PTH208 - a descriptor has no path
            return [self._entry(folder, name) for name in sorted(names) if name.endswith(SUFFIX)]

    def _entry(self, folder: int, name: str) -> Entry:
        size = os.stat(name, dir_fd=folder, follow_symlinks=False).st_size
        try:
            key, _ = read(folder, name)
        except (Unfit, OSError) as error:
            return Entry(self.folder / name, None, size, reason(error))
        return Entry(self.folder / name, key, size)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """Yield a descriptor of the folder, which is certain to be ours alone to write to."""
        try:
            self.folder.mkdir(0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError as error:
            why = 'it is a symbolic link' if self.folder.is_symlink() else reason(error)
            raise EngineCacheError(f'engines cannot be kept in {self.folder}: {why}; '
                                   f'{_REMEDY}') from None
        try:
            status = os.fstat(descriptor)
            if status.st_uid != os.geteuid():
                raise EngineCacheError(f'engines in {self.folder} are not trusted: the folder '
                                       'belongs to another user; ' + _REMEDY)
            if status.st_mode & OTHERS_MAY_WRITE:
                raise EngineCacheError(f'engines in {self.folder} are not trusted: other users '
                                       f'may write to it; run: chmod 700 {self.folder}')
            yield descriptor
        finally:
            os.close(descriptor)


def default_folder() -> Path:
    """Return where this user's engines are kept, as the XDG base directory specification says."""
    base = Path(os.environ.get('XDG_CACHE_HOME', ''))
    # The specification wants a relative path to be ignored.
    return (base if base.is_absolute() else Path.home() / '.cache') / 'rat_tracker' / 'engines'
