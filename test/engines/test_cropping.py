"""Patches made on a device are those that the CPU makes."""

from __future__ import annotations

import numpy as np
import pytest
from support_maps import Readings
import torch

from rat_tracker.engines.cropping import create_cropper
from rat_tracker.engines.cropping import DeviceCropper
from rat_tracker.engines.cropping import HostCropper
from rat_tracker.geometry import Image
from rat_tracker.geometry import SearchRegion

SIDE = 96
# Noise shows every misplaced pixel.
IMAGE: Image = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
CPU = torch.device('cpu')


def made_by(cropper: HostCropper | DeviceCropper, region: SearchRegion) -> Image:
    cropper.put(IMAGE, region)
    patch = cropper.patch()
    assert patch.shape == (1, SIDE, SIDE, 3)
    assert patch.dtype == torch.uint8
    return patch[0].numpy().copy()


@pytest.mark.parametrize('region', [
    SearchRegion(100, 50, 120, 120, SIDE),
    SearchRegion(100, 50, 61, 200, SIDE),
    SearchRegion(30, 40, SIDE, SIDE, SIDE),
    SearchRegion(-40, -30, 150, 140, SIDE),
    SearchRegion(560, 400, 150, 140, SIDE),
    SearchRegion(-50, -60, 740, 600, SIDE),
    SearchRegion(0, 0, 640, 480, SIDE),
    SearchRegion(700, 500, 50, 50, SIDE),
    SearchRegion(-90, -80, 40, 30, SIDE),
    SearchRegion(300, 200, 1, 1, SIDE),
], ids=str)
def test_device_makes_the_patches_of_the_cpu(region: SearchRegion) -> None:
    by_device = made_by(DeviceCropper(SIDE, CPU), region)

    by_host = made_by(HostCropper(SIDE), region)
    assert np.abs(by_device.astype(int) - by_host).max() <= 1


def test_part_that_is_too_large_to_upload_is_made_smaller_first() -> None:
    large: Image = np.random.default_rng(1).integers(0, 256, (1080, 1920, 3), np.uint8)
    region = SearchRegion(200, 100, 900, 900, SIDE)
    cropper = DeviceCropper(SIDE, CPU)

    cropper.put(large, region)

    assert np.array_equal(cropper.patch()[0].numpy(), region.crop(large))


def test_patch_may_be_larger_than_what_is_uploaded_otherwise() -> None:
    large: Image = np.random.default_rng(1).integers(0, 256, (1080, 1920, 3), np.uint8)
    region = SearchRegion(200, 100, 800, 800, 640)
    cropper = DeviceCropper(640, CPU)

    cropper.put(large, region)

    assert np.array_equal(cropper.patch()[0].numpy(), region.crop(large))


def test_patch_of_a_small_part_shows_nothing_of_a_large_one_before() -> None:
    cropper = DeviceCropper(SIDE, CPU)
    small = SearchRegion(10, 10, 20, 20, SIDE)
    alone = made_by(DeviceCropper(SIDE, CPU), small)

    made_by(cropper, SearchRegion(0, 0, 400, 400, SIDE))

    assert np.array_equal(made_by(cropper, small), alone)


def test_device_never_waits_for_the_host_while_it_makes_a_patch() -> None:
    cropper = DeviceCropper(SIDE, CPU)
    cropper.put(IMAGE, SearchRegion(100, 50, 120, 120, SIDE))

    with Readings() as readings:
        cropper.patch()

    assert readings.names == []


def test_memory_is_allocated_once() -> None:
    cropper = DeviceCropper(SIDE, CPU)
    before = cropper.memory_bytes
    made_by(cropper, SearchRegion(0, 0, 640, 480, SIDE))

    assert cropper.memory_bytes == before


def test_cpu_resizes_itself() -> None:
    assert isinstance(create_cropper(SIDE, CPU), HostCropper)
