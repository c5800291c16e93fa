"""Image messages as pictures for a browser: all encodings, small, and never turned."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from ros import scene
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header
from support_encodings import rows_and_step

from rat_tracker.geometry import Image
from rat_tracker.pipeline.display_range import DisplayRange
from rat_tracker.pipeline.images import ENCODINGS
from rat_tracker.ros.console.encoding import encoded
from rat_tracker.ros.console.encoding import encoded_attention
from rat_tracker.ros.messages import to_image

TURNED = b'\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0'


def decoded(data: bytes) -> Image:
    """Return the picture as a browser shows it, turned where it says so."""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(image, np.uint8)


def compressed(image: Image, kind: str = '.jpg', *options: int) -> CompressedImage:
    data = cv2.imencode(kind, image, options)[1].tobytes()
    return CompressedImage(format=kind[1:], data=data)


def test_a_wide_image_is_made_smaller_and_keeps_its_shape() -> None:
    image = np.full((720, 1280, 3), (30, 90, 200), np.uint8)
    picture = encoded(to_image(image, 'bgr8', Header()), 960, 75)
    assert (picture.width, picture.height) == (1280, 720)
    assert decoded(picture.data).shape == (540, 960, 3)
    assert np.abs(decoded(picture.data).astype(int) - (30, 90, 200)).max() < 5


def test_a_small_image_keeps_its_size() -> None:
    picture = encoded(to_image(scene.picture(0), 'bgr8', Header()), 960, 75)
    assert decoded(picture.data).shape == (240, 320, 3)


def test_a_lower_quality_makes_a_smaller_picture() -> None:
    message = to_image(scene.picture(0), 'bgr8', Header())
    assert len(encoded(message, 960, 20).data) < len(encoded(message, 960, 90).data) / 2


@pytest.mark.parametrize('encoding', ENCODINGS)
def test_every_encoding_becomes_a_picture(encoding: str) -> None:
    wide, high = 32, 16
    rows, step = rows_and_step(encoding, wide, high)
    message = ImageMessage(encoding=encoding, width=wide, height=high, step=step,
                           data=bytes([128]) * (step * rows))
    assert decoded(encoded(message, 960, 75).data).shape == (high, wide, 3)


def test_the_cameras_jpeg_is_passed_on_as_it_is_where_it_is_small() -> None:
    message = compressed(scene.picture(0))
    picture = encoded(message, 960, 75)
    assert picture.data == bytes(message.data)
    assert (picture.width, picture.height) == (320, 240)


@pytest.mark.parametrize('message', [
    compressed(np.zeros((300, 1000, 3), np.uint8)),
    compressed(np.random.default_rng(1).integers(0, 255, (600, 800, 3), np.uint8)),
])
def test_the_cameras_jpeg_is_made_anew_where_it_is_wide_or_heavy(
    message: CompressedImage,
) -> None:
    picture = encoded(message, 960, 40)
    assert len(picture.data) < len(message.data)
    assert decoded(picture.data).shape[1] <= 960


def test_a_picture_that_says_it_is_turned_is_shown_as_the_tracker_sees_it() -> None:
    message = compressed(scene.picture(0))
    turned = b'\xff\xd8' + TURNED + bytes(message.data)[2:]
    assert decoded(turned).shape == (320, 240, 3), 'browsers would turn it'
    picture = encoded(CompressedImage(format='jpeg', data=turned), 960, 75)
    assert (picture.width, picture.height) == (320, 240)
    assert decoded(picture.data).shape == (240, 320, 3)


def test_a_png_of_16_bits_becomes_a_jpeg() -> None:
    image = np.full((40, 60), 40_000, np.uint16)
    picture = encoded(CompressedImage(
        format='mono16; png', data=cv2.imencode('.png', image)[1].tobytes()), 960, 75)
    assert picture.data.startswith(b'\xff\xd8')
    assert np.abs(decoded(picture.data).astype(int) - 40_000 // 257).max() < 4


def test_images_of_numbers_are_shown_in_the_range_of_the_first_ones() -> None:
    view = DisplayRange()

    def shown(value: int) -> float:
        image = np.full((40, 60), 7000, np.uint16)
        image[:, 30:] = value
        picture = encoded(CompressedImage(
            format='16UC1; png compressed ',
            data=cv2.imencode('.png', image)[1].tobytes()), 960, 75, view)
        return float(decoded(picture.data)[:, 35:].mean())
    for _ in range(10):
        assert shown(8000) == pytest.approx(255, abs=2)
    assert shown(7500) == pytest.approx(127, abs=2)


@pytest.mark.parametrize(('message', 'words'), [
    (ImageMessage(encoding='bgr8', width=4, height=4, step=12, data=b'12'), 'needs 48 bytes'),
    (ImageMessage(encoding='rgb9', width=1, height=1, step=4, data=b'1234'), "'rgb9'"),
    (CompressedImage(format='jpeg', data=b'\xff\xd8nothing'), 'cut off'),
    (CompressedImage(format='jpeg', data=b'nothing'), 'cannot be decoded'),
    (CompressedImage(format='jpeg', data=b''), 'is empty'),
])
def test_a_message_that_holds_no_image_is_refused_in_one_line(
    message: ImageMessage | CompressedImage, words: str,
) -> None:
    with pytest.raises(ValueError, match=words) as refusal:
        encoded(message, 960, 75)
    assert '\n' not in str(refusal.value)


def test_an_image_higher_than_any_jpeg_is_refused() -> None:
    message = to_image(np.zeros((70_000, 2), np.uint8), 'mono8', Header())
    with pytest.raises(ValueError, match='2x70000 cannot be sent'):
        encoded(message, 960, 75)


def test_attention_becomes_a_small_grey_picture() -> None:
    light = np.zeros((720, 1280), np.uint8)
    light[300:400, 600:700] = 255
    data = encoded_attention(to_image(light, 'mono8', Header()))
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert image is not None
    assert image.shape == (135, 240)
    assert image[65, 122] > 200
    assert image[10, 10] < 30
