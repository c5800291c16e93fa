"""From a box to a place in the camera's optical frame, and how sure it is."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies
import numpy as np
import pytest

from rat_tracker.geometry import Box
from rat_tracker.position.back_projection import bearing
from rat_tracker.position.back_projection import depth_deviation
from rat_tracker.position.back_projection import facing_away
from rat_tracker.position.back_projection import position_at
from rat_tracker.position.back_projection import position_by_size
from rat_tracker.position.camera_model import Calibration
from rat_tracker.position.camera_model import CameraModel
from rat_tracker.position.camera_model import Floats

FOCAL, CENTER_X, CENTER_Y = 500.0, 320.0, 240.0  # pixels, counted by edges
IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
K = (FOCAL, 0.0, CENTER_X - 0.5, 0.0, FOCAL, CENTER_Y - 0.5, 0.0, 0.0, 1.0)
PINHOLE = CameraModel(Calibration(640, 480, '', (), K, IDENTITY, (0.0,) * 12), rectified=False)
FISHEYE = CameraModel(Calibration(640, 480, 'equidistant', (0.0,) * 4,
                                  (150.0, *K[1:4], 150.0, *K[5:]), IDENTITY, (0.0,) * 12),
                      rectified=False)
RAYS = strategies.tuples(*[strategies.floats(-1, 1)] * 3).filter(
    lambda ray: math.hypot(*ray) > 0.1)


def seen(x: float, y: float, z: float, width: float, height: float) -> Box:
    """Return the box in which the pinhole camera sees an upright rectangle."""
    return Box.from_center(CENTER_X + FOCAL * x / z, CENTER_Y + FOCAL * y / z,
                           FOCAL * width / z, FOCAL * height / z)


def turned(quaternion: tuple[float, float, float, float]) -> Floats:
    """Return the rotation matrix of a quaternion x, y, z, w."""
    x, y, z, w = quaternion
    return np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)]])


def test_the_bearing_is_that_of_the_boxs_centre() -> None:
    expected = np.array([0.5, -0.3, 2.0]) / np.linalg.norm([0.5, -0.3, 2.0])
    assert bearing(PINHOLE, seen(0.5, -0.3, 2.0, 0.4, 0.4)) == pytest.approx(expected)


@given(strategies.floats(-1, 1), strategies.floats(-0.3, 0.3), strategies.floats(3, 20))
def test_a_known_height_gives_the_position(x: float, y: float, z: float) -> None:
    found = position_by_size(PINHOLE, seen(x, y, z, 0.5, 1.7), 1.7, 0.0, 0.05)
    assert found.point == pytest.approx((x, y, z))
    assert found.deviation == pytest.approx(z * 0.05 * math.sqrt(2))


def test_where_the_height_is_cut_off_the_width_counts() -> None:
    near = seen(0.0, 0.3, 1.5, 0.5, 1.7)  # the feet are below the image
    cut = Box(near.x, near.y, near.width, 480 - near.y)
    found = position_by_size(PINHOLE, cut, 1.7, 0.5, 0.05)
    assert found.point[2] == pytest.approx(1.5)
    with pytest.raises(ValueError) as error:
        position_by_size(PINHOLE, cut, 1.7, 0.0, 0.05)
    assert "reaches over the image's edge, so that its height cannot" in str(error.value)


def test_the_covariance_is_that_of_many_disturbed_boxes() -> None:
    z, deviation, share = 4.0, 0.2, 0.05
    box = seen(0.8, -0.4, z, 0.5, 1.7)
    random = np.random.default_rng(3)
    edges = random.normal(size=(4000, 2, 2)) * share * np.array([box.width, box.height])
    points = []
    for (first, second), off in zip(edges, random.normal(size=4000) * deviation, strict=True):
        left, top = box.x + first[0], box.y + first[1]
        right, bottom = box.x + box.width + second[0], box.y + box.height + second[1]
        disturbed = Box(left, top, right - left, bottom - top)
        points.append(position_at(PINHOLE, disturbed, z + off, deviation, share).point)
    found = position_at(PINHOLE, box, z, deviation, share)
    assert found.point == pytest.approx((0.8, -0.4, z))
    assert found.covariance == pytest.approx(np.cov(np.transpose(points)), rel=0.1, abs=2e-4)


def test_a_distance_is_no_surer_than_the_sensor() -> None:
    assert depth_deviation(4.0, 0.0) == pytest.approx(0.04)
    assert depth_deviation(4.0, 0.3) > 0.3


def test_beside_a_wide_camera_no_depth_is_taken_for_a_distance() -> None:
    box = Box.from_center(CENTER_X + 150 * 1.54, CENTER_Y, 20, 20)
    assert bearing(FISHEYE, box)[2] == pytest.approx(math.cos(1.54))
    with pytest.raises(ValueError) as error:
        position_at(FISHEYE, box, 2.0, 0.1, 0.05)
    assert 'beside the camera' in str(error.value)


@given(RAYS)
def test_the_target_faces_away_from_the_camera_and_upwards(
    ray: tuple[float, float, float],
) -> None:
    axes = turned(facing_away(np.array(ray)))
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(axes) == pytest.approx(1.0)
    assert axes[:, 0] == pytest.approx(np.array(ray) / np.linalg.norm(ray))
    assert axes[1, 2] <= 0.05  # up is against y


@pytest.mark.parametrize('edge', [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0), (1.0, 0.0)])
def test_a_target_that_moves_through_the_image_turns_without_a_leap(
    edge: tuple[float, float],
) -> None:
    turns = np.array([facing_away(np.array([edge[0] * way, edge[1] * way, 1.0]))
                      for way in np.linspace(-2.0, 2.0, 401)])
    assert np.abs(np.diff(turns, axis=0)).max() < 0.01


def test_straight_ahead_left_is_left_and_up_is_up() -> None:
    assert turned(facing_away(np.array([0.0, 0.0, 3.0]))) == pytest.approx(
        np.array([[0, -1, 0], [0, 0, -1], [1, 0, 0]]), abs=1e-12)
