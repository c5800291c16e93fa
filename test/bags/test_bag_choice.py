"""Which topic is meant, and what is no bag of ROS 2 at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from rosbags.rosbag1 import Writer as Ros1Writer
from rosbags.rosbag2 import Writer
from rosbags.typesys import get_typestore
from rosbags.typesys import Stores
from support_bags import read
from support_bags import refusal
from support_bags import spots
from support_bags import TOPIC
from support_bags import write_bag


def test_a_bag_without_topics_is_empty(tmp_path: Path) -> None:
    with Writer(tmp_path / 'bag', version=9):
        pass

    assert 'is empty: it has no topic' in refusal(tmp_path / 'bag')


def test_a_bag_of_ros_1_is_refused_with_the_way_to_convert_it(tmp_path: Path) -> None:
    store = get_typestore(Stores.ROS1_NOETIC)
    with Ros1Writer(tmp_path / 'old.bag') as writer:
        connection = writer.add_connection('/talk', 'std_msgs/msg/String', typestore=store)
        text = store.types['std_msgs/msg/String'](data='hello')
        writer.write(connection, 1, store.serialize_ros1(text, 'std_msgs/msg/String'))

    message = refusal(tmp_path / 'old.bag')

    assert 'ROS 1' in message
    assert f'rosbags-convert --src {tmp_path / "old.bag"} --dst {tmp_path / "old"}' in message


@pytest.mark.parametrize(('name', 'words'), [
    ('clip.mp4', ['is a video', 'make demo VIDEO=']),
    ('notes.txt', ['is not a ROS 2 bag', 'metadata.yaml', '.mcap']),
    ('other.mcap', ['cannot be read', 'magic']),
    ('other.db3', ['cannot be read', 'not a database']),
    ('bag_0.mcap.zstd', ['name the folder']),
    ('metadata.yaml', ['name its folder']),
])
def test_what_is_no_bag_is_called_by_its_name(
    tmp_path: Path, name: str, words: list[str],
) -> None:
    (tmp_path / name).write_bytes(b'no bag at all ' * 100)

    message = refusal(tmp_path / name)

    assert all(word in message for word in words), message


def test_a_folder_without_a_bag_and_a_path_without_anything_are_refused(tmp_path: Path) -> None:
    (tmp_path / 'frames').mkdir()
    (tmp_path / 'frames' / '1.png').write_bytes(b'')

    assert 'make demo VIDEO=' in refusal(tmp_path / 'frames')
    assert 'does not exist' in refusal(tmp_path / 'nothing')


def test_the_only_topic_with_images_need_not_be_named(tmp_path: Path) -> None:
    images, _, _ = read(write_bag(tmp_path / 'bag', spots(2)))
    assert len(images) == 2


def test_of_several_topics_with_images_one_has_to_be_named(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(3), others=['/rear/image_raw'])

    message = refusal(bag)

    assert f'--topic: {TOPIC}, /rear/image_raw' in message
    assert len(read(bag, TOPIC)[0]) == 3
    assert len(read(bag, 'rear/image_raw')[0]) == 1  # as people write it


def test_a_topic_that_is_not_there_and_one_of_another_type_are_refused(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(2))
    silent = write_bag(tmp_path / 'silent', [])

    assert 'has no topic with images' in refusal(silent)
    assert f'has no topic /camera/image; its topics with images: {TOPIC}' in refusal(
        bag, '/camera/image')
    message = refusal(bag, '/talk')
    assert 'std_msgs/msg/String, not of images' in message
    assert TOPIC in message


def test_images_of_another_definition_are_refused(tmp_path: Path) -> None:
    name = 'sensor_msgs/msg/Image'
    with Writer(tmp_path / 'bag', version=9) as writer:
        writer.add_connection(
            '/odd', name, msgdef='std_msgs/Header header\nuint8[] pixels\n', rihs01='RIHS01_0')

    assert 'definition of sensor_msgs/msg/Image that is not that of ROS 2' in refusal(
        tmp_path / 'bag')
