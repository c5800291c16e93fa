"""What a still shows: the part of the frame that matters, and both boxes on it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from rat_tracker.evaluation.report.frame_drawing import draw_frame
from rat_tracker.evaluation.report.frame_drawing import encoded
from rat_tracker.evaluation.report.frame_drawing import view_of
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

GRAY: Image = np.full((240, 320, 3), 128, np.uint8)
YELLOW = (66, 228, 240)  # blue, green, red
SKY_BLUE = (233, 180, 86)
NOTHING = [np.nan] * 4


def has_color(image: Image, color: tuple[int, int, int]) -> npt.NDArray[np.bool_]:
    return np.asarray((image == color).all(axis=2))


def test_view_holds_all_boxes_and_has_the_shape_of_the_image() -> None:
    view = view_of(np.array([[200., 100, 20, 30], [220, 130, 20, 30]]), (320, 240))

    assert view.width / view.height == pytest.approx(320 / 240)
    assert view.width < 160
    assert view.x < 200 < 240 < view.x + view.width
    assert view.y < 100 < 160 < view.y + view.height


@pytest.mark.parametrize('box', [
    [-50, -50, 20, 20], [310, 230, 50, 50], [5000, 5000, 10, 10], [-1e7, -1e7, 2e7, 2e7],
    [0, 0, 320, 240], [100, 100, 0.01, 0.01]])
def test_view_never_leaves_the_image(box: list[float]) -> None:
    view = view_of(np.array([box, NOTHING]), (320, 240))

    assert 0 <= view.x < view.x + view.width <= 320
    assert 0 <= view.y < view.y + view.height <= 240
    assert view.width >= 60


def test_without_any_box_the_whole_image_is_shown() -> None:
    assert view_of(np.array([NOTHING]), (320, 240)) == Box(0, 0, 320, 240)


def test_true_box_is_dashed_and_the_trackers_box_is_whole() -> None:
    whole = Box(0, 0, 240, 180)
    still = draw_frame(GRAY, whole, Box(20, 20, 60, 60), Box(120, 20, 60, 60))

    assert still.shape == (180, 240, 3)
    top_of_true_box = has_color(still, YELLOW)[20, 20:81]
    top_of_trackers_box = has_color(still, SKY_BLUE)[20, 120:181]
    assert 0.3 < top_of_true_box.mean() < 0.9
    assert top_of_trackers_box.all()


def test_equal_boxes_are_both_seen() -> None:
    box = Box(20, 20, 60, 60)
    still = draw_frame(GRAY, Box(0, 0, 240, 180), box, box)

    assert has_color(still, YELLOW).sum() > 100
    assert has_color(still, SKY_BLUE).sum() > 100


def test_box_is_drawn_where_it_is_in_the_enlarged_view() -> None:
    still = draw_frame(GRAY, Box(100, 60, 80, 60), None, Box(110, 70, 20, 20))

    rows, columns = np.nonzero(has_color(still, SKY_BLUE))
    assert rows.min() == pytest.approx(30, abs=2)
    assert rows.max() == pytest.approx(90, abs=2)
    assert columns.min() == pytest.approx(30, abs=2)
    assert columns.max() == pytest.approx(90, abs=2)


def test_frame_without_boxes_stays_as_it_is() -> None:
    still = draw_frame(GRAY, Box(0, 0, 320, 240), None, None)

    assert (still == 128).all()


@pytest.mark.parametrize('box', [Box(-1e9, -1e9, 2e9, 2e9), Box(1e9, 1e9, 5, 5)])
def test_box_far_outside_is_no_trouble(box: Box) -> None:
    still = draw_frame(GRAY, Box(0, 0, 320, 240), box, box)

    assert not has_color(still, SKY_BLUE).any()


def test_still_is_a_small_jpeg() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (720, 1280, 3), np.uint8)
    data = encoded(draw_frame(noise, Box(0, 0, 1280, 720), None, None))

    assert data[:2] == b'\xff\xd8'
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (135, 240, 3)
    assert len(data) < 30_000
