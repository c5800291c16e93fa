"""Places of the target out of recorded depth images, or out of its size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ros import scene
from ros.calibrated_scene import depth_picture
from ros.calibrated_scene import FOCAL
from ros.calibrated_scene import NEAR
from support_bags import DELAY
from support_bags import header
from support_bags import on_the_spot
from support_bags import PERIOD
from support_bags import spots
from support_bags import stamp_of
from support_positions import BY_DEPTH
from support_positions import depths
from support_positions import expected_bearings
from support_positions import expected_places
from support_positions import images
from support_positions import infos
from support_positions import locate
from support_positions import locate_by
from support_positions import Message
from support_positions import MS
from support_positions import NODE
from support_positions import pictures
from support_positions import record

from rat_tracker.position.parameters import PositionParameters

STORAGES = ('mcap', 'sqlite3')


def late(messages: list[Message], delay: int) -> list[Message]:
    """Return depth images that were recorded so much later."""
    return [(topic, time + delay, message) for topic, time, message in messages]


@pytest.mark.parametrize('storage', STORAGES)
def test_every_image_in_state_tracking_has_a_pose_under_its_own_header(
    tmp_path: Path, storage: str,
) -> None:
    bag = record(tmp_path / 'bag', images(spots(9)), infos(9), depths(pictures(9)),
                 storage=storage)

    found = locate(bag, tmp_path / 'out', on_the_spot(9), BY_DEPTH, storage=storage)

    assert found.places() == expected_places(range(9), NEAR)
    assert found.bearings() == expected_bearings(range(9))
    assert (found.counts, found.notes) == ({'bearings': 9, 'poses': 9}, [])
    poses, sure = found.bag[f'{NODE}/pose'], found.bag[f'{NODE}/pose_with_covariance']
    assert [(time, message.header, message.pose) for time, message in poses] == [
        (time, message.header, message.pose.pose) for time, message in sure]
    # A flat spot: the sensor's own hundredth.
    assert sure[0][1].pose.covariance[14] == pytest.approx((0.01 * NEAR) ** 2)


def test_metres_at_half_the_scale_with_holes_are_understood(tmp_path: Path) -> None:
    coarse = [(picture[::2, ::2] / 1000).astype(np.float32) for picture in pictures(3)]
    for picture in coarse:
        picture[::3] = np.nan

    assert locate_by(list(depths(coarse)), tmp_path, 3).places() == expected_places(range(3), NEAR)


@pytest.mark.parametrize('delay', [2 * MS, PERIOD, 10 * PERIOD])
def test_depth_may_be_recorded_after_its_image(tmp_path: Path, delay: int) -> None:
    found = locate_by(late(list(depths(pictures(20))), delay), tmp_path, 20)

    assert found.places() == expected_places(range(20), NEAR)
    times = [time for time, _ in found.bag[f'{NODE}/pose']]
    assert times == [stamp_of(index) + DELAY for index in range(20)]


def test_each_image_gets_the_depth_nearest_to_its_own_time(tmp_path: Path) -> None:
    nearest = [depth_picture(index, 2.0 + index / 10) for index in range(10)]
    shifted = [(topic, time, replace(message, header=header(stamp_of(index) - 12 * MS)))
               for index, (topic, time, message) in enumerate(depths(nearest))]

    found = locate_by(shifted, tmp_path, 10).places()

    # Of the last image, too, after which no depth came.
    assert {index: z for index, (_, _, z) in found.items()} == {
        index: pytest.approx(2.0 + index / 10) for index in range(10)}


def test_what_was_interrupted_does_not_tell_of_images_whose_depth_may_come(
    tmp_path: Path,
) -> None:
    stops = iter([False, False, True])

    found = locate_by(late(list(depths(pictures(9))), PERIOD), tmp_path, 9,
                      stopped=lambda: next(stops))

    assert found.places() == expected_places([0, 1], NEAR)
    assert found.notes == ['1 of 3 images with a bearing have no pose, the first because: its '
                           'depth image had not come when this ended']


def test_positions_that_wait_when_the_target_is_uncertain_are_not_written(tmp_path: Path) -> None:
    found = locate_by(late(list(depths(pictures(9))), 2 * PERIOD + 2 * MS), tmp_path, 9,
                      (0.9, 0.9, 0.9, 0.1, 0.9, 0.9, 0.9, 0.9))

    # Image 4 is UNCERTAIN; the depth of images 2 and 3 came after it.
    assert found.places() == expected_places([0, 1, 5, 6, 7, 8], NEAR)
    assert found.notes == ['2 of 8 images with a bearing have no pose, the first because: its '
                           'depth image had not come when the target was no longer TRACKING']


def test_where_the_box_is_drawn_on_a_later_image_the_depth_before_it_counts(
    tmp_path: Path,
) -> None:
    bag = record(tmp_path / 'bag', images(spots(9)), infos(9),
                 [(topic, time - 8 * MS, message) for topic, time, message in depths(pictures(9))])

    found = locate(bag, tmp_path / 'out', on_the_spot(1), BY_DEPTH, offset=0.205, start=6,
                   stopped=lambda: True)

    assert found.places() == expected_places([6], NEAR)


def test_the_known_height_tells_the_distance(tmp_path: Path) -> None:
    height = NEAR * scene.red_box(0).height / FOCAL
    bag = record(tmp_path / 'bag', images(spots(5)), infos(5))

    found = locate(bag, tmp_path / 'out', on_the_spot(5),
                   PositionParameters('size', target_height=height))

    assert found.places() == expected_places(range(5), NEAR)


def test_a_detection_has_the_pose_where_that_needs_no_depth(tmp_path: Path) -> None:
    height = NEAR * scene.red_box(0).height / FOCAL
    bag = record(tmp_path / 'bag', images(spots(5)), infos(5))
    scores = (0.9, 0.9, 0.9, 0.2, 0.9)

    found = locate(bag, tmp_path / 'out', on_the_spot(5, scores),
                   PositionParameters('size', target_height=height))

    places = {time: message.pose for time, message in found.bag[f'{NODE}/pose_with_covariance']}
    assert len(places) == 4
    for time, message in found.bag[f'{NODE}/detections']:
        (detection,) = message.detections
        pose = detection.results[0].pose
        if time in places:
            assert pose.pose == places[time].pose
            assert np.array_equal(pose.covariance, places[time].covariance)
        else:
            assert pose.covariance[0] == -1


def test_a_detection_does_not_wait_for_depth_and_says_so(tmp_path: Path) -> None:
    found = locate_by(list(depths(pictures(3))), tmp_path, 3)

    assert len(found.places()) == 3
    assert [message.detections[0].results[0].pose.covariance[0]
            for _, message in found.bag[f'{NODE}/detections']] == [-1.0] * 3
