"""Conversion between image messages and arrays, against images built sample by sample."""

from __future__ import annotations

from array import array
from importlib import import_module
import os
from pathlib import Path
import re
import subprocess
import sys
from types import ModuleType

import cv2
from hypothesis import given
from hypothesis import strategies
import numpy as np
import numpy.typing as npt
import pytest
import sensor_msgs
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header
from support_encodings import rows_and_step
from support_packages import failure
from support_packages import reason

from rat_tracker.geometry import Image
from rat_tracker.pipeline.images import ENCODINGS
from rat_tracker.pipeline.images import to_bgr
from rat_tracker.ros.messages import to_image

BLUE, GREEN, RED = 0, 1, 2
# Which colour each sample of the pattern's upper left 2×2 square sees, row by row.
BAYER = {
    'rggb': ((RED, GREEN), (GREEN, BLUE)),
    'bggr': ((BLUE, GREEN), (GREEN, RED)),
    'gbrg': ((GREEN, BLUE), (RED, GREEN)),
    'grbg': ((GREEN, RED), (BLUE, GREEN)),
}
# cv_bridge may be built for another NumPy than is installed, and ends its process then.
_CONVERSION = """
from array import array
from cv_bridge import CvBridge
from sensor_msgs.msg import Image
CvBridge().imgmsg_to_cv2(Image(
    encoding='rgb8', width=1, height=1, step=3, data=array('B', [1, 2, 3])), 'bgr8')
"""


def message(
    encoding: str, data: npt.NDArray[np.generic], width: int, height: int, padding: int = 0,
    big_endian: bool = False,
) -> ImageMessage:
    """Return a message of these rows of data, each followed by padding."""
    rows = np.ascontiguousarray(data).view(np.uint8).reshape(len(data), -1)
    padded = np.pad(rows, ((0, 0), (0, padding)), constant_values=123)
    result = ImageMessage(encoding=encoding, width=width, height=height,
                          step=padded.shape[1], is_bigendian=int(big_endian))
    result.data = array('B', padded.tobytes())
    return result


def smooth(width: int = 32, height: int = 24) -> Image:
    """Return an image whose colours change so slowly that halved colour resolution shows not."""
    x, y = np.meshgrid(np.linspace(40, 200, width), np.linspace(60, 220, height))
    return np.stack([x, y, 255 - x], axis=2).round().astype(np.uint8)


def difference(first: Image, second: Image) -> int:
    """Return the largest difference of any sample, the outermost two pixels left out."""
    inner = (slice(2, -2), slice(2, -2))
    return int(np.abs(first[inner].astype(int) - second[inner].astype(int)).max())


def studio_yuv(image: Image) -> npt.NDArray[np.uint8]:
    """Return H×W×3 Y, U, V after ITU-R BT.601, Y in 16..235 and U, V in 16..240."""
    blue, green, red = np.moveaxis(image.astype(float) / 255, 2, 0)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    planes = (16 + 219 * luma, 128 + 224 * (blue - luma) / 1.772,
              128 + 224 * (red - luma) / 1.402)
    return np.stack(planes, axis=2).round().astype(np.uint8)


@pytest.mark.parametrize('padding', [0, 5, 64])
@pytest.mark.parametrize(('encoding', 'order'), [
    ('bgr8', [0, 1, 2]), ('8UC3', [0, 1, 2]), ('rgb8', [2, 1, 0]),
    ('bgra8', [0, 1, 2, 0]), ('rgba8', [2, 1, 0, 1]),
])
def test_colour_samples_come_out_as_they_went_in(
    encoding: str, order: list[int], padding: int,
) -> None:
    image = smooth()
    sent = message(encoding, image[:, :, order], 32, 24, padding)
    np.testing.assert_array_equal(to_bgr(sent), image)


@pytest.mark.parametrize('padding', [0, 3])
@pytest.mark.parametrize('encoding', ['mono8', '8UC1'])
def test_grey_becomes_three_equal_channels(encoding: str, padding: int) -> None:
    grey = smooth()[:, :, GREEN]
    received = to_bgr(message(encoding, grey, 32, 24, padding))
    np.testing.assert_array_equal(received, np.dstack([grey] * 3))


@pytest.mark.parametrize('padding', [0, 6])
@pytest.mark.parametrize('big_endian', [False, True])
@pytest.mark.parametrize(('encoding', 'order'), [
    ('bgr16', [0, 1, 2]), ('rgb16', [2, 1, 0]), ('bgra16', [0, 1, 2, 0]),
    ('rgba16', [2, 1, 0, 1])])
def test_colour_samples_of_16_bits_come_out_by_their_full_range(
    encoding: str, order: list[int], big_endian: bool, padding: int,
) -> None:
    image = smooth()
    samples = (image[:, :, order] * np.uint16(257)).astype('>u2' if big_endian else '<u2')
    received = to_bgr(message(encoding, samples, 32, 24, padding, big_endian))
    np.testing.assert_array_equal(received, image)


@pytest.mark.parametrize('padding', [0, 8])
@pytest.mark.parametrize('big_endian', [False, True])
@pytest.mark.parametrize(('depth', 'kind'), [
    ('8S', 'i1'), ('16U', 'u2'), ('16S', 'i2'), ('32S', 'i4'), ('32F', 'f4'), ('64F', 'f8')])
@pytest.mark.parametrize('channels', [1, 2, 3, 4])
def test_numbers_are_spread_over_the_range_of_the_image(
    depth: str, kind: str, channels: int, big_endian: bool, padding: int,
) -> None:
    order = {1: [GREEN], 2: [GREEN, BLUE], 3: [0, 1, 2], 4: [0, 1, 2, 0]}[channels]
    image = smooth()
    numbers = image[:, :, order].astype(np.float64) * 0.4 - (50 if kind != 'u2' else 0)
    numbers[:, :, 3:] = 127  # alpha, which counts for nothing
    samples = numbers.astype(kind).astype(f'{">" if big_endian else "<"}{kind}')
    received = to_bgr(message(f'{depth}C{channels}', samples, 32, 24, padding, big_endian))
    expected = numbers.astype(kind)[:, :, :3 if channels > 2 else 1].astype(np.float64)
    expected = 255 * (expected - expected.min()) / (expected.max() - expected.min())
    assert np.abs(received - np.broadcast_to(expected, image.shape)).max() <= 2


@pytest.mark.parametrize('padding', [0, 5])
@pytest.mark.parametrize('channels', [2, 4])
def test_a_last_channel_beside_grey_or_colour_is_taken_for_alpha(
    channels: int, padding: int,
) -> None:
    image = smooth()
    order = [0, 1, 2, 1] if channels == 4 else [GREEN, BLUE]
    received = to_bgr(message(f'8UC{channels}', image[:, :, order], 32, 24, padding))
    np.testing.assert_array_equal(
        received, image if channels == 4 else np.dstack([image[:, :, GREEN]] * 3))


@pytest.mark.parametrize('padding', [0, 3, 8])
@pytest.mark.parametrize('big_endian', [False, True])
def test_the_full_range_of_16_bits_becomes_the_full_range_of_8(
    big_endian: bool, padding: int,
) -> None:
    values = np.array([[0, 128, 257, 254 * 257, 65535, 32768]])
    sent = values.astype('>u2' if big_endian else '<u2')
    received = to_bgr(message('mono16', sent, 6, 1, padding, big_endian))
    assert received[0, :, 0].tolist() == [0, 0, 1, 254, 255, 128]


@pytest.mark.parametrize('bits', [8, 16])
@pytest.mark.parametrize('pattern', BAYER)
def test_a_bayer_mosaic_gives_back_the_colours_that_its_samples_saw(
    pattern: str, bits: int,
) -> None:
    image = smooth()
    mosaic = np.empty(image.shape[:2], np.uint8)
    for row in (0, 1):
        for column in (0, 1):
            channel = BAYER[pattern][row][column]
            mosaic[row::2, column::2] = image[row::2, column::2, channel]
    samples = mosaic if bits == 8 else (mosaic * np.uint16(257)).astype('<u2')
    received = to_bgr(message(f'bayer_{pattern}{bits}', samples, 32, 24))
    assert difference(received, image) <= 12  # a wrong pattern is off by more than a hundred
    wrong = to_bgr(message(f'bayer_{pattern[::-1]}{bits}', samples, 32, 24))
    assert pattern in ('gbrg', 'grbg') or difference(wrong, image) > 60


@pytest.mark.parametrize('padding', [0, 6])
@pytest.mark.parametrize(('encoding', 'luma_at'), [
    ('yuv422', 1), ('uyvy', 1), ('yuv422_yuy2', 0), ('yuyv', 0)])
def test_packed_yuv_gives_back_the_colours(encoding: str, luma_at: int, padding: int) -> None:
    image = smooth()
    yuv = studio_yuv(image)
    packed = np.empty((24, 32, 2), np.uint8)
    packed[:, :, luma_at] = yuv[:, :, 0]
    packed[:, 0::2, 1 - luma_at] = yuv[:, 0::2, 1]
    packed[:, 1::2, 1 - luma_at] = yuv[:, 0::2, 2]
    assert difference(to_bgr(message(encoding, packed, 32, 24, padding)), image) <= 10


@pytest.mark.parametrize('padding', [0, 6])
@pytest.mark.parametrize(('encoding', 'first'), [('nv12', 1), ('nv21', 2)])
def test_planar_yuv_gives_back_the_colours(encoding: str, first: int, padding: int) -> None:
    image = smooth()
    yuv = studio_yuv(image)
    chroma = np.empty((12, 32), np.uint8)
    chroma[:, 0::2] = yuv[::2, ::2, first]
    chroma[:, 1::2] = yuv[::2, ::2, 3 - first]
    planes = np.vstack([yuv[:, :, 0], chroma])
    assert difference(to_bgr(message(encoding, planes, 32, 24, padding)), image) <= 10


@pytest.mark.parametrize('padding', [0, 6])
@pytest.mark.parametrize(('width', 'height'), [(32, 24), (31, 23)])
def test_planar_yuv_of_full_resolution_gives_back_the_colours(
    width: int, height: int, padding: int,
) -> None:
    image = smooth(width, height)
    yuv = studio_yuv(image)
    # Rows of chroma are twice as long as those of luma, and so is their padding.
    luma = np.pad(yuv[:, :, 0], ((0, 0), (0, padding)))
    chroma = np.pad(yuv[:, :, 1:].reshape(height, -1), ((0, 0), (0, 2 * padding)))
    sent = ImageMessage(encoding='nv24', width=width, height=height, step=width + padding)
    sent.data = array('B', luma.tobytes() + chroma.tobytes())
    assert difference(to_bgr(sent), image) <= 3


def test_every_encoding_of_sensor_msgs_is_read() -> None:
    header = next((path for parent in Path(sensor_msgs.__file__).parents
                   for path in [parent / 'include/sensor_msgs/sensor_msgs/image_encodings.hpp']
                   if path.is_file()), None)
    if header is None:
        pytest.skip('sensor_msgs was installed without its headers')
    names = re.findall(r'const std::string \w+ = "(\w+)"|const char \w+\[\] = "(\w+)"',
                       header.read_text())
    assert len(names) > 50
    assert {first or second for first, second in names} <= set(ENCODINGS)


@pytest.fixture(scope='module')
def cv_bridge() -> ModuleType:
    """Return the module; skip where it is missing, or ends its process when it converts."""
    if text := reason('cv_bridge'):
        pytest.skip(text)
    if text := failure(_CONVERSION):
        pytest.skip(f'cv_bridge cannot be used here: {text}')
    return import_module('cv_bridge')


@pytest.mark.parametrize('encoding', ENCODINGS)
def test_cv_bridge_agrees(encoding: str, cv_bridge: ModuleType) -> None:
    size = rows_and_step(encoding, 32, 24)
    data = np.random.default_rng(3).integers(0, 256, size, np.uint8)
    sent = message(encoding, data, 32, 24)
    try:
        theirs = cv_bridge.CvBridge().imgmsg_to_cv2(sent, 'bgr8')
    except (cv_bridge.CvBridgeError, KeyError, RuntimeError, cv2.error) as error:
        pytest.skip(f'cv_bridge does not convert {encoding}: {error}')
    assert difference(to_bgr(sent), theirs) <= 1  # of rounding 16 bits


@pytest.mark.parametrize(('module', 'words'), [
    ('import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)', 'it ends its process by SIGSEGV'),
    ('raise ImportError("numpy.core.multiarray failed to import")',
     'ImportError: numpy.core.multiarray failed to import'),
])
def test_a_cv_bridge_that_was_built_for_another_numpy_ends_nothing_but_its_own_process(
    tmp_path: Path, module: str, words: str,
) -> None:
    (tmp_path / 'cv_bridge.py').write_text(module, encoding='utf-8')
    run = subprocess.run(
        [sys.executable, '-m', 'pytest', '-p', 'no:cacheprovider', __file__, '-k',
         test_cv_bridge_agrees.__name__], check=False, capture_output=True, text=True,
        env={**os.environ, 'PYTHONPATH': f'{tmp_path}:{os.environ.get("PYTHONPATH", "")}'})
    assert run.returncode == 0, run.stdout
    assert f'cv_bridge cannot be used here: {words}' in run.stdout
    assert f'{len(ENCODINGS)} skipped' in run.stdout.splitlines()[-1]


def test_a_bgr_image_is_not_copied_even_with_padding() -> None:
    sent = message('bgr8', smooth(), 32, 24, padding=10)
    to_bgr(sent)[5, 7] = (1, 2, 3)
    assert list(sent.data[5 * sent.step + 21:][:3]) == [1, 2, 3]


def faulty(**changes: object) -> ImageMessage:
    """Return a sound 32×24 ``bgr8`` message but for these fields."""
    result = message('bgr8', smooth(), 32, 24)
    for name, value in changes.items():
        setattr(result, name, value)
    return result


@pytest.mark.parametrize(('changes', 'words'), [
    ({'encoding': 'rgb9'}, ["'rgb9'", 'not supported', 'bgr8', 'nv12', 'docs/node.md']),
    ({'encoding': '8UC5'}, ["'8UC5'", 'not supported']),
    ({'encoding': ''}, ["''", 'not supported']),
    ({'data': array('B')}, ['32x24', 'bgr8', '0 bytes', 'empty']),
    ({'width': 0}, ['0x24', 'empty']),
    ({'height': 0}, ['32x0', 'empty']),
    ({'data': array('B', bytes(100))}, ['32x24', '2304', '100']),
    ({'data': array('B', bytes(2305))}, ['2304', '2305']),
    ({'height': 23}, ['32x23', '2208', '2304']),
    ({'step': 95}, ['step of 95', '96']),
    ({'step': 0}, ['step of 0', '96']),
    ({'width': 2**32 - 1}, ['step of 96']),
    ({'encoding': 'nv12', 'height': 23, 'step': 64}, ['32x23', 'odd']),
    ({'encoding': 'yuyv', 'width': 31, 'step': 96}, ['31x24', 'odd']),
])
def test_a_fault_is_named_in_one_line(changes: dict[str, object], words: list[str]) -> None:
    with pytest.raises(ValueError) as fault:
        to_bgr(faulty(**changes))
    assert all(word in str(fault.value) for word in words), fault.value
    assert '\n' not in str(fault.value)


def outcome(sent: ImageMessage) -> Image | str:
    """Return the image, or what is wrong with the message."""
    try:
        return to_bgr(sent)
    except ValueError as fault:
        return str(fault)


@given(strategies.sampled_from(ENCODINGS), strategies.integers(0, 40), strategies.integers(0, 40),
       strategies.integers(0, 200), strategies.binary(max_size=5000))
def test_whatever_comes_is_an_image_of_that_size_or_a_value_error(
    encoding: str, width: int, height: int, step: int, data: bytes,
) -> None:
    sent = ImageMessage(encoding=encoding, width=width, height=height, step=step)
    sent.data = array('B', data)
    received = outcome(sent)
    assert isinstance(received, str) or received.shape == (height, width, 3)


@given(strategies.sampled_from(ENCODINGS), strategies.integers(1, 9), strategies.integers(1, 9),
       strategies.integers(0, 5))
def test_small_images_of_the_right_size_are_read_or_refused(
    encoding: str, width: int, height: int, padding: int,
) -> None:
    data = np.zeros(rows_and_step(encoding, width, height), np.uint8)
    sent = message(encoding, data, width, height, padding)
    received = outcome(sent)
    if isinstance(received, str):
        assert 'odd size' in received
        assert width % 2 or height % 2
    else:
        assert received.shape == (height, width, 3)


@pytest.mark.parametrize('suffix', ['.jpg', '.png'])
def test_a_compressed_image_is_decompressed(suffix: str) -> None:
    image = smooth(64, 48)
    data = cv2.imencode(suffix, image)[1]
    sent = CompressedImage(format=suffix[1:], data=array('B', data.tobytes()))
    assert difference(to_bgr(sent), image) <= (0 if suffix == '.png' else 8)


@pytest.mark.parametrize('named', ['mono16; png compressed ', '16UC1; png compressed ', 'png'])
def test_a_png_of_16_bits_is_shown_as_the_encoding_that_its_format_names(named: str) -> None:
    values = (smooth(64, 48)[:, :, RED].astype(np.uint16) + 7000)
    data = cv2.imencode('.png', values)[1].tobytes()
    sent = CompressedImage(format=named, data=array('B', data))
    raw = message('mono16' if named.startswith('mono16') else '16UC1', values, 64, 48)
    np.testing.assert_array_equal(to_bgr(sent), to_bgr(raw))


@pytest.mark.parametrize('named', ['bgr16; png compressed bgr16', 'png'])
def test_a_png_of_16_bits_in_colour_is_shown_by_its_full_range(named: str) -> None:
    image = smooth(64, 48)
    data = cv2.imencode('.png', image * np.uint16(257))[1].tobytes()
    np.testing.assert_array_equal(
        to_bgr(CompressedImage(format=named, data=array('B', data))), image)


@pytest.mark.parametrize('named', ['bgr8; jpeg compressed bgr8', 'rgb8; jpeg compressed bgr8',
                                   'rgb8; png compressed bgr8', 'bgra8; png', 'yuv422; jpeg', ''])
def test_the_colours_of_a_compressed_image_are_those_of_its_file(named: str) -> None:
    image = smooth(64, 48)
    data = cv2.imencode('.png' if 'png' in named else '.jpg', image)[1].tobytes()
    received = to_bgr(CompressedImage(format=named, data=array('B', data)))
    assert difference(received, image) <= (0 if 'png' in named else 8)


@pytest.mark.parametrize('suffix', ['.png', '.jpg'])
def test_a_mosaic_that_was_compressed_gives_back_its_colours(suffix: str) -> None:
    mosaic = np.full((48, 64), 40, np.uint8)
    mosaic[::2, ::2] = 200  # every red sample of rggb
    data = cv2.imencode(suffix, mosaic)[1].tobytes()
    received = to_bgr(CompressedImage(
        format=f'bayer_rggb8; {suffix[1:]} compressed ', data=array('B', data)))
    assert received[10:-10, 10:-10].mean((0, 1)) == pytest.approx((40, 40, 200), abs=6)


@pytest.mark.parametrize(('data', 'words'), [
    (b'', ['jpeg', 'empty']),
    (b'no picture', ['jpeg', '10 bytes', 'cannot be decoded']),
    (b'P6 60000 60000 255 ', ['cannot be decoded']),  # a size that no image has
    (cv2.imencode('.jpg', smooth(64, 48))[1].tobytes()[:-100], ['cut off']),
])
def test_a_broken_compressed_image_is_named_in_one_line(data: bytes, words: list[str]) -> None:
    with pytest.raises(ValueError) as fault:
        to_bgr(CompressedImage(format='jpeg', data=array('B', data)))
    assert all(word in str(fault.value) for word in words), fault.value


@pytest.mark.parametrize(('encoding', 'image'), [
    ('bgr8', smooth()), ('bgr8', smooth()[::2, ::2]), ('mono8', smooth()[:, :, 0])])
def test_a_message_is_read_back_as_it_was_written(encoding: str, image: Image) -> None:
    header = Header(frame_id='camera')
    sent = to_image(image, encoding, header)
    assert (sent.header, sent.encoding, sent.height, sent.width) == (
        header, encoding, *image.shape[:2])
    received = to_bgr(sent)
    np.testing.assert_array_equal(received if image.ndim == 3 else received[:, :, 0], image)
