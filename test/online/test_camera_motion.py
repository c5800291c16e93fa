"""A camera that pans, turns or zooms is told by the background; what cannot be told is still."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from rat_tracker.evaluation.clips.textures import texture
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.online.camera_motion import camera_motion
from rat_tracker.online.camera_motion import Similarity
from rat_tracker.online.camera_motion import small_grey
from rat_tracker.online.camera_motion import STILL

WIDTH, HEIGHT = 640, 480
SMALL_PIXEL = 5.0  # image pixels
TARGET = Box(270, 190, 100, 100)
GROUND = cv2.resize(texture('coins'), (1000, 800), interpolation=cv2.INTER_CUBIC)
CORNERS = [(0, 0), (WIDTH, 0), (0, HEIGHT), (WIDTH, HEIGHT), (WIDTH / 2, HEIGHT / 2)]


def view(
    *, pan: tuple[float, float] = (0, 0), turn: float = 0.0, zoom: float = 1.0,
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> tuple[Image, Similarity]:
    """Return what a camera sees that moved, and where it puts what it saw before it did.

    :param pan: of the picture, in image pixels
    :param turn: of the picture around the image's top left corner, in radians
    """
    a, b = zoom * np.cos(turn), zoom * np.sin(turn)
    moved = Similarity(float(a), float(b), float(pan[0]), float(pan[1]))
    # From the ground, whose pixel (180, 160) the unmoved camera has at its origin, by pixels'
    # middles.
    ground_to_image = np.array([[a, -b, 0], [b, a, 0], [0, 0, 1]]) @ np.array(
        [[1, 0, -180 + 0.5], [0, 1, -160 + 0.5], [0, 0, 1]])
    ground_to_image[:2, 2] += np.array(pan) - 0.5
    image = cv2.warpAffine(
        GROUND, ground_to_image[:2], size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(image, np.uint8), moved


def measured(before: Image, now: Image, box: Box = TARGET) -> Similarity:
    height, width = before.shape[:2]
    return camera_motion(small_grey(before), small_grey(now), box, (width, height))


def with_target(image: Image, x: int, y: int, side: int = 100) -> Image:
    changed = image.copy()
    changed[y:y + side, x:x + side] = cv2.resize(texture('cat'), (side, side))
    return changed


@pytest.mark.parametrize('moved', [
    {'pan': (0, 0)}, {'pan': (10, 0)}, {'pan': (-7.3, 4.1)}, {'pan': (60, -45)},
    {'pan': (3, 2), 'turn': 0.05}, {'pan': (-25, -20), 'zoom': 1.1}, {'zoom': 0.92},
])
def test_motion_is_told_to_half_a_pixel_of_the_small_picture(
    moved: dict[str, tuple[float, float] | float],
) -> None:
    before, _ = view()
    now, truth = view(**moved)  # type: ignore[arg-type]

    motion = measured(before, now)

    for x, y in CORNERS:
        assert motion(x, y) == pytest.approx(truth(x, y), abs=SMALL_PIXEL / 2)


@pytest.mark.parametrize('size', [(1920, 1080), (480, 640), (233, 171), (64, 48)])
def test_images_of_any_size_are_compared(size: tuple[int, int]) -> None:
    ground = np.asarray(cv2.resize(texture('coins'), (size[0] + 8, size[1] + 8)), np.uint8)
    before, now = ground[4:-4, 4:-4], ground[4:-4, :-8]
    box = Box(0.4 * size[0], 0.4 * size[1], 0.2 * size[0], 0.2 * size[1])

    x, y = measured(before, now, box)(size[0] / 2, size[1] / 2)

    small_pixel = max(max(size) / 128, 1)
    assert x - size[0] / 2 == pytest.approx(4, abs=small_pixel / 2)
    assert y - size[1] / 2 == pytest.approx(0, abs=small_pixel / 2)


def test_target_that_moves_over_a_still_background_is_no_motion_of_the_camera() -> None:
    ground, _ = view()
    box = Box(100, 60, 300, 300)
    before, now = with_target(ground, 100, 60, 300), with_target(ground, 125, 75, 300)

    motion = measured(before, now, box)

    for x, y in CORNERS:
        assert motion(x, y) == pytest.approx((x, y), abs=SMALL_PIXEL / 2)


def test_target_that_stays_in_the_middle_hides_no_pan() -> None:
    before, _ = view()
    now, truth = view(pan=(-20, 8))

    motion = measured(with_target(before, 270, 190), with_target(now, 270, 190))

    for x, y in CORNERS:
        assert motion(x, y) == pytest.approx(truth(x, y), abs=SMALL_PIXEL / 2)


def test_what_is_no_target_and_moves_by_itself_is_outvoted() -> None:
    ground, _ = view()
    motion = measured(with_target(ground, 30, 30, 160), with_target(ground, 60, 42, 160))

    for x, y in CORNERS:
        assert motion(x, y) == pytest.approx((x, y), abs=SMALL_PIXEL / 2)


def noise(seed: int) -> Image:
    return np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


@pytest.mark.parametrize(('before', 'now'), [
    (np.zeros((HEIGHT, WIDTH, 3), np.uint8), np.zeros((HEIGHT, WIDTH, 3), np.uint8)),
    (np.full((HEIGHT, WIDTH, 3), 90, np.uint8), view()[0]),
    (view()[0], np.full((HEIGHT, WIDTH, 3), 90, np.uint8)),
    (noise(0), noise(1)),
    (view()[0], noise(1)),
    (view()[0], cv2.resize(texture('cat'), (WIDTH, HEIGHT))),
], ids=['black', 'light off', 'light on', 'noise', 'noise behind', 'cut'])
def test_what_cannot_be_told_is_still(before: Image, now: Image) -> None:
    assert measured(before, now) == STILL


def test_target_that_fills_the_image_leaves_nothing_to_tell_by() -> None:
    before, now = view()[0], view(pan=(10, 0))[0]

    assert measured(before, now, Box(0, 0, WIDTH, HEIGHT)) == STILL


@pytest.mark.parametrize('shape', [(1, 1, 3), (3, 2000, 3), (15, 15, 3)])
def test_image_of_a_few_rows_tells_nothing(shape: tuple[int, int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)

    assert measured(image, image, Box(0, 0, 1, 1)) == STILL


def test_small_picture_is_grey_small_and_never_enlarged() -> None:
    assert small_grey(np.full((1080, 1920, 3), 77, np.uint8)).shape == (72, 128)
    assert small_grey(np.full((480, 640, 3), 77, np.uint8)).tolist() == [[77] * 128] * 96
    assert small_grey(np.zeros((30, 20, 3), np.uint8)).shape == (30, 20)
