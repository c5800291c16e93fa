"""What is read of bags that are damaged, cut off or not whole, and of messages that are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip('rosbags', reason='rosbags is not installed; run make')

from ros import scene
from rosbags.rosbag2 import Writer
from support_bags import cut
from support_bags import image_message
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

STORAGES = ('mcap', 'sqlite3')


@pytest.mark.parametrize('share', [0.3, 0.75, 0.999])
@pytest.mark.parametrize('metadata', [True, False])
@pytest.mark.parametrize('storage', STORAGES)
def test_a_bag_that_is_cut_off_is_read_up_to_the_cut(
    tmp_path: Path, storage: str, metadata: bool, share: float,
) -> None:
    bag = write_bag(tmp_path / 'bag', spots(60), storage=storage)
    cut(storage_file(bag), share)
    if not metadata:
        (bag / 'metadata.yaml').unlink()

    for path in (bag, storage_file(bag)):
        images, fault, _ = read(path)

        assert 'is cut off' in fault
        # Of MCAP a chunk is lost whole: here four images, 1 MB.
        assert 60 * share - 6 <= len(images) <= 60 * share + 1
        for index, image in enumerate(images):
            np.testing.assert_array_equal(to_bgr(image.message), scene.picture(index))


@pytest.mark.parametrize('storage', STORAGES)
def test_the_begin_of_a_bag_that_is_cut_off_is_known(tmp_path: Path, storage: str) -> None:
    bag = write_bag(tmp_path / 'bag', spots(60), storage=storage)
    with Bag(bag, make_typestore()) as whole:
        begin = whole.begin
    cut(storage_file(bag), 0.7)
    (bag / 'metadata.yaml').unlink()

    with Bag(bag, make_typestore()) as rest:
        assert rest.begin == begin
        assert rest.count(TOPIC) is None
        later = next(rest.messages(TOPIC, stamp_of(5)))
    assert later.stamp == stamp_of(5)


@pytest.mark.parametrize('storage', STORAGES)
def test_damage_in_the_middle_ends_the_reading_there(tmp_path: Path, storage: str) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (240, 320, 3), np.uint8)
    # MCAP finds damage by the checksums of what is compressed, SQLite by what pages have to be.
    bag = write_bag(
        tmp_path / 'bag', [image_message(noise, stamp_of(index)) for index in range(60)],
        storage=storage, compression='storage' if storage == 'mcap' else 'none')
    file = storage_file(bag)
    size = file.stat().st_size
    with file.open('r+b') as opened:
        opened.seek(size // 2)
        opened.write(b'\xff' * (size // 10))

    images, fault, _ = read(bag)

    assert 0 < len(images) < 60
    assert 'damaged' in fault


@pytest.mark.parametrize('share', [0.0, 0.0001])
@pytest.mark.parametrize('storage', STORAGES)
def test_a_bag_of_which_nothing_is_left_is_refused(
    tmp_path: Path, storage: str, share: float,
) -> None:
    bag = write_bag(tmp_path / 'bag', spots(30), storage=storage)
    cut(storage_file(bag), share)
    (bag / 'metadata.yaml').unlink()

    assert str(bag) in refusal(bag)
    said = refusal(storage_file(bag))
    assert 'is empty' in said if not share else 'cannot be read' in said or 'cut off' in said


def test_metadata_that_is_broken_is_said_and_done_without(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(5))
    (bag / 'metadata.yaml').write_text('rosbag2_bagfile_information:\n  version: 5\n  stor')

    images, fault, (note,) = read(bag)

    assert (len(images), fault) == (5, '')
    assert 'metadata.yaml is of no use' in note


@pytest.mark.parametrize('storage', STORAGES)
def test_what_is_left_of_a_cut_off_file_need_not_be_in_order(
    tmp_path: Path, storage: str,
) -> None:
    times = [stamp_of(index) for index in range(60)]
    for index in range(0, 60, 3):  # as of publishers that overtake one another
        times[index], times[index + 1] = times[index + 1], times[index]
    bag = write_bag(tmp_path / 'bag', spots(60), storage=storage, times=times)
    cut(storage_file(bag), 0.75)

    images, fault, _ = read(bag)

    assert fault == f'{bag} is cut off or damaged'
    assert len(images) >= 60 * 0.75 - 6
    assert [image.time for image in images] == times[:len(images)]


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
