"""The bag that is written: messages, stamps, QoS and types; a whole one or none."""

from __future__ import annotations

from importlib.util import find_spec
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from ros import scene
from rosbags.interfaces import ConnectionExtRosbag2
from rosbags.interfaces import QosDurability
from rosbags.interfaces import QosReliability
from rosbags.rosbag2 import Reader
from ruamel.yaml import YAML
from support_bags import DELAY
from support_bags import follow
from support_bags import on_the_spot
from support_bags import read_bag
from support_bags import spots
from support_bags import stamp_of
from support_bags import storage_file
from support_bags import write_bag

from rat_tracker.bags.definitions import make_typestore
from rat_tracker.messages.detections import DETECTIONS
from rat_tracker.messages.target import TARGET
from rat_tracker.pipeline.images import to_bgr
from rat_tracker.target import State

NODE = '/tracker_node'
STORAGES = ('mcap', 'sqlite3')
# Of the interfaces that ROS 2's own generator made, vision_msgs 4.1.1's among them.
DETECTIONS_HASH = 'RIHS01_214274120007f4a683866481336b70310268cfa107aebe9d594a6acf75bda968'


@pytest.mark.parametrize('storage', STORAGES)
def test_every_image_is_tracked_under_its_own_header_at_its_own_time(
    tmp_path: Path, storage: str,
) -> None:
    bag = write_bag(tmp_path / 'bag', spots(9))

    follow(bag, tmp_path / 'out', on_the_spot(9), storage=storage)

    found = read_bag(tmp_path / 'out')
    assert set(found) == {f'{NODE}/{name}' for name in ('target', 'state', 'detections')}
    for name in ('target', 'detections'):
        for index, (time, message) in enumerate(found[f'{NODE}/{name}']):
            assert time == stamp_of(index) + DELAY
            stamp = message.header.stamp
            assert stamp.sec * 10**9 + stamp.nanosec == stamp_of(index)
            assert message.header.frame_id == 'camera'
        assert len(found[f'{NODE}/{name}']) == 9


def test_targets_say_what_is_known_of_the_target(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(4))

    follow(bag, tmp_path / 'out', on_the_spot(4, [0.9, 0.2, 0.8]))

    first, second, third, fourth = (
        message for _, message in read_bag(tmp_path / 'out')[f'{NODE}/target'])
    assert (first.id, first.state, first.score) == ('1', State.TRACKING, 1.0)
    assert first.reason == 'selected on this image'
    assert (second.box.x, second.box.y, second.box.width) == (24.0, 60.0, 24.0)
    assert second.score == pytest.approx(0.9)
    assert second.age.nanosec == stamp_of(1) - stamp_of(0)
    assert (third.state, fourth.state) == (State.UNCERTAIN, State.TRACKING)
    seen = third.last_seen
    assert seen.sec * 10**9 + seen.nanosec == stamp_of(1)


def test_states_are_written_when_they_change(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(7))

    follow(bag, tmp_path / 'out', on_the_spot(7, [0.9, 0.2, 0.2, 0.8, 0.8, 0.8]))

    found = read_bag(tmp_path / 'out')
    states = [(time, message.state) for time, message in found[f'{NODE}/state']]
    assert states == [(stamp_of(0) + DELAY, State.TRACKING),
                      (stamp_of(2) + DELAY, State.UNCERTAIN),
                      (stamp_of(4) + DELAY, State.TRACKING)]


def test_detections_hold_the_target_and_nothing_while_it_is_lost(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(16))

    follow(bag, tmp_path / 'out', on_the_spot(16, [0.9] + 14 * [0.0]))

    found = [message for _, message in read_bag(tmp_path / 'out')[f'{NODE}/detections']]
    (detection,) = found[1].detections
    assert (detection.id, detection.header.frame_id) == ('1', 'camera')
    center = detection.bbox.center.position
    assert (center.x, center.y) == (scene.red_box(1).center_x, scene.red_box(1).center_y)
    assert (detection.bbox.size_x, detection.bbox.size_y) == (24.0, 24.0)
    (result,) = detection.results
    assert result.hypothesis.class_id == 'target'
    assert result.hypothesis.score == pytest.approx(0.9)
    assert result.pose.covariance[0] == -1  # where it is is not known
    assert found[15].detections == []


def test_pictures_are_compressed_and_of_the_images_size(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(3))

    follow(bag, tmp_path / 'out', on_the_spot(3), overlay=True, attention=True)

    found = read_bag(tmp_path / 'out')
    _, overlay = found[f'{NODE}/overlay/compressed'][1]
    assert overlay.format == 'bgr8; jpeg compressed bgr8'
    assert overlay.header.stamp == found[f'{NODE}/target'][1][1].header.stamp
    drawn = to_bgr(overlay)
    assert drawn.shape == scene.picture(1).shape
    assert np.abs(drawn.astype(int) - scene.picture(1)).max() > 100  # the box is drawn in
    _, attention = found[f'{NODE}/attention/compressed'][1]
    assert attention.format.startswith('mono8; png')
    grey = cv2.imdecode(attention.data, cv2.IMREAD_UNCHANGED)
    assert grey is not None
    assert grey.shape == (scene.HEIGHT, scene.WIDTH)


@pytest.mark.parametrize('storage', STORAGES)
def test_the_offered_qos_is_that_of_the_node(tmp_path: Path, storage: str) -> None:
    follow(write_bag(tmp_path / 'bag', spots(2)), tmp_path / 'out', on_the_spot(2),
           storage=storage)

    text = (tmp_path / 'out' / 'metadata.yaml').read_text()
    metadata = YAML(typ='safe').load(text)['rosbag2_bagfile_information']
    assert metadata['version'] == 9
    assert metadata['storage_identifier'] == storage
    for path in (tmp_path / 'out', storage_file(tmp_path / 'out')):
        with Reader(path) as reader:
            offered = {}
            for connection in reader.connections:
                assert isinstance(connection.ext, ConnectionExtRosbag2)
                (offered[connection.topic],) = connection.ext.offered_qos_profiles
        for topic, depth, durability in (
            ('target', 100, QosDurability.VOLATILE), ('detections', 100, QosDurability.VOLATILE),
            ('state', 1, QosDurability.TRANSIENT_LOCAL),
        ):
            profile = offered[f'{NODE}/{topic}']
            assert (profile.depth, profile.durability) == (depth, durability)
            assert profile.reliability is QosReliability.RELIABLE


def test_the_types_have_the_hashes_that_ros_gives_them() -> None:
    store = make_typestore()
    assert store.hash_rihs01(DETECTIONS) == DETECTIONS_HASH

    index = pytest.importorskip('ament_index_python.packages')
    packages = {'rat_tracker': TARGET}
    if find_spec('vision_msgs') is not None:
        packages['vision_msgs'] = DETECTIONS
    for package, name in packages.items():
        try:
            share = Path(index.get_package_share_directory(package))
        except index.PackageNotFoundError:
            pytest.skip('the package is not built: run `make build` and source its environment')
        description = json.loads((share / 'msg' / f'{name.rpartition("/")[2]}.json').read_text())
        hashes = {entry['type_name']: entry['hash_string']
                  for entry in description['type_hashes']}
        assert store.hash_rihs01(name) == hashes[name]
