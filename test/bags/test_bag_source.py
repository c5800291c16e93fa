"""What is read of bags: all that rosbags reads, and nothing that is no bag of ROS 2."""

from __future__ import annotations

from itertools import product
from pathlib import Path
import sqlite3

import cv2
import numpy as np
import pytest
from ros import scene
from support_bags import compressed_message
from support_bags import image_message
from support_bags import in_two_files
from support_bags import read
from support_bags import spots
from support_bags import stamp_of
from support_bags import storage_file
from support_bags import write_bag
from support_encodings import rows_and_step

from rat_tracker.pipeline.images import ENCODINGS
from rat_tracker.pipeline.images import to_bgr

STORAGES = ('mcap', 'sqlite3')


@pytest.mark.parametrize(('storage', 'compression'), [
    *product(STORAGES, ['none', 'message', 'file']), ('mcap', 'storage')])
def test_images_come_as_they_were_recorded(
    tmp_path: Path, storage: str, compression: str,
) -> None:
    bag = write_bag(tmp_path / 'bag', spots(7), storage=storage, compression=compression)

    images, fault, notes = read(bag)

    assert (fault, notes) == ('', [])
    assert [image.stamp for image in images] == [stamp_of(index) for index in range(7)]
    for index, image in enumerate(images):
        np.testing.assert_array_equal(to_bgr(image.message), scene.picture(index))


@pytest.mark.parametrize('compression', ['none', 'message'])
@pytest.mark.parametrize('storage', STORAGES)
def test_one_file_of_a_bag_is_read_without_its_metadata(
    tmp_path: Path, storage: str, compression: str,
) -> None:
    bag = write_bag(tmp_path / 'bag', spots(5), storage=storage, compression=compression)
    (bag / 'metadata.yaml').unlink()

    for path in (bag, storage_file(bag)):
        images, fault, notes = read(path)
        assert (len(images), fault, notes) == (5, '', [])


def test_topics_of_another_qos_in_the_metadata_are_read(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(5), compression='message')
    metadata = bag / 'metadata.yaml'
    text = metadata.read_text()
    assert 'offered_qos_profiles: []' in text
    profile = ('[{history: keep_last, depth: 1, reliability: reliable, durability: volatile, '
               'deadline: {sec: 0, nsec: 0}, lifespan: {sec: 0, nsec: 0}, liveliness: automatic, '
               'liveliness_lease_duration: {sec: 0, nsec: 0}, '
               'avoid_ros_namespace_conventions: false}]')
    metadata.write_text(text.replace('profiles: []', f'profiles: {profile}'))

    images, fault, notes = read(bag)

    assert (len(images), fault, notes) == (5, '', [])


@pytest.mark.parametrize('name', ['drive #3', 'why?', '50%41'])
@pytest.mark.parametrize('storage', STORAGES)
def test_a_bag_may_have_any_name(tmp_path: Path, storage: str, name: str) -> None:
    bag = write_bag(tmp_path / 'bag', spots(3), storage=storage).rename(tmp_path / name)

    for path in (bag, storage_file(bag)):
        images, fault, notes = read(path)
        assert (len(images), fault, notes) == (3, '', [])


@pytest.mark.parametrize('metadata', [True, False])
@pytest.mark.parametrize('storage', STORAGES)
def test_bags_of_several_files_are_read_in_their_order(
    tmp_path: Path, storage: str, metadata: bool,
) -> None:
    bag = in_two_files(tmp_path, storage)
    if not metadata:
        (bag / 'metadata.yaml').unlink()

    images, fault, notes = read(bag)

    assert (fault, notes) == ('', [])
    assert [image.stamp for image in images] == [stamp_of(index) for index in range(9)]


@pytest.mark.parametrize('encoding', ENCODINGS)
def test_images_of_every_encoding_are_read(tmp_path: Path, encoding: str) -> None:
    rows, step = rows_and_step(encoding, 32, 24)
    data = np.random.default_rng(5).integers(0, 256, rows * step, np.uint8)
    sent = image_message(scene.picture(0), stamp_of(0), encoding=encoding, width=32, height=24,
                         step=step, data=data)

    (image,), _, _ = read(write_bag(tmp_path / 'bag', [sent]))

    np.testing.assert_array_equal(to_bgr(image.message), to_bgr(sent))
    assert to_bgr(image.message).shape == (24, 32, 3)


@pytest.mark.parametrize('suffix', ['.jpg', '.png'])
def test_compressed_images_are_read(tmp_path: Path, suffix: str) -> None:
    message = compressed_message(scene.picture(0), stamp_of(0), suffix)

    (image,), _, _ = read(write_bag(tmp_path / 'bag', [message]))

    expected = cv2.imdecode(message.data, cv2.IMREAD_COLOR)
    assert expected is not None
    np.testing.assert_array_equal(to_bgr(image.message), expected)


def as_of_humble(bag: Path) -> None:
    """Take from an sqlite3 bag what Humble's did not have: definitions and hashes."""
    with sqlite3.connect(storage_file(bag)) as database:
        database.execute('DROP TABLE message_definitions')
        database.execute('ALTER TABLE topics DROP COLUMN type_description_hash')
        database.execute("UPDATE schema SET schema_version = 3, ros_distro = 'humble'")
        for identity, name in database.execute('SELECT id, type FROM topics').fetchall():
            if name == 'std_msgs/msg/String':  # what nobody here has ever heard of
                database.execute('UPDATE topics SET type = ? WHERE id = ?',
                                 ('robot_msgs/msg/Whatever', identity))
    database.close()
    metadata = bag / 'metadata.yaml'
    lines = metadata.read_text().replace('std_msgs/msg/String', 'robot_msgs/msg/Whatever')
    kept, skip = [], False
    for line in lines.splitlines():
        if 'type_description_hash' in line:
            skip = True
        elif skip and 'RIHS01' in line and ':' not in line:
            pass
        else:
            skip = False
            kept.append(line.replace('version: 9', 'version: 5').replace(
                'offered_qos_profiles: []', "offered_qos_profiles: ''"))
    metadata.write_text('\n'.join(kept))


def test_a_bag_of_humble_with_unknown_messages_is_read(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(5), storage='sqlite3')
    as_of_humble(bag)
    assert 'RIHS01' not in (bag / 'metadata.yaml').read_text()

    for path in (bag, storage_file(bag)):
        images, fault, notes = read(path)
        assert (len(images), fault, notes) == (5, '', [])
        np.testing.assert_array_equal(to_bgr(images[4].message), scene.picture(4))
