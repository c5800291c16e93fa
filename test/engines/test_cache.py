"""Built engines are kept, and only what is exactly what was kept is ever used."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
import json
import logging
import os
from pathlib import Path
import pickle
import stat
import threading

import pytest

from rat_tracker.engines import cache_entry
from rat_tracker.engines.cache import EngineCache
from rat_tracker.engines.cache_entry import EngineKey
from rat_tracker.engines.cache_folder import default_folder
from rat_tracker.engines.cache_folder import EngineCacheError

KEY = EngineKey(
    engine='tensorrt_rtx', network='Edges', weights='a' * 64, graph='b' * 64,
    patches=(1, 16, 16, 3), inputs=((1, 4),), precision='float32', gpu='compute capability 8.6',
    versions=('TensorRT-RTX 1.7', 'torch 2.13'))
OTHER_KEYS = {
    'engine': 'tensorrt', 'network': 'Corners', 'weights': 'c' * 64, 'graph': 'c' * 64,
    'patches': (3, 16, 16, 3), 'inputs': ((1, 4), (2,)), 'precision': 'float16',
    'gpu': 'compute capability 8.9', 'versions': ('TensorRT-RTX 1.8', 'torch 2.13')}
ENGINE = bytes(range(256)) * 8
REBUILT = b'built again'


@pytest.fixture
def kept(tmp_path: Path) -> EngineCache:
    """Return a cache that keeps ``ENGINE``."""
    cache = EngineCache(tmp_path / 'engines')
    cache.store(KEY, ENGINE)
    return cache


def file_of(cache: EngineCache) -> Path:
    return cache.folder / KEY.file_name


def must_not_build() -> bytes:
    raise AssertionError('an engine that is kept was built again')


def test_engine_is_built_once_and_then_read(tmp_path: Path) -> None:
    cache = EngineCache(tmp_path / 'engines')

    assert cache.fetch(KEY) is None
    assert cache.get_or_build(KEY, lambda: ENGINE) == ENGINE
    assert EngineCache(tmp_path / 'engines').get_or_build(KEY, must_not_build) == ENGINE


def test_building_is_reported_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, 'rat_tracker.engines')

    EngineCache(tmp_path / 'engines').get_or_build(KEY, lambda: ENGINE)

    before, after = caplog.messages
    assert before == ('building: tensorrt_rtx, Edges 1×16×16×3 float32, compute capability 8.6')
    assert after.startswith('built in ')


@pytest.mark.parametrize('field', OTHER_KEYS)
def test_every_part_of_the_key_tells_engines_apart(kept: EngineCache, field: str) -> None:
    other = replace(KEY, **{field: OTHER_KEYS[field]})  # type: ignore[arg-type]

    assert kept.fetch(other) is None
    assert kept.get_or_build(other, lambda: REBUILT) == REBUILT
    assert kept.fetch(KEY) == ENGINE


def test_files_are_for_their_owner_alone(kept: EngineCache) -> None:
    assert stat.S_IMODE(kept.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file_of(kept).stat().st_mode) == 0o600
    assert [path.name for path in kept.folder.iterdir()] == [KEY.file_name]


def flip_bit_of_engine(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def flip_bit_of_header(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[content.index(b'float32')] ^= 1
    path.write_bytes(content)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def truncate_inside_the_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])


def empty(path: Path) -> None:
    path.write_bytes(b'')


def append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b'!')


def put_another_in_its_place(path: Path) -> None:
    path.write_bytes(cache_entry.written(replace(KEY, gpu='compute capability 8.9'), b'other'))


def date_back(path: Path) -> None:
    line, _, engine = path.read_bytes().partition(b'\n')
    header = {**json.loads(line), 'format': cache_entry.FORMAT - 1}
    path.write_bytes(json.dumps(header).encode() + b'\n' + engine)


def let_others_write(path: Path) -> None:
    path.chmod(0o622)


def make_a_symbolic_link(path: Path) -> None:
    path.rename(path.parent.parent / 'elsewhere')
    path.symlink_to(path.parent.parent / 'elsewhere')


def make_a_named_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


class _Trap:
    """What would leave a trace if it were unpickled."""

    def __init__(self, trace: Path) -> None:
        self._trace = trace

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self._trace,)


def pickle_a_trap(path: Path) -> None:
    path.write_bytes(pickle.dumps(_Trap(path.parent / 'unpickled')))


TAMPERING = [
    (flip_bit_of_engine, 'its checksum is wrong'),
    (flip_bit_of_header, 'it was built for something else'),
    (truncate, 'it has 1948 bytes instead of 2048'),
    (truncate_inside_the_header, 'its header is damaged'),
    (empty, 'its header is damaged'),
    (append, 'it has 2049 bytes instead of 2048'),
    (put_another_in_its_place, 'it was built for something else'),
    (date_back, 'another version of rat_tracker wrote it'),
    (let_others_write, 'other users may write to it'),
    (make_a_symbolic_link, 'it is a symbolic link'),
    (make_a_named_pipe, 'it is not a file'),
    (pickle_a_trap, 'its header is damaged'),
]


@pytest.mark.parametrize(('tamper', 'reason'), TAMPERING)
def test_entry_that_is_not_what_was_kept_is_rebuilt_and_the_log_says_why(
    kept: EngineCache, caplog: pytest.LogCaptureFixture, tamper: Callable[[Path], None],
    reason: str,
) -> None:
    tamper(file_of(kept))

    [entry] = kept.entries()
    assert (entry.key, entry.problem) == (None, reason)
    assert kept.get_or_build(KEY, lambda: REBUILT) == REBUILT

    assert caplog.messages == [f'{file_of(kept)} is not used but rebuilt: {reason}']
    assert kept.fetch(KEY) == REBUILT
    assert not (kept.folder / 'unpickled').exists()


def test_link_is_replaced_and_what_it_named_is_left_alone(kept: EngineCache) -> None:
    make_a_symbolic_link(file_of(kept))
    named = file_of(kept).resolve()
    before = named.read_bytes()

    kept.get_or_build(KEY, lambda: REBUILT)

    assert not file_of(kept).is_symlink()
    assert named.read_bytes() == before


@pytest.mark.skipif(os.geteuid() != 0, reason='only root can give a file to another user')
def test_entry_of_another_user_is_rebuilt(
    kept: EngineCache, caplog: pytest.LogCaptureFixture,
) -> None:
    os.chown(file_of(kept), 12345, -1)

    assert kept.get_or_build(KEY, lambda: REBUILT) == REBUILT
    assert 'it belongs to another user' in caplog.text


@pytest.mark.skipif(os.geteuid() != 0, reason='only root can give a folder to another user')
def test_folder_of_another_user_is_refused(kept: EngineCache) -> None:
    os.chown(kept.folder, 12345, -1)

    with pytest.raises(EngineCacheError, match='belongs to another user; choose another folder'):
        kept.get_or_build(KEY, must_not_build)


@pytest.mark.parametrize('mode', [0o720, 0o702, 0o777, 0o1777])
def test_folder_that_others_may_write_to_is_refused(kept: EngineCache, mode: int) -> None:
    kept.folder.chmod(mode)

    for use in (lambda: kept.fetch(KEY), lambda: kept.store(KEY, ENGINE), kept.entries):
        with pytest.raises(EngineCacheError, match=f'run: chmod 700 {kept.folder}'):
            use()


def test_folder_that_is_a_symbolic_link_is_refused(kept: EngineCache, tmp_path: Path) -> None:
    link = tmp_path / 'link'
    link.symlink_to(kept.folder)

    with pytest.raises(EngineCacheError, match='it is a symbolic link; choose another folder'):
        EngineCache(link).fetch(KEY)


def test_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / 'file').touch()

    with pytest.raises(EngineCacheError, match='File exists; choose another folder'):
        EngineCache(tmp_path / 'file').fetch(KEY)


def test_engine_that_cannot_be_written_is_reported_and_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    cache = EngineCache(tmp_path / 'engines')
    assert cache.entries() == []
    file_of(cache).mkdir()

    with pytest.raises(EngineCacheError, match='cannot be written: Is a directory; make room'):
        cache.store(KEY, ENGINE)
    assert [path.name for path in cache.folder.iterdir()] == [KEY.file_name]


def test_writers_at_the_same_time_do_no_harm(tmp_path: Path) -> None:
    """Whoever reads meanwhile sees one writer's engine, whole."""
    cache = EngineCache(tmp_path / 'engines')
    engines = [bytes([number]) * 100_000 for number in range(8)]

    def work(engine: bytes) -> list[bytes]:
        seen = []
        for _ in range(5):
            cache.store(KEY, engine)
            seen.append(cache.get_or_build(KEY, must_not_build))
        return seen

    with ThreadPoolExecutor(len(engines)) as pool:
        seen = [engine for answers in pool.map(work, engines) for engine in answers]

    assert len(seen) == 5 * len(engines)
    assert set(seen) <= set(engines)
    assert [path.name for path in cache.folder.iterdir()] == [KEY.file_name]


def test_engine_that_several_want_is_built_by_one_of_them(tmp_path: Path) -> None:
    first, others = threading.Event(), threading.Event()

    def build() -> bytes:
        assert not first.is_set(), 'two build at the same time, or one after the other'
        first.set()
        assert others.wait(60)
        return ENGINE

    def want() -> bytes:
        return EngineCache(tmp_path / 'engines').get_or_build(KEY, build)

    with ThreadPoolExecutor(4) as pool:
        wishes = [pool.submit(want)]
        assert first.wait(60)
        # All of these find nothing that is kept, and somebody who builds.
        wishes += [pool.submit(want) for _ in range(3)]
        others.set()
        assert [wish.result(60) for wish in wishes] == [ENGINE] * 4


def test_waiting_for_another_build_can_be_given_up(tmp_path: Path) -> None:
    cache = EngineCache(tmp_path / 'engines')
    stop = threading.Event()
    stop.set()

    def build() -> bytes:
        with pytest.raises(EngineCacheError, match='that was given up'):
            cache.get_or_build(replace(KEY, network='Corners'), must_not_build, stop)
        return ENGINE

    assert cache.get_or_build(KEY, build) == ENGINE


def test_engine_that_was_removed_is_built_again(kept: EngineCache) -> None:
    kept.remove(KEY)
    kept.remove(KEY)

    assert kept.get_or_build(KEY, lambda: REBUILT) == REBUILT


def test_entries_tell_what_is_kept(kept: EngineCache) -> None:
    (kept.folder / 'notes.txt').touch()

    [entry] = kept.entries()

    assert (entry.key, entry.problem, entry.path) == (KEY, '', file_of(kept))
    assert entry.size == file_of(kept).stat().st_size


def test_engines_are_kept_in_the_users_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:
    monkeypatch.setenv('HOME', str(tmp_path))
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path / 'mine'))
    assert default_folder() == tmp_path / 'mine' / 'rat_tracker' / 'engines'

    for unusable in ('', 'relative'):
        monkeypatch.setenv('XDG_CACHE_HOME', unusable)
        assert default_folder() == tmp_path / '.cache' / 'rat_tracker' / 'engines'
