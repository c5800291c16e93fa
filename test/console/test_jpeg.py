"""What is read from a JPEG's headers, and when a browser may get it as the camera made it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from rat_tracker.console.jpeg import plain_jpeg_size

WIDTH, HEIGHT = 320, 200
TURNED = b'\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0'


def jpeg(*options: int, channels: int = 3) -> bytes:
    image = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, channels), np.uint8)
    return cv2.imencode('.jpg', image, options)[1].tobytes()


@pytest.mark.parametrize('data', [
    jpeg(), jpeg(channels=1), jpeg(cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    jpeg(cv2.IMWRITE_JPEG_RST_INTERVAL, 4), jpeg(cv2.IMWRITE_JPEG_QUALITY, 5),
    jpeg() + b'\0' * 500,                        # some cameras fill up
    b'\xff\xd8\xff\xff\xff' + jpeg()[3:],        # markers may have filling before them
    b'\xff\xd8\xff\xfe\x00\x06text' + jpeg()[2:],  # a comment
])
def test_size_is_that_of_the_picture(data: bytes) -> None:
    assert plain_jpeg_size(data) == (WIDTH, HEIGHT)


def test_picture_that_browsers_turn_is_not_plain() -> None:
    assert plain_jpeg_size(b'\xff\xd8' + TURNED + jpeg()[2:]) is None


def test_picture_of_four_inks_is_not_plain() -> None:
    data = bytearray(jpeg())
    start = data.index(b'\xff\xc0')
    data[start + 9] = 4  # the number of components
    assert plain_jpeg_size(bytes(data)) is None


@pytest.mark.parametrize('data', [
    b'', b'\xff\xd8', b'\xff\xd8\xff\xd9', b'\x89PNG\r\n\x1a\n' + b'\0' * 50,
    jpeg()[:200], jpeg()[:-3000], jpeg()[:30] + b'\xff\xd9', b'\xff\xd8' + b'\xff' * 999 + b'\xd9',
])
def test_what_is_no_whole_jpeg_is_not_plain(data: bytes) -> None:
    assert plain_jpeg_size(data) is None


def test_any_damage_gives_a_size_or_none_and_never_an_exception() -> None:
    whole = jpeg()
    random = np.random.default_rng(2)
    for _ in range(300):
        data = bytearray(whole)
        for place in random.integers(0, 650, 3):
            data[place] = random.integers(0, 256)
        size = plain_jpeg_size(bytes(data))
        assert size is None or len(size) == 2
