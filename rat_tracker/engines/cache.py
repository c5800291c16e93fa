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
import threading
import time

from rat_tracker.engines.cache_entry import EngineKey
from rat_tracker.engines.cache_entry import read
from rat_tracker.engines.cache_entry import reason
from rat_tracker.engines.cache_entry import SUFFIX
from rat_tracker.engines.cache_entry import Unfit
from rat_tracker.engines.cache_entry import written
from rat_tracker.engines.cache_folder import default_folder
from rat_tracker.engines.cache_folder import EngineCacheError
from rat_tracker.engines.cache_folder import lock
from rat_tracker.engines.cache_folder import opened
from rat_tracker.engines.cache_folder import REMEDY

_POLL = 0.1  # seconds
_LOG = logging.getLogger('rat_tracker.engines')


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

    def get_or_build(
        self, key: EngineKey, build: Callable[[], bytes], stop: threading.Event | None = None,
    ) -> bytes:
        """Return the engine for a key, building and keeping it if there is none to trust.

        Whoever else wants to build for this folder waits, in whatever process: it may want the
        same engine, and two builds at once take longer than one after the other.

        :param stop: ends the waiting once it is set
        :raises EngineCacheError: the folder cannot be used, or the waiting was ended
        """
        engine = self.fetch(key)
        if engine is None:
            with self._alone(stop):
                # Somebody may have built it since; what is wrong with it was told already.
                engine = self.fetch(key, logging.DEBUG) or self._build(key, build)
        return engine

    def _build(self, key: EngineKey, build: Callable[[], bytes]) -> bytes:
        _LOG.info('building: %s', key)
        start = time.perf_counter()
        engine = build()
        _LOG.info('built in %.1f s: %s', time.perf_counter() - start, key)
        self.store(key, engine)
        return engine

    def fetch(self, key: EngineKey, level: int = logging.WARNING) -> bytes | None:
        """Return the engine for a key, or None, saying why in the log, if it cannot be trusted.

        :param level: of what is said in the log
        :raises EngineCacheError: the folder cannot be used
        """
        with opened(self.folder) as folder:
            try:
                _, engine = read(folder, key.file_name)
            except FileNotFoundError:
                return None
            except (Unfit, OSError) as error:
                _LOG.log(level, '%s is not used but rebuilt: %s', self.folder / key.file_name,
                         reason(error))
                return None
        return engine

    def store(self, key: EngineKey, engine: bytes) -> None:
        """Keep an engine; who reads meanwhile finds the old one or the new one, whole.

        :raises EngineCacheError: the folder cannot be used, or not be written to
        """
        temporary = f'.{secrets.token_hex(16)}'
        with opened(self.folder) as folder:
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
                    f'make room, or {REMEDY}') from None

    def remove(self, key: EngineKey) -> None:
        """Let go of an engine, if it is there.

        :raises EngineCacheError: the folder cannot be used, or not be written to
        """
        with opened(self.folder) as folder:
            try:
                os.unlink(key.file_name, dir_fd=folder)
            except FileNotFoundError:
                pass
            except OSError as error:
                raise EngineCacheError(
                    f'{self.folder / key.file_name} cannot be removed: {reason(error)}; '
                    + REMEDY) from None

    def entries(self) -> list[Entry]:
        """Return every file that looks like an entry, in the order of their names.

        :raises EngineCacheError: the folder cannot be used
        """
        with opened(self.folder) as folder:
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
    def _alone(self, stop: threading.Event | None) -> Iterator[None]:
        """Wait until nobody else builds; the lock goes with the descriptor that holds it."""
        with opened(self.folder) as folder:
            while not lock(folder):
                if stop is not None and stop.is_set():
                    raise EngineCacheError('another build was waited for, and that was given up')
                time.sleep(_POLL)
            yield
