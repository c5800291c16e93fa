"""Recorded depth that tells no place is explained in one line, and tracking goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ros import scene
from ros.calibrated_scene import depth_picture
from ros.calibrated_scene import NEAR
from support_bags import header
from support_bags import on_the_spot
from support_bags import spots
from support_bags import stamp_of
from support_bags import TOPIC
from support_positions import BY_DEPTH
from support_positions import depth_message
from support_positions import DEPTH_TOPIC
from support_positions import depths
from support_positions import expected_places
from support_positions import images
from support_positions import INFO_TOPIC
from support_positions import infos
from support_positions import locate
from support_positions import locate_by
from support_positions import pictures
from support_positions import record

from rat_tracker.bags.errors import BagError


@pytest.mark.parametrize(('changes', 'words'), [
    ({'encoding': 'rgb8'}, ["depth encoding 'rgb8'", '16UC1, 32FC1']),
    ({'header': header(stamp_of(0), 'depth')}, ["of frame 'depth'", 'register']),
    ({'step': 100}, ['step of 100']),
    ({'width': 100, 'step': 200, 'data': np.zeros(200 * scene.HEIGHT, np.uint8)},
     ['100x240', 'another view']),
    ({'data': np.zeros(2 * scene.WIDTH * scene.HEIGHT, np.uint8)}, ['only 0 of 576 pixels']),
])
def test_a_depth_image_that_does_not_help_is_explained_and_costs_nothing_else(
    tmp_path: Path, changes: dict[str, Any], words: list[str],
) -> None:
    depth = list(depths(pictures(4)))
    depth[0] = (DEPTH_TOPIC, depth[0][1], replace(depth[0][2], **changes))

    found = locate_by(depth, tmp_path, 4)

    assert found.places() == expected_places([1, 2, 3], NEAR)
    assert found.counts == {'bearings': 4, 'poses': 3}
    (note,) = found.notes
    assert note.startswith('1 of 4 images with a bearing have no pose, the first because: ')
    assert all(word in note for word in words), note


def test_depth_of_another_time_is_explained(tmp_path: Path) -> None:
    # Ten seconds ahead, as by a clock of its own.
    ahead = [(topic, time, replace(message, header=header(stamp_of(300 + index))))
             for index, (topic, time, message) in enumerate(depths(pictures(4)))]

    found = locate_by(ahead, tmp_path, 4)

    (note,) = found.notes
    assert "the nearest depth image is 10 s from the image's stamp, and depth_tolerance is" in note


def test_zero_stamps_and_what_cannot_be_read_are_left_out_and_counted(tmp_path: Path) -> None:
    depth = list(depths(pictures(6)))
    depth[1] = (DEPTH_TOPIC, depth[1][1], replace(depth[1][2], header=header(0)))
    depth[3] = (DEPTH_TOPIC, depth[3][1], b'\0\1\0\0torn')

    found = locate_by(depth, tmp_path, 6)

    assert len(found.places()) == 6  # the depth of the image before is within the tolerance
    assert found.notes[0].startswith(f'of {DEPTH_TOPIC} 1 could not be read and were left out, '
                                     'the first because: its bytes are no sensor_msgs/msg/Image')
    assert found.notes[1] == (f'of {DEPTH_TOPIC} 1 have a zero stamp and were left out; let the '
                              'camera driver set header.stamp')


def test_without_stamps_there_are_bearings_only(tmp_path: Path) -> None:
    sent = [replace(message, header=header(0)) for message in spots(3)]
    depth = [(topic, time, replace(message, header=header(0)))
             for topic, time, message in depths(pictures(3))]

    unseen = locate_by(depth, tmp_path, 3)
    bag = record(tmp_path / 'unstamped', images(sent), infos(3), depth)
    unstamped = locate(bag, tmp_path / 'there', on_the_spot(3), BY_DEPTH)

    assert unseen.counts == unstamped.counts == {'bearings': 3, 'poses': 0}
    assert 'the first because: no depth image with a stamp came' in unseen.notes[1]
    assert 'the first because: the images have a zero stamp' in unstamped.notes[1]


def test_where_depth_ends_the_images_after_it_have_bearings_only(tmp_path: Path) -> None:
    found = locate_by(list(depths(pictures(5))), tmp_path, 40)

    # Within the tolerance of 0.05 s the last depth image serves the next image, too.
    assert list(found.places()) == [0, 1, 2, 3, 4, 5]
    assert found.counts == {'bearings': 40, 'poses': 6}
    (note,) = found.notes
    assert note.startswith('34 of 40 images with a bearing have no pose')


@pytest.mark.parametrize(('depth', 'words'), [
    ('/nose', 'has no topic /nose; its topics with images: '
              f'{DEPTH_TOPIC}, {TOPIC}'),
    (INFO_TOPIC, 'is of type sensor_msgs/msg/CameraInfo, not of images'),
    (TOPIC, 'holds the images that are followed'),
])
def test_a_topic_that_holds_no_depth_images_is_refused(
    tmp_path: Path, depth: str, words: str,
) -> None:
    bag = record(tmp_path / 'bag', images(spots(2)), infos(2), depths(pictures(2)))

    with pytest.raises(BagError, match=words):
        locate(bag, tmp_path / 'out', on_the_spot(2), BY_DEPTH, depth=depth)


def test_a_pose_without_a_calibration_is_refused(tmp_path: Path) -> None:
    bag = record(tmp_path / 'bag', images(spots(2)),
                 [(DEPTH_TOPIC, stamp_of(0), depth_message(depth_picture(0), stamp_of(0)))])

    with pytest.raises(BagError, match='a pose needs the calibration of the images: name its '
                                       'topic with --camera-info'):
        locate(bag, tmp_path / 'out', on_the_spot(2), BY_DEPTH)
