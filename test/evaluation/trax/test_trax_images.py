"""Images of the TraX protocol, in each of its forms."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import cv2
import numpy as np
import pytest

from rat_tracker.evaluation.trax.errors import TraxError
from rat_tracker.evaluation.trax.images import read_image
from rat_tracker.geometry import Image

# Three rows of two pixels: blue, green, red differ everywhere.
PIXELS: Image = np.arange(18, dtype=np.uint8).reshape(3, 2, 3) * 10


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / 'an image=1 100%.png'
    assert cv2.imwrite(str(path), PIXELS)
    return path


def base64(array: np.ndarray) -> str:
    return b64encode(array.tobytes()).decode()


def test_file_is_read_by_its_path(file: Path) -> None:
    for text in (str(file), f'file:{file}', f'file://{file}', file.as_uri()):
        assert (read_image(text) == PIXELS).all()


def test_pixels_come_as_red_green_blue() -> None:
    image = read_image(f'image:2;3;rgb;{base64(PIXELS[..., ::-1])}')

    assert (image == PIXELS).all()
    assert image.flags.c_contiguous


def test_grey_pixels_become_three_equal_colours() -> None:
    grey = np.array([[0, 7, 255]], np.uint8)
    deep = grey.astype('<u2') * 256 + 3

    for text in (f'image:3;1;gray8;{base64(grey)}', f'image:3;1;gray16;{base64(deep)}'):
        image = read_image(text)
        assert image.dtype == np.uint8
        assert (image == grey[..., None].repeat(3, axis=2)).all()


@pytest.mark.parametrize('between', ['', 'base64;', 'base64,'])
def test_file_is_read_from_its_bytes(file: Path, between: str) -> None:
    data = b64encode(file.read_bytes()).decode()

    assert (read_image(f'data:image/png;{between}{data}') == PIXELS).all()


FAULTS = {
    '/nowhere/1.jpg': r'image /nowhere/1\.jpg is not there',
    'file:///nowhere/1.jpg': r'image /nowhere/1\.jpg is not there',
    f'file://{__file__}': 'cannot be read; give the path of a JPEG or PNG file',
    'http://example.com/1.jpg': "unknown form 'http'",
    'image:2;3;rgb': 'is not image:width;height;format;data',
    'image:2;3;cmyk;AAAA': 'one of the formats rgb, gray8, gray16',
    'image:2;3;rgb;AAAA': 'has 3 bytes of pixels, not 18',
    'image:0;0;rgb;': 'has 0 bytes of pixels',
    'image:2;3;rgb;*': 'not in Base64',
    'data:text/plain;AAAA': 'is not data:image/jpeg;',
    'data:image/png;AAAA': 'holds no JPEG or PNG file',
    'data:image/png;': 'holds no JPEG or PNG file',
}


@pytest.mark.parametrize('text', FAULTS)
def test_image_that_cannot_be_read_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(TraxError, match=FAULTS[text]) as refused:
        read_image(text)

    assert '\n' not in str(refused.value)
