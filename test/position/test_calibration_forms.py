"""Calibrations as drivers send them: what OpenCV takes tells the direction that OpenCV has."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import cv2
from hypothesis import given
from hypothesis import strategies
import numpy as np
import pytest

from rat_tracker.position.calibration import NewestCalibration
from rat_tracker.position.camera_model import Calibration
from rat_tracker.position.camera_model import CameraModel
from rat_tracker.position.camera_model import Floats

WIDTH, HEIGHT = 640, 480
K = (520.0, 0.0, 311.3, 0.0, 515.0, 243.9, 0.0, 0.0, 1.0)
P = (480.0, 0.0, 320.4, -30.0, 0.0, 482.0, 238.8, 0.0, 0.0, 0.0, 1.0, 0.0)
IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
IDENTITY_P = (1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0)
NOTHING, NOTHING_P = (0.0,) * 9, (0.0,) * 12
PINHOLE = Calibration(WIDTH, HEIGHT, 'plumb_bob', (), K, IDENTITY, P)
# k1 k2 p1 p2 k3 k4 k5 k6, s1 s2 s3 s4 of a thin prism, τx τy of a tilted sensor, none zero
D = (0.1, -0.05, 0.001, -0.0015, 0.02, 0.15, -0.04, 0.01, 0.004, -0.003, 0.002, 0.001, 0.03, -0.02)
FISHEYE = (-0.02, 0.004, -0.003, 0.0005)
POLYNOMIAL_NAMES = ('plumb_bob', 'rational_polynomial', 'thin_prism', 'tilted', 'radtan',
                    'brown_conrady', 'Brown Conrady', '')
FISHEYE_NAMES = ('equidistant', 'fisheye', 'kannala_brandt4')
# Within the image, as directions x/z and y/z.
PLACES = strategies.tuples(strategies.floats(-0.55, 0.55), strategies.floats(-0.42, 0.42))


def seen_by_opencv(
    place: tuple[float, float], d: tuple[float, ...], *, fisheye: bool = False,
    k: tuple[float, ...] = K,
) -> Floats:
    """Return where OpenCV projects a direction, in pixels counted by edges."""
    project = cv2.fisheye.projectPoints if fisheye else cv2.projectPoints
    points = np.array([[[*place, 1.0]]])
    seen = project(points, np.zeros(3), np.zeros(3), np.reshape(k, (3, 3)), np.array(d))[0]
    return np.asarray(seen, np.float64).reshape(2) + 0.5


def direction(
    calibration: Calibration, point: Floats, *, rectified: bool = False,
) -> tuple[float, float]:
    """Return where the camera sees a pixel, as x/z and y/z."""
    ((x, y, z),) = CameraModel(calibration, rectified).rays([point])
    return float(x / z), float(y / z)


def near(place: tuple[float, float]) -> Any:
    return pytest.approx(place, abs=1e-7)


@pytest.mark.parametrize('model', POLYNOMIAL_NAMES)
@pytest.mark.parametrize('count', [4, 5, 8, 12, 14])
@given(place=PLACES)
def test_the_coefficients_count_whatever_the_model_is_called(
    model: str, count: int, place: tuple[float, float],
) -> None:
    calibration = replace(PINHOLE, distortion_model=model, d=D[:count])
    assert direction(calibration, seen_by_opencv(place, D[:count])) == near(place)


@pytest.mark.parametrize('model', FISHEYE_NAMES)
@given(place=PLACES)
def test_a_fisheye_has_more_than_one_name(model: str, place: tuple[float, float]) -> None:
    calibration = replace(PINHOLE, distortion_model=model, d=FISHEYE)
    assert direction(calibration, seen_by_opencv(place, FISHEYE, fisheye=True)) == near(place)


@pytest.mark.parametrize('count', [4, 5, 8, 12, 14])
@given(place=PLACES, zeros=strategies.integers(0, 10))
def test_zeros_behind_the_coefficients_change_nothing(
    count: int, place: tuple[float, float], zeros: int,
) -> None:
    calibration = replace(PINHOLE, d=(*D[:count], *[0.0] * zeros))
    assert direction(calibration, seen_by_opencv(place, D[:count])) == near(place)


@given(place=PLACES, zeros=strategies.integers(0, 10))
def test_zeros_behind_those_of_a_fisheye_change_nothing(
    place: tuple[float, float], zeros: int,
) -> None:
    calibration = replace(PINHOLE, distortion_model='fisheye', d=(*FISHEYE, *[0.0] * zeros))
    assert direction(calibration, seen_by_opencv(place, FISHEYE, fisheye=True)) == near(place)


@pytest.mark.parametrize('model', [*POLYNOMIAL_NAMES, 'none', 'pinhole'])
@given(place=PLACES, zeros=strategies.integers(0, 15))
def test_zeros_and_no_coefficients_are_no_distortion(
    model: str, place: tuple[float, float], zeros: int,
) -> None:
    calibration = replace(PINHOLE, distortion_model=model, d=(0.0,) * zeros)
    assert direction(calibration, seen_by_opencv(place, ())) == near(place)


@given(place=PLACES)
def test_a_fisheye_without_coefficients_is_still_one(place: tuple[float, float]) -> None:
    calibration = replace(PINHOLE, distortion_model='equidistant')
    point = seen_by_opencv(place, (0.0,) * 4, fisheye=True)
    assert direction(calibration, point) == near(place)


@pytest.mark.parametrize('rectified', [False, True])
@given(place=PLACES, scale=strategies.sampled_from([1e-3, 0.5, 2.0, 640.0, -1.0]),
       noise=strategies.sampled_from([0.0, 1e-17, -1e-12, 1e-9]))
def test_a_camera_matrix_may_be_scaled_and_have_almost_zeros(
    rectified: bool, place: tuple[float, float], scale: float, noise: float,
) -> None:
    k, p = (tuple(scale * (number or noise) for number in matrix) for matrix in (K, P))
    calibration = replace(PINHOLE, k=k, p=p)
    point = seen_by_opencv(place, (), k=(*P[:3], *P[4:7], *P[8:11]) if rectified else K)
    assert direction(calibration, point, rectified=rectified) == pytest.approx(place, abs=1e-6)


@given(place=PLACES, skew=strategies.floats(-5, 5))
def test_a_skew_is_that_of_the_camera_matrix(
    place: tuple[float, float], skew: float,
) -> None:
    x, y = seen_by_opencv(place, D[:5], k=IDENTITY) - 0.5
    seen = np.reshape((K[0], skew, *K[2:]), (3, 3)) @ (x, y, 1)
    calibration = replace(PINHOLE, d=D[:5], k=(K[0], skew, *K[2:]))
    assert direction(calibration, seen[:2] + 0.5) == near(place)


@pytest.mark.parametrize('left_out', [NOTHING, IDENTITY])
@pytest.mark.parametrize('rectified', [False, True])
@given(place=PLACES)
def test_where_only_p_is_given_it_counts_for_images_without_distortion(
    left_out: tuple[float, ...], rectified: bool, place: tuple[float, float],
) -> None:
    calibration = replace(PINHOLE, k=left_out)
    point = seen_by_opencv(place, (), k=(*P[:3], *P[4:7], *P[8:11]))
    assert direction(calibration, point, rectified=rectified) == near(place)


@pytest.mark.parametrize('left_out', [NOTHING_P, IDENTITY_P])
@pytest.mark.parametrize('rectified', [False, True])
@given(place=PLACES)
def test_where_only_k_is_given_it_counts(
    left_out: tuple[float, ...], rectified: bool, place: tuple[float, float],
) -> None:
    calibration = replace(PINHOLE, d=D[:5], p=left_out)
    point = seen_by_opencv(place, () if rectified else D[:5])
    assert direction(calibration, point, rectified=rectified) == near(place)


@pytest.mark.parametrize(('changes', 'words'), [
    ({'k': NOTHING, 'p': NOTHING_P}, 'only zeros in k and only zeros in p: the camera is not '
                                     'calibrated; calibrate the camera'),
    ({'k': IDENTITY, 'p': NOTHING_P}, 'only the identity in k and only zeros in p'),
    ({'k': NOTHING, 'd': D[:5]}, 'set image_geometry to rectified if the images are, else let '
                                 'the driver fill in k'),
    ({'k': (*K[:5], float('nan'), *K[6:])}, 'nan in k[5], which is not finite'),
    ({'k': (-500.0, *K[1:])}, '-500 in k[0], the focal length fx, which has to be above zero'),
    ({'k': (*K[:4], 0.0, *K[5:])}, '0 in k[4], the focal length fy, which has to be above zero'),
    ({'k': (*K[:3], 20.0, *K[4:])}, '20 in k[3], where a camera matrix has zero'),
    ({'k': (*K[:6], 311.3, 0.0, 1.0)}, '311.3 in k[6], where a camera matrix has zero'),
    ({'k': (*K[:8], 0.0)}, '0 in k[8], by which the others are divided'),
    ({'d': (0.1, float('inf'), 0.0, 0.0)}, 'inf in d[1], which is not finite'),
    ({'d': (0.1, 0.1)}, '2 numbers in d, and plumb_bob has 4, 5, 8, 12 or 14'),
    ({'d': (*D[:5], 0.0, 0.3)}, '7 numbers in d, and plumb_bob has 4, 5, 8, 12 or 14; d[6] is '
                                '0.3'),
    ({'d': (*D, 0.0, 0.7)}, 'd[15] is 0.7'),
    ({'distortion_model': 'equidistant', 'd': D[:5]}, '5 numbers in d, and equidistant has 4; '
                                                      'd[4] is 0.02'),
    ({'distortion_model': 'mystery', 'd': D[:5]}, "'mystery', which is none of plumb_bob"),
    ({'r': (1.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 1.0)}, 'r: row 1 is not of length 1'),
    ({'r': (1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)}, 'r: rows 0 and 1 are not at right'),
    ({'r': (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)}, 'r: it mirrors'),
    ({'width': 0}, 'images of 0x480 pixels'),
    ({'window': (600, 0, 100, 100)}, '100x100 pixels at 600,0, beyond the 640x480'),
    ({'binning': (1000, 1)}, 'a binning of 1000x1 pixels'),
])
def test_a_refusal_names_the_number_that_is_wrong_and_the_remedy(
    changes: dict[str, Any], words: str,
) -> None:
    with pytest.raises(ValueError) as error:
        CameraModel(replace(PINHOLE, **changes), rectified=False)
    assert words in str(error.value)
    assert '; ' in str(error.value)
    assert ('calibrate the camera' in str(error.value)) == ('not calibrated' in str(error.value))


def test_the_number_of_a_rectified_image_is_one_of_p() -> None:
    with pytest.raises(ValueError) as error:
        CameraModel(replace(PINHOLE, p=(*P[:4], 7.0, *P[5:])), rectified=True)
    assert '7 in p[4], where a camera matrix has zero' in str(error.value)


def newest(**changes: Any) -> NewestCalibration:
    """Return one that has taken in a message with these fields."""
    fields: dict[str, Any] = {
        'width': WIDTH, 'height': HEIGHT, 'distortion_model': 'plumb_bob', 'd': np.zeros(5),
        'k': np.array(K), 'r': np.array(IDENTITY), 'p': np.array(P), 'binning_x': 0,
        'binning_y': 0, 'header': SimpleNamespace(frame_id='camera'),
        'roi': SimpleNamespace(x_offset=0, y_offset=0, width=0, height=0, do_rectify=False),
        **changes}
    calibration = NewestCalibration('/camera_info', '/image_raw', 'auto', 'remap camera_info')
    calibration.push(SimpleNamespace(**fields))
    return calibration


def region(x: int, y: int, width: int, height: int) -> dict[str, Any]:
    return {'roi': SimpleNamespace(
        x_offset=x, y_offset=y, width=width, height=height, do_rectify=True)}


@pytest.mark.parametrize('size', [(640, 480), (320, 240), (1280, 960), (427, 320), (213, 160)])
@given(place=PLACES)
def test_images_of_another_resolution_show_the_same_directions(
    size: tuple[int, int], place: tuple[float, float],
) -> None:
    whole = seen_by_opencv(place, ())
    model = newest().model(*size, 'camera')
    ((x, y, z),) = model.rays([whole * size / (WIDTH, HEIGHT)])
    assert model.image_size == size
    assert (x / z, y / z) == near(place)


@pytest.mark.parametrize(('changes', 'size', 'named'), [
    ({}, (640, 360), '640x480'),
    ({}, (480, 640), '640x480'),
    ({'binning_x': 2, 'binning_y': 2}, (320, 180), '320x240'),
    # A region of interest is what the image shows, not a matter of its resolution.
    (region(160, 120, 320, 240), (640, 480), '320x240'),
])
def test_another_shape_is_refused_with_both_sizes(
    changes: dict[str, Any], size: tuple[int, int], named: str,
) -> None:
    with pytest.raises(ValueError) as error:
        newest(**changes).model(*size, 'camera')
    assert (f'/camera_info describes {named} images, and those on /image_raw are '
            f'{size[0]}x{size[1]}') in str(error.value)


@given(place=PLACES)
def test_an_image_of_a_region_of_interest_has_its_size(place: tuple[float, float]) -> None:
    whole = np.array(place) * (128, 96) + (256, 192)
    model = newest(**region(128, 96, 256, 192)).model(256, 192, 'camera')
    expected = newest().model(WIDTH, HEIGHT, 'camera').rays([whole])
    assert model.rays([whole - (128, 96)]) == pytest.approx(expected, abs=1e-12)
