"""From pixels to directions; OpenCV's projections are the oracle."""

from __future__ import annotations

from dataclasses import replace
import math
from typing import Any

import cv2
from hypothesis import given
from hypothesis import strategies
import numpy as np
import pytest

from rat_tracker.position.calibration import is_named_rectified
from rat_tracker.position.camera_model import Calibration
from rat_tracker.position.camera_model import CameraModel
from rat_tracker.position.camera_model import Floats

WIDTH, HEIGHT = 640, 480
K = (520.0, 0.0, 311.3, 0.0, 515.0, 243.9, 0.0, 0.0, 1.0)
P = (480.0, 0.0, 320.4, -30.0, 0.0, 482.0, 238.8, 0.0, 0.0, 0.0, 1.0, 0.0)
IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
PINHOLE = Calibration(WIDTH, HEIGHT, 'plumb_bob', (0.0,) * 5, K, IDENTITY, P)
LENSES = {
    'plumb_bob': (-0.28, 0.09, 0.0008, -0.0004, -0.01),
    'rational_polynomial': (0.6, -0.4, 0.0004, -0.0002, 0.05, 0.9, -0.35, 0.02),
    'equidistant': (-0.02, 0.004, -0.003, 0.0005),
}
# Within the image, as directions x/z and y/z.
PLACES = strategies.tuples(strategies.floats(-0.55, 0.55), strategies.floats(-0.42, 0.42))


def through(model: str, **changes: Any) -> Calibration:
    """Return the calibration of a camera with this lens."""
    return replace(PINHOLE, distortion_model=model, d=LENSES[model], **changes)


def pixel_of(direction: Floats, calibration: Calibration) -> Floats:
    """Return where OpenCV projects a direction, counted by pixel centres."""
    matrix, d = np.reshape(calibration.k, (3, 3)), np.array(calibration.d)
    points = direction.reshape(1, 1, 3)
    project = (cv2.fisheye.projectPoints if calibration.distortion_model == 'equidistant'
               else cv2.projectPoints)
    seen = project(points, np.zeros(3), np.zeros(3), matrix, d)[0]
    return np.asarray(seen, np.float64).reshape(2)


def unit(direction: Floats) -> Floats:
    return direction / np.linalg.norm(direction)


@pytest.mark.parametrize('model', LENSES)
@given(place=PLACES)
def test_a_projected_direction_is_found_again(model: str, place: tuple[float, float]) -> None:
    direction = np.array([*place, 1.0])
    calibration = through(model)
    center = pixel_of(direction, calibration)
    (ray,) = CameraModel(calibration, rectified=False).rays([center + 0.5])
    assert ray == pytest.approx(unit(direction), abs=1e-7)


@given(place=PLACES)
def test_a_fisheye_sees_beside_and_behind_itself(place: tuple[float, float]) -> None:
    calibration = replace(through('equidistant'), d=(0.0,) * 4)
    angle, turn = 1.4 + abs(place[0]), 6 * place[1]  # up to 112 degrees from the axis
    direction = np.array([math.sin(angle) * math.cos(turn), math.sin(angle) * math.sin(turn),
                          math.cos(angle)])
    seen = angle * np.array([math.cos(turn), math.sin(turn)])
    point = seen * (K[0], K[4]) + (K[2], K[5]) + 0.5
    (ray,) = CameraModel(calibration, rectified=False).rays([point])
    assert ray == pytest.approx(direction, abs=1e-9)


def test_the_centre_of_the_pixel_at_the_principal_point_looks_straight_ahead() -> None:
    # A sensor of 640x480 pixels, whose middle is the edge between pixels 319 and 320.
    middle = (500.0, 0.0, 319.5, 0.0, 500.0, 239.5, 0.0, 0.0, 1.0)
    model = CameraModel(replace(PINHOLE, k=middle), rectified=False)
    rays = model.rays([(320, 240), (0, 240), (640, 240)])
    assert rays[0] == pytest.approx((0, 0, 1), abs=1e-12)
    assert rays[1] == pytest.approx(rays[2] * (-1, 1, 1), abs=1e-12)


@given(place=PLACES)
def test_raw_and_rectified_images_give_the_same_direction(place: tuple[float, float]) -> None:
    # The two halves of a pair: the raw camera is turned a little against the rectified one.
    turn, _ = cv2.Rodrigues(np.array([0.02, -0.03, 0.01]))
    calibration = through('plumb_bob', r=tuple(turn.ravel()))
    direction = unit(np.array([*place, 1.0]))  # in the rectified frame
    raw = pixel_of(turn.T @ direction, calibration) + 0.5
    p = np.reshape(P, (3, 4))[:, :3] @ direction
    rectified = p[:2] / p[2] + 0.5
    for point, is_rectified in ((raw, False), (rectified, True)):
        (ray,) = CameraModel(calibration, is_rectified).rays([point])
        assert ray == pytest.approx(direction, abs=1e-7)


@given(place=PLACES, binning=strategies.sampled_from([(1, 1), (2, 2), (4, 2)]))
def test_binned_and_cut_images_give_the_direction_of_the_whole_one(
    place: tuple[float, float], binning: tuple[int, int],
) -> None:
    window = 128, 96, 256, 192
    part = through('plumb_bob', binning=binning, window=window)
    whole = np.array([*place]) * (128, 96) + (256, 192)
    point = (whole - window[:2]) / binning
    for rectified in (False, True):
        model = CameraModel(part, rectified)
        assert model.image_size == (256 // binning[0], 192 // binning[1])
        expected = CameraModel(through('plumb_bob'), rectified).rays([whole])
        assert model.rays([point]) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(('model', 'point'), [
    ('plumb_bob', (4000, 240)), ('equidistant', (9000, 240))])
def test_a_point_that_the_lens_cannot_show_is_refused(
    model: str, point: tuple[float, float],
) -> None:
    with pytest.raises(ValueError) as error:
        CameraModel(through(model), rectified=False).rays([point])
    assert f'shows nothing at pixel {point[0]},240' in str(error.value)


@pytest.mark.parametrize(('topic', 'rectified'), [
    ('/image_raw', False), ('/camera/image_rect', True), ('/camera/image_rect_color', True),
    ('/camera/infra1/image_rect_raw', True), ('/zed/rgb/rect/image', True),
    ('/camera/direct/image', False), ('/camera_rect/image_raw', False), ('image_rectified', True),
])
def test_a_topics_name_tells_whether_its_images_are_rectified(
    topic: str, rectified: bool,
) -> None:
    assert is_named_rectified(topic) is rectified
