"""Bags that are damaged, cut off or not whole, and messages that are none."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
import shutil
import subprocess
from typing import Any

import numpy as np
import pytest
from ros import scene
from rosbags.rosbag2 import Writer
from support_bags import cut
from support_bags import damaged
from support_bags import image_message
from support_bags import in_two_files
from support_bags import read
from support_bags import refusal
from support_bags import spots
from support_bags import stamp_of
from support_bags import storage_file
from support_bags import STORE
from support_bags import TOPIC
from support_bags import write_bag

from rat_tracker.bags.definitions import make_typestore
from rat_tracker.bags.source import Bag
from rat_tracker.pipeline.images import to_bgr

SAVING = {
    'mcap': 'mcap recover {old} -o {new}',
    'sqlite3': "sqlite3 {old} .dump | sed 's/^ROLLBACK.*/COMMIT;/' | sqlite3 {new}"}
STORAGES = tuple(SAVING)
STORAGE_SUFFIXES = {'mcap': '.mcap', 'sqlite3': '.db3'}
LFS_POINTER = (f'version https://git-lfs.github.com/spec/v1\noid sha256:{"0" * 64}\n'
               'size 12345678\n')


@pytest.mark.parametrize('share', [0.3, 0.75, 0.99])
@pytest.mark.parametrize('metadata', [True, False])
@pytest.mark.parametrize('storage', STORAGES)
def test_a_bag_that_is_cut_off_is_refused_with_the_command_that_saves_what_is_left(
    tmp_path: Path, storage: str, metadata: bool, share: float,
) -> None:
    bag = write_bag(tmp_path / 'my bag', spots(10), storage=storage)
    file = storage_file(bag)
    cut(file, share)
    if not metadata:
        (bag / 'metadata.yaml').unlink()

    for path in (bag, file):
        message = refusal(path)

        assert message.startswith(f'{file} cannot be read')
        assert message.endswith(SAVING[storage].format(
            old=quote(str(file)), new=quote(str(file.with_stem('my bag_recovered')))))


@pytest.mark.skipif(shutil.which('sqlite3') is None, reason='sqlite3 is not installed')
def test_the_command_for_sqlite_saves_all_up_to_the_cut(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(60), storage='sqlite3')
    cut(storage_file(bag), 0.6)

    subprocess.run(['bash', '-c', refusal(bag).partition('what is left: ')[2]], check=True)

    images, fault, _ = read(bag / 'bag_recovered.db3')
    assert fault == ''
    assert 60 * 0.6 - 2 <= len(images) <= 60 * 0.6 + 1
    for index, image in enumerate(images):
        np.testing.assert_array_equal(to_bgr(image.message), scene.picture(index))


def noise(count: int) -> list[Any]:
    """Return messages that no compression makes small."""
    pixels = np.random.default_rng(1).integers(0, 256, (240, 320, 3), np.uint8)
    return [image_message(pixels, stamp_of(index)) for index in range(count)]


def test_damage_in_the_middle_of_mcap_ends_the_reading_there(tmp_path: Path) -> None:
    # Damage is found by the checksums of what is compressed.
    bag = damaged(write_bag(tmp_path / 'bag', noise(60), compression='storage'))
    file = storage_file(bag)

    for path in (bag, file):
        with Bag(path, make_typestore()) as opened:
            images = list(opened.messages(TOPIC))
            assert 0 < len(images) < 60
            assert opened.fault.startswith(f'{path} is damaged: ')
            assert opened.remedy == 'to save what is left: ' + SAVING['mcap'].format(
                old=file, new=file.with_stem('bag_recovered'))


def test_damage_in_the_middle_of_sqlite_is_refused_with_the_remedy(tmp_path: Path) -> None:
    # rosbags counts the messages first, and so meets it before the first one is read.
    bag = damaged(write_bag(tmp_path / 'bag', noise(60), storage='sqlite3'))
    file = storage_file(bag)

    assert refusal(bag).endswith('to save what is left: ' + SAVING['sqlite3'].format(
        old=file, new=file.with_stem('bag_recovered')))


@pytest.mark.parametrize('share', [0.0, 0.0001])
@pytest.mark.parametrize('storage', STORAGES)
def test_a_bag_of_which_nothing_is_left_is_refused(
    tmp_path: Path, storage: str, share: float,
) -> None:
    bag = write_bag(tmp_path / 'bag', spots(30), storage=storage)
    cut(storage_file(bag), share)
    (bag / 'metadata.yaml').unlink()

    assert str(bag) in refusal(bag)
    message = refusal(storage_file(bag))
    assert ('is empty' if not share else 'cannot be read') in message


@pytest.mark.parametrize('metadata', [True, False])
@pytest.mark.parametrize('storage', STORAGES)
@pytest.mark.parametrize('bad', [0, 1])
def test_of_several_files_a_bad_one_is_left_out_and_named(
    tmp_path: Path, storage: str, metadata: bool, bad: int,
) -> None:
    bag = in_two_files(tmp_path, storage)
    file = bag / f'bag_{bad}{STORAGE_SUFFIXES[storage]}'
    cut(file, 0.5)
    if not metadata:
        (bag / 'metadata.yaml').unlink()

    with Bag(bag, make_typestore()) as opened:
        images = list(opened.messages(TOPIC))

        assert [image.stamp for image in images] == [
            stamp_of(index) for index in (range(4, 9) if bad == 0 else range(4))]
        assert opened.fault.startswith(f'{file} cannot be read: ')
        assert opened.remedy.startswith('if it is damaged or cut off, to save what is left: ')
        assert opened.notes == []


def test_damage_in_the_middle_of_one_file_does_not_end_the_reading_of_the_next(
    tmp_path: Path,
) -> None:
    bag = damaged(write_bag(tmp_path / 'bag', noise(60), compression='storage'))
    bad = storage_file(bag)
    later = write_bag(tmp_path / 'later', spots(61)[60:])
    storage_file(later).rename(bag / 'bag_1.mcap')
    (bag / 'metadata.yaml').unlink()

    images, fault, _ = read(bag)

    assert images[-1].stamp == stamp_of(60)
    assert 1 < len(images) < 61
    assert fault.startswith(f'{bad} is damaged: ')


@pytest.mark.parametrize('storage', STORAGES)
def test_a_file_that_is_missing_is_named(tmp_path: Path, storage: str) -> None:
    bag = in_two_files(tmp_path, storage)
    (bag / f'bag_1{STORAGE_SUFFIXES[storage]}').unlink()

    images, fault, _ = read(bag)

    assert len(images) == 4
    assert fault.startswith(f'{bag} is not whole: Some database files are missing')
    assert 'bag_1' in fault


@pytest.mark.parametrize('compression', ['none', 'file'])
def test_files_of_which_none_is_there_are_to_be_put_back(
    tmp_path: Path, compression: str,
) -> None:
    bag = write_bag(tmp_path / 'bag', spots(2), compression=compression)
    storage_file(bag).unlink()

    assert refusal(bag).endswith('; put them back')


@pytest.mark.parametrize('storage', STORAGES)
def test_a_file_with_nothing_in_it_is_called_empty(tmp_path: Path, storage: str) -> None:
    bag = in_two_files(tmp_path, storage)
    empty = bag / f'bag_1{STORAGE_SUFFIXES[storage]}'
    empty.write_bytes(b'')

    images, fault, _ = read(bag)

    assert len(images) == 4
    assert fault == f'{empty} is empty'
    storage_file(write_bag(tmp_path / 'other', spots(1), storage=storage)).write_bytes(b'')
    assert refusal(tmp_path / 'other').endswith(
        ' is empty; was the recording stopped before it began?')


def test_a_pointer_of_git_lfs_in_place_of_a_compressed_file(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(2), compression='file')
    storage_file(bag).write_text(LFS_POINTER)

    assert refusal(bag).endswith(
        f'is a pointer of Git LFS; fetch the file: git -C {bag} lfs pull')


@pytest.mark.parametrize('name', ['bag_0.mcap', 'bag_0.db3', 'metadata.yaml', 'whole.bag'])
def test_a_pointer_of_git_lfs_is_called_one(tmp_path: Path, name: str) -> None:
    folder = tmp_path / 'my data'
    bag = write_bag(folder / 'bag', spots(2))
    pointer = folder / name if name == 'whole.bag' else bag / name
    if name == 'bag_0.mcap':
        storage_file(bag).rename(pointer)
    pointer.write_text(LFS_POINTER)
    if name == 'bag_0.db3':
        (bag / 'metadata.yaml').unlink()
        storage_files = [file for file in bag.iterdir() if file != pointer]
        for file in storage_files:
            file.unlink()

    for path in {pointer, pointer if name == 'whole.bag' else bag}:
        if name == 'metadata.yaml' and path == pointer:
            continue
        message = refusal(path)
        assert 'is a pointer of Git LFS; fetch the file: ' in message
        assert message.endswith(f'git -C {quote(str(pointer.parent))} lfs pull')


def test_what_systems_leave_in_a_folder_is_no_part_of_a_bag(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(2))
    (bag / 'metadata.yaml').unlink()
    for name in ('._bag.mcap', '.~lock.bag.db3', 'Thumbs.db', 'desktop.ini', '._bag.mcap.zstd'):
        (bag / name).write_bytes(b'\0')

    images, fault, notes = read(bag)

    assert (len(images), fault, notes) == (2, '', [])


def test_metadata_that_is_broken_is_reported_and_done_without(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(5))
    (bag / 'metadata.yaml').write_text('rosbag2_bagfile_information:\n  version: 5\n  stor')

    images, fault, (note,) = read(bag)

    assert (len(images), fault) == (5, '')
    assert 'metadata.yaml is of no use' in note
    assert note.endswith(f'for a new one: ros2 bag reindex {bag}')


def test_metadata_of_a_newer_version_send_nobody_to_the_authors_of_rosbags(
    tmp_path: Path,
) -> None:
    bag = write_bag(tmp_path / 'bag', spots(2))
    metadata = bag / 'metadata.yaml'
    metadata.write_text(metadata.read_text().replace('version: 9', 'version: 99'))

    images, _, (note,) = read(bag)

    assert len(images) == 2
    assert 'Rosbag2 version 99 not supported); read without it' in note


def test_broken_metadata_are_done_without_whatever_the_folder_is_called(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'compressed', spots(3))
    (bag / 'metadata.yaml').write_text('rosbag2_bagfile_information: {')

    images, fault, _ = read(bag)

    assert (len(images), fault) == (3, '')


def test_bytes_that_are_no_message_are_one_unreadable_image(tmp_path: Path) -> None:
    kind = 'sensor_msgs/msg/Image'
    with Writer(tmp_path / 'bag', version=9) as writer:
        connection = writer.add_connection(TOPIC, kind, typestore=STORE)
        for time, message in enumerate(spots(3)):
            data = bytes(STORE.serialize_cdr(message, kind))
            writer.write(connection, time, data if time != 1 else data[:40])

    images, fault, _ = read(tmp_path / 'bag')

    assert [image.message is None for image in images] == [False, True, False]
    assert 'its bytes are no sensor_msgs/msg/Image' in images[1].fault
    assert fault == ''


@pytest.mark.parametrize('stamp', [(-5, 0), (5, 10**9)])
def test_stamps_that_are_no_time_are_unreadable_images(
    tmp_path: Path, stamp: tuple[int, int],
) -> None:
    odd = image_message(scene.picture(1), stamp_of(1))
    odd.header.stamp.sec, odd.header.stamp.nanosec = stamp

    images, _, _ = read(write_bag(tmp_path / 'bag', [*spots(1), odd], times=[5, 6]))

    assert [image.message is None for image in images] == [False, True]
    assert 'is no time; mend the camera driver' in images[1].fault


def test_messages_that_wait_in_a_write_ahead_log_are_spoken_of(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(2), storage='sqlite3')
    Path(f'{storage_file(bag)}-wal').write_bytes(b'some pages')

    _, _, (note,) = read(bag)

    assert 'wal_checkpoint' in note
