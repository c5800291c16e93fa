"""Directions to the target out of the calibration that was recorded beside the images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ros import scene
from ros.calibrated_scene import K
from support_bags import compressed_message
from support_bags import header
from support_bags import image_message
from support_bags import on_the_spot
from support_bags import spots
from support_bags import stamp_of
from support_positions import expected_bearings
from support_positions import images
from support_positions import info_message
from support_positions import INFO_TOPIC
from support_positions import infos
from support_positions import locate
from support_positions import MS
from support_positions import record

STORAGES = ('mcap', 'sqlite3')
DOUBLED = np.array((2 * K[0], *K[1:4], 2 * K[4], *K[5:]))


@pytest.mark.parametrize('storage', STORAGES)
def test_every_image_in_state_tracking_has_a_bearing_under_its_own_header(
    tmp_path: Path, storage: str,
) -> None:
    bag = record(tmp_path / 'bag', images(spots(9)), infos(9), storage=storage)

    found = locate(bag, tmp_path / 'out', on_the_spot(9), storage=storage)

    # The first one too, although its calibration was recorded after it.
    assert found.bearings() == expected_bearings(range(9))
    assert (found.counts, found.notes) == ({'bearings': 9}, [])
    assert '/tracker_node/pose' not in found.bag


def test_there_is_none_while_the_target_is_uncertain_or_lost(tmp_path: Path) -> None:
    bag = record(tmp_path / 'bag', images(spots(20)), infos(20))

    found = locate(bag, tmp_path / 'out', on_the_spot(20, 3 * [0.9] + 12 * [0.1] + 4 * [0.9]))

    assert found.bearings() == expected_bearings([0, 1, 2, 3, 18, 19])
    assert found.notes == []


def test_the_calibration_of_compressed_images_lies_beside_the_raw_ones(tmp_path: Path) -> None:
    topic = '/camera/image_raw/compressed'
    sent = [compressed_message(scene.picture(index), stamp_of(index), '.png')
            for index in range(4)]
    bag = record(tmp_path / 'bag', ((topic, time, message) for _, time, message in images(sent)),
                 infos(4))

    found = locate(bag, tmp_path / 'out', on_the_spot(4), topic=topic)

    assert found.bearings() == expected_bearings(range(4))


def test_one_that_was_recorded_once_counts_wherever_the_box_was_drawn(tmp_path: Path) -> None:
    messages = spots(80)
    bag = record(tmp_path / 'bag', images(messages),
                 [(INFO_TOPIC, stamp_of(1), info_message(stamp_of(1)))])

    late = locate(bag, tmp_path / 'late', on_the_spot(1), offset=2.59, start=78,
                  stopped=lambda: True)  # two seconds after the calibration
    early = locate(bag, tmp_path / 'early', on_the_spot(1), stopped=lambda: True)

    assert late.bearings() == expected_bearings([78])
    assert early.bearings() == expected_bearings([0])


@pytest.mark.parametrize('lead', [-2, -40])
def test_of_several_the_newest_before_the_first_image_counts(tmp_path: Path, lead: int) -> None:
    wrong = info_message(stamp_of(0), k=DOUBLED)
    bag = record(tmp_path / 'bag', images(spots(60)), [
        (INFO_TOPIC, stamp_of(1), wrong),
        (INFO_TOPIC, stamp_of(50 + lead) - MS, wrong),
        (INFO_TOPIC, stamp_of(50 + lead), info_message(stamp_of(50))),
        (INFO_TOPIC, stamp_of(55), wrong)])

    found = locate(bag, tmp_path / 'out', on_the_spot(1), offset=49.9 / 30, start=50,
                   stopped=lambda: True)

    assert found.bearings() == expected_bearings([50])
    assert found.notes == []


def test_a_change_counts_from_the_next_image_on_and_is_reported_once(tmp_path: Path) -> None:
    doubled = [(topic, time, replace(message, k=DOUBLED)) for topic, time, message in infos(8)]
    bag = record(tmp_path / 'bag', images(spots(8)), list(infos(4)), doubled[4:])

    found = locate(bag, tmp_path / 'out', on_the_spot(8))

    bearings = found.bearings()
    assert {index: bearings[index] for index in range(5)} == expected_bearings(range(5))
    x, _, z = bearings[5]
    assert x / z == pytest.approx((scene.red_box(5).center_x - scene.WIDTH / 2) / (2 * K[0]))
    assert found.notes == [f'{INFO_TOPIC} changed; of each image the newest calibration before it '
                           'counts']


@pytest.mark.parametrize(('topic', 'geometry'), [
    ('/camera/image_rect', 'auto'), ('/camera/image_raw', 'rectified')])
def test_of_rectified_images_the_rectified_calibration_counts(
    tmp_path: Path, topic: str, geometry: str,
) -> None:
    sent = [(topic, time, message) for _, time, message in images(spots(3))]
    distorted = infos(3, k=DOUBLED, d=np.array((0.3, 0.2, 0.0, 0.0, 0.0)))

    found = locate(record(tmp_path / 'bag', sent, distorted), tmp_path / 'out', on_the_spot(3),
                   topic=topic, geometry=geometry)

    assert found.bearings() == expected_bearings(range(3))


def test_images_without_a_stamp_have_bearings(tmp_path: Path) -> None:
    sent = [replace(message, header=header(0)) for message in spots(3)]
    bag = record(tmp_path / 'bag', images(sent), infos(3))

    found = locate(bag, tmp_path / 'out', on_the_spot(3))

    assert found.counts == {'bearings': 3}


def test_where_the_images_change_their_size_there_is_none_any_more(tmp_path: Path) -> None:
    sent = spots(4)
    sent[2] = image_message(scene.picture(2)[:120], stamp_of(2))
    bag = record(tmp_path / 'bag', images(sent), infos(4))

    found = locate(bag, tmp_path / 'out', on_the_spot(4))

    assert found.bearings() == expected_bearings([0, 1])
