"""A bag that is written becomes a whole one or none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import resource
import shutil

import pytest
from support_bags import follow
from support_bags import on_the_spot
from support_bags import read_bag
from support_bags import spots
from support_bags import write_bag

from rat_tracker.bags.errors import BagError

NODE = '/tracker_node'
STORAGES = ('mcap', 'sqlite3')


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(2))
    (tmp_path / 'out').mkdir()

    with pytest.raises(BagError, match='exists already'):
        follow(bag, tmp_path / 'out', on_the_spot(2))

    assert list((tmp_path / 'out').iterdir()) == []


def test_names_that_sqlite3_does_not_take_are_refused(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(2))

    for name in ('out #1', 'out?', 'out%41'):
        with pytest.raises(BagError, match='--storage mcap'):
            follow(bag, tmp_path / name, on_the_spot(2), storage='sqlite3')
        assert list(tmp_path.iterdir()) == [bag]

        follow(bag, tmp_path / name, on_the_spot(2), storage='mcap')
        assert len(read_bag(tmp_path / name)[f'{NODE}/target']) == 2
        shutil.rmtree(tmp_path / name)


@pytest.mark.parametrize('storage', STORAGES)
def test_what_fails_leaves_nothing_behind(tmp_path: Path, storage: str) -> None:
    bag = write_bag(tmp_path / 'bag', spots(5))
    calls = iter([False, False])

    with pytest.raises(StopIteration):
        follow(bag, tmp_path / 'results' / 'out', on_the_spot(5), storage=storage,
               stopped=lambda: next(calls))

    assert list((tmp_path / 'results').iterdir()) == []


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Let writing fail, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize('size', [100, 4000])
@pytest.mark.parametrize('storage', STORAGES)
def test_a_full_disk_is_one_line_and_leaves_nothing_behind(
    tmp_path: Path, storage: str, size: int,
) -> None:
    bag = write_bag(tmp_path / 'bag', spots(5))

    with pytest.raises(BagError, match='cannot be written') as refused, no_file_larger_than(size):
        follow(bag, tmp_path / 'results' / 'out', on_the_spot(5), storage=storage)

    assert '\n' not in str(refused.value)
    assert list((tmp_path / 'results').iterdir()) == []
