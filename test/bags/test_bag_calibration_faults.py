"""Recorded calibrations that tell no direction are explained, and tracking goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ros.calibrated_scene import K
from support_bags import create
from support_bags import DELAY
from support_bags import header
from support_bags import on_the_spot
from support_bags import spots
from support_bags import stamp_of
from support_bags import TEXT
from support_positions import expected_bearings
from support_positions import images
from support_positions import INFO_TOPIC
from support_positions import infos
from support_positions import locate
from support_positions import Message
from support_positions import MS
from support_positions import record

from rat_tracker.bags.errors import BagError

STORAGES = ('mcap', 'sqlite3')


@pytest.mark.parametrize(('changes', 'words'), [
    ({'k': np.zeros(9), 'p': np.zeros(12)}, ['only zeros in k', 'not calibrated']),
    ({'k': np.zeros(9), 'd': np.full(5, 0.1)}, ['only zeros in k', 'set image_geometry']),
    ({'k': np.full(9, np.nan)}, ['nan in k[0], which is not finite']),
    ({'d': np.array((0.1, 0.2))}, ['2 numbers in d, and plumb_bob has 4, 5, 8, 12 or 14']),
    ({'header': header(0, 'rear')}, ["of frame 'rear'", "of frame 'camera'"]),
    ({'width': 640, 'height': 360}, ['describes 640x360', '320x240']),
])
def test_a_calibration_that_does_not_help_is_explained_and_costs_nothing_else(
    tmp_path: Path, changes: dict[str, Any], words: list[str],
) -> None:
    bag = record(tmp_path / 'bag', images(spots(5)), infos(5, **changes))

    found = locate(bag, tmp_path / 'out', on_the_spot(5))

    assert len(found.bag['/tracker_node/target']) == 5
    assert found.counts == {'bearings': 0}
    (note,) = found.notes
    assert note.startswith('5 of 5 images in state TRACKING have no bearing, the first because: '
                           f'{INFO_TOPIC} ')
    assert all(word in note for word in words), note


@pytest.mark.parametrize('changes', [
    {'d': np.zeros(8)},
    {'d': np.zeros(0), 'distortion_model': ''},
    {'k': np.zeros(9)},
    {'p': np.zeros(12)},
    {'k': 2 * np.array(K)},
])
def test_calibrations_as_drivers_send_them_tell_the_bearing(
    tmp_path: Path, changes: dict[str, Any],
) -> None:
    bag = record(tmp_path / 'bag', images(spots(3)), infos(3, **changes))

    found = locate(bag, tmp_path / 'out', on_the_spot(3))

    assert (found.bearings(), found.notes) == (expected_bearings(range(3)), [])


def test_a_topic_without_messages_is_explained(tmp_path: Path) -> None:
    bag = record(tmp_path / 'bag', images(spots(3)), topics=[INFO_TOPIC])

    found = locate(bag, tmp_path / 'out', on_the_spot(3))

    assert found.notes == [
        '3 of 3 images in state TRACKING have no bearing, the first because: no calibration came '
        f'on {INFO_TOPIC}; name another topic with --camera-info']


@pytest.mark.parametrize('storage', STORAGES)
def test_messages_that_cannot_be_read_are_left_out_and_counted(
    tmp_path: Path, storage: str,
) -> None:
    torn: list[Message] = [(INFO_TOPIC, stamp_of(index) + 2 * DELAY, b'\0\1\0\0torn')
                           for index in range(3)]
    bag = record(tmp_path / 'bag', images(spots(4)), infos(4), torn, storage=storage)

    found = locate(bag, tmp_path / 'out', on_the_spot(4), storage=storage)

    assert found.bearings() == expected_bearings(range(4))
    (note,) = found.notes
    assert note.startswith(f'of {INFO_TOPIC} 3 could not be read and were left out, the first '
                           'because: its bytes are no sensor_msgs/msg/CameraInfo')


def test_without_a_calibration_a_note_names_those_of_other_cameras(tmp_path: Path) -> None:
    other = [('/rear/camera_info', time + MS, message) for _, time, message in infos(3)]
    bag = record(tmp_path / 'bag', images(spots(3)), other)

    found = locate(bag, tmp_path / 'out', on_the_spot(3))
    named = locate(bag, tmp_path / 'named', on_the_spot(3), calibrations='rear/camera_info')

    assert '/tracker_node/bearing' not in found.bag
    assert len(found.bag['/tracker_node/target']) == 3
    assert found.notes == [
        f'no bearing is written: {bag} has no topic {INFO_TOPIC}; its topics with calibrations: '
        '/rear/camera_info (--camera-info names the topic)']
    assert named.bearings() == expected_bearings(range(3))


def test_a_topic_that_somebody_named_has_to_hold_calibrations(tmp_path: Path) -> None:
    bag = record(tmp_path / 'bag', images(spots(2)), infos(2),
                 [('/talk', stamp_of(0), create(TEXT, data='hello'))])

    for topic, words in (('/talk', 'is of type std_msgs/msg/String, not of calibrations'),
                         ('/nose', 'has no topic /nose; its topics with calibrations: '
                                   f'{INFO_TOPIC}')):
        with pytest.raises(BagError, match=words):
            locate(bag, tmp_path / 'out', on_the_spot(2), calibrations=topic)
