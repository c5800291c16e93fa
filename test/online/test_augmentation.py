"""Samples of the first frame: each says rightly where the target's centre is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.geometry import SearchRegion
from rat_tracker.online.augmentation import augment
from rat_tracker.online.augmentation import AUGMENTATIONS

SIDE = 128
BOX = Box(150.25, 90.5, 40, 30)


def picture_with_a_spot(x: float, y: float) -> Image:
    """Return a black picture with a soft bright spot at a place, pixel edges counted."""
    columns = np.arange(320) + 0.5 - x
    rows = np.arange(240)[:, None] + 0.5 - y
    spot = 255 * np.exp(-(columns ** 2 + rows ** 2) / (2 * 4.0 ** 2))
    return cv2.cvtColor(np.rint(spot).astype(np.uint8), cv2.COLOR_GRAY2BGR)


def place_of_the_spot(sample: Image) -> tuple[float, float]:
    """Return row and column of the centre of brightness, pixel edges counted."""
    light = sample[..., 0].astype(np.float64)
    rows, columns = np.mgrid[:SIDE, :SIDE] + 0.5
    return (light * rows).sum() / light.sum(), (light * columns).sum() / light.sum()


@pytest.mark.parametrize(('width', 'height'), [(80.0, 80.0), (100.0, 64.0)])
def test_centre_is_where_it_is_returned(width: float, height: float) -> None:
    image = picture_with_a_spot(BOX.center_x, BOX.center_y)

    samples, centers = augment(image, BOX, width, height, SIDE)

    assert len(samples) == len(centers) == len(AUGMENTATIONS)
    for sample, center in zip(samples, centers, strict=True):
        assert place_of_the_spot(sample) == pytest.approx(center, abs=0.1)


def test_plain_sample_comes_first_and_is_the_region() -> None:
    image = cv2.resize(
        np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8), (320, 240))
    box = Box(140, 100, 40, 40)

    samples, centers = augment(image, box, 96, 96, SIDE)  # type: ignore[arg-type]

    region = SearchRegion.around(box.center_x, box.center_y, 96, 96, SIDE)
    difference = np.abs(samples[0].astype(int) - region.crop(image))  # type: ignore[arg-type]
    assert difference.max() <= 3
    assert centers[0] == (SIDE / 2, SIDE / 2)


def test_sample_shows_as_much_of_the_image_as_was_asked_for() -> None:
    # A spot a quarter of the region's width to the right of the centre.
    image = picture_with_a_spot(BOX.center_x + 25, BOX.center_y)

    samples, _ = augment(image, BOX, 100, 50, SIDE)

    assert place_of_the_spot(samples[0]) == pytest.approx((SIDE / 2, SIDE * 3 / 4), abs=0.2)


def test_mirrored_and_turned_samples_show_the_picture_so() -> None:
    image = picture_with_a_spot(BOX.center_x + 25, BOX.center_y)
    samples, _ = augment(image, BOX, 100, 100, SIDE)

    for augmentation, sample in zip(AUGMENTATIONS, samples, strict=True):
        row, column = place_of_the_spot(sample)
        if augmentation.mirrored:
            assert (row, column) == pytest.approx((SIDE / 2, SIDE / 4), abs=0.2)
        if augmentation.degrees:
            angle = np.degrees(np.arctan2(SIDE / 2 - row, column - SIDE / 2))
            assert angle == pytest.approx(augmentation.degrees, abs=0.5)


def test_blurred_sample_is_less_sharp() -> None:
    image = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
    samples, _ = augment(image, BOX, 100, 100, SIDE)

    for augmentation, sample in zip(AUGMENTATIONS, samples, strict=True):
        if augmentation.blur:
            assert sample.std() < 0.5 * samples[0].std()


def test_target_at_the_edge_has_all_its_samples() -> None:
    image = picture_with_a_spot(0.5, 0.5)

    samples, _ = augment(image, Box(-19.5, -14.5, 40, 30), 80, 80, SIDE)

    assert samples.shape == (len(AUGMENTATIONS), SIDE, SIDE, 3)
    assert samples[0].max() > 200
