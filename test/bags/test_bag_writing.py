"""A bag that is written becomes a whole one or none."""

from __future__ import annotations

from contextlib import suppress
import os
from pathlib import Path

import numpy as np
import pytest
from ros import scene
from support_bags import follow
from support_bags import image_message
from support_bags import on_the_spot
from support_bags import read_bag
from support_bags import spots
from support_bags import stamp_of
from support_bags import TOPIC
from support_bags import write_bag
from support_files import no_file_larger_than
from support_trackers import ScriptedTracker

from rat_tracker.bags.bag_tracker import BagTracker
from rat_tracker.bags.definitions import make_typestore
from rat_tracker.bags.errors import BagError
from rat_tracker.bags.first_image import find_first
from rat_tracker.bags.replay import every
from rat_tracker.bags.results import ResultBag
from rat_tracker.bags.source import Bag
from rat_tracker.geometry import Box
from rat_tracker.stamps import seconds_text
from rat_tracker.target import Target

NODE = '/tracker_node'
STORAGES = ('mcap', 'sqlite3')


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(2))
    (tmp_path / 'out').mkdir()

    with pytest.raises(BagError, match='exists already'):
        follow(bag, tmp_path / 'out', on_the_spot(2))

    assert list((tmp_path / 'out').iterdir()) == []


NAMES = ('out #1', 'out?', 'out%41', 'résultats', os.fsdecode(b'caf\xe9'), '-out', "it's $HOME",
         'two\nlines', 'long' * 60)


@pytest.mark.parametrize('name', NAMES)
@pytest.mark.parametrize('storage', STORAGES)
def test_a_bag_may_be_called_anything_and_lie_anywhere(
    tmp_path: Path, storage: str, name: str,
) -> None:
    bag = write_bag(tmp_path / 'bag', spots(2))
    output = tmp_path / name[:40] / name

    follow(bag, output, on_the_spot(2), storage=storage)

    assert [path.name for path in output.parent.iterdir()] == [name]
    with Bag(output, make_typestore()) as written:
        assert len(list(written.messages(f'{NODE}/target'))) == 2
        assert (written.fault, written.notes) == ('', [])


def test_a_picture_that_is_too_large_costs_no_box(tmp_path: Path) -> None:
    wide = np.zeros((40, 65_600, 3), np.uint8)
    bag = write_bag(tmp_path / 'bag', [image_message(wide, stamp_of(index)) for index in (0, 1)])
    box = Box(100, 5, 20, 20)
    store = make_typestore()
    with Bag(bag, store) as source:
        first, others = find_first(source, TOPIC, 0.0, None, {})
        bag_tracker = BagTracker(first, box)

        with ResultBag(tmp_path / 'out', 'mcap', store, overlay=True) as results:
            bag_tracker.run(Target(ScriptedTracker([box], [0.9])), every(first, others), results,
                         lambda: False, lambda _: None)

    assert results.missing == [
        f'2 pictures of {NODE}/overlay/compressed are missing, the first because: a picture of '
        '65600x40 pixels is larger than .jpg files can be, 65500 pixels a side']
    assert len(read_bag(tmp_path / 'out')[f'{NODE}/target']) == 2


@pytest.mark.parametrize('storage', STORAGES)
def test_what_fails_leaves_nothing_behind(tmp_path: Path, storage: str) -> None:
    bag = write_bag(tmp_path / 'bag', spots(5))
    calls = iter([False, False])

    with pytest.raises(StopIteration):
        follow(bag, tmp_path / 'results' / 'out', on_the_spot(5), storage=storage,
               stopped=lambda: next(calls))

    assert list((tmp_path / 'results').iterdir()) == []


def open_files() -> list[str]:
    """Return the paths of this process's open files, also of those that were removed."""
    found = []
    for link in Path('/proc/self/fd').iterdir():
        with suppress(FileNotFoundError):  # the one that lists them
            found.append(str(link.readlink()))
    return found


@pytest.mark.parametrize('storage', STORAGES)
def test_a_full_disk_is_one_line_and_the_boxes_are_kept(tmp_path: Path, storage: str) -> None:
    bag = write_bag(tmp_path / 'bag', spots(99))
    size = {'mcap': 20_000, 'sqlite3': 70_000}[storage]  # more than a bag without messages

    with pytest.raises(BagError, match='cannot be written') as refused, no_file_larger_than(size):
        follow(bag, tmp_path / 'results' / 'out', on_the_spot(99), storage=storage)

    boxes = tmp_path / 'results' / 'out_boxes.csv'
    assert str(refused.value).endswith(f' images until then are in {boxes}')
    assert '\n' not in str(refused.value)
    assert list(boxes.parent.iterdir()) == [boxes]
    # A file that is removed takes up its place until it is closed.
    assert not [path for path in open_files() if str(boxes.parent) in path]
    head, first, *_ = boxes.read_text().splitlines()
    assert head == 'stamp,x,y,width,height,score,state'
    assert first.startswith(f'{seconds_text(stamp_of(0))},{scene.red_box(0).x:.2f},')


@pytest.mark.parametrize('storage', STORAGES)
def test_a_disk_without_room_even_for_boxes_is_one_line_and_leaves_nothing_behind(
    tmp_path: Path, storage: str,
) -> None:
    bag = write_bag(tmp_path / 'bag', spots(5))

    with pytest.raises(BagError, match='cannot be written') as refused, no_file_larger_than(20):
        follow(bag, tmp_path / 'results' / 'out', on_the_spot(5), storage=storage)

    assert '\n' not in str(refused.value)
    assert list((tmp_path / 'results').iterdir()) == []
