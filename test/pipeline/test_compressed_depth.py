"""Depth that was compressed is the depth that was measured, and garbage is refused."""

from __future__ import annotations

from array import array
from collections.abc import Callable
import struct
import time
from types import SimpleNamespace
from typing import Any

import cv2
from hypothesis import given
from hypothesis import strategies
from hypothesis.extra import numpy as arrays
import numpy as np
import numpy.typing as npt
import pytest
from support_rvl import encode_rvl

from rat_tracker.pipeline.compressed_depth import decode_depth
from rat_tracker.pipeline.compressed_depth import is_compressed_depth
from rat_tracker.pipeline.images import to_bgr
from rat_tracker.pipeline.rvl import decode_rvl

Counts = npt.NDArray[np.uint16]
# What image_transport takes by default: depth_quantization, depth_max.
QUANTISATION, FURTHEST = 100.0, 10.0
SCALE = QUANTISATION * (QUANTISATION + 1)
OFFSET = 1 - SCALE / FURTHEST
CODECS = ('png', 'rvl')


def scene() -> Counts:
    """Return a wall, a person before it, and holes, in millimetres."""
    depth = np.full((48, 64), 4000, np.uint16)
    depth += np.arange(64, dtype=np.uint16)
    depth[10:40, 20:40] = 2000 + np.arange(20)
    depth[12:15] = 0
    depth[::7, ::5] = 0
    return depth


def packed(counts: Counts, codec: str) -> bytes:
    if codec == 'png':
        return cv2.imencode('.png', counts)[1].tobytes()
    return struct.pack('<II', *counts.shape[::-1]) + encode_rvl(counts.ravel().tolist())


def compressed(
    counts: Counts, codec: str, named: str, scale: float = 0.0, offset: float = 0.0,
) -> Any:
    """Return a message as compressed_depth_image_transport publishes it."""
    return message(named, struct.pack('<iff', 0, scale, offset) + packed(counts, codec))


def message(named: str, data: bytes) -> Any:
    return SimpleNamespace(format=named, data=array('B', data))


def outcome(decode: Callable[[], npt.NDArray[Any]]) -> npt.NDArray[Any] | str:
    """Return the values, or why there are none."""
    try:
        return decode()
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize(('codec', 'named'), [
    ('png', '16UC1; compressedDepth png'), ('png', '16UC1; compressedDepth'),
    ('png', '16UC1; compressedDepth '), ('rvl', '16UC1; compressedDepth rvl'),
    ('png', 'mono16; compressedDepth png'), ('png', 'compressedDepth')])
def test_millimetres_come_out_as_they_went_in(codec: str, named: str) -> None:
    sent = compressed(scene(), codec, named)
    assert is_compressed_depth(sent)
    np.testing.assert_array_equal(decode_depth(sent), scene())


@pytest.mark.parametrize('named', ['16UC1; png compressed ', 'png', '16UC1; png'])
def test_a_plain_png_holds_millimetres(named: str) -> None:
    sent = message(named, packed(scene(), 'png'))
    assert not is_compressed_depth(sent)
    np.testing.assert_array_equal(decode_depth(sent), scene())


@pytest.mark.parametrize('codec', CODECS)
def test_metres_come_out_as_their_inverse_was_quantised(codec: str) -> None:
    metres = np.where(scene() > 0, scene() / 1000, np.nan)
    # As the plugin does: what is too far, or not seen, is zero.
    counts = np.nan_to_num(SCALE / metres + OFFSET).astype(np.uint16)
    found = decode_depth(compressed(
        counts, codec, f'32FC1; compressedDepth {codec}', SCALE, OFFSET))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(np.isnan(found), np.isnan(metres))
    # One count is z² / scale.
    assert np.nanmax(np.abs(found - metres)) <= 4.1 ** 2 / SCALE * 1.01


@pytest.mark.parametrize('codec', CODECS)
def test_it_is_an_image_to_be_followed_too(codec: str) -> None:
    image = to_bgr(compressed(scene(), codec, f'16UC1; compressedDepth {codec}'))
    assert image.shape == (48, 64, 3)
    assert image[11, 30].max() < image[11, 60].min()
    assert not image[13].any()


@given(arrays.arrays(np.uint16, strategies.integers(1, 400), elements=strategies.one_of(
    strategies.just(0), strategies.integers(0, 65535))))
def test_rvl_gives_back_any_values(values: Counts) -> None:
    data = encode_rvl(values.tolist())
    np.testing.assert_array_equal(decode_rvl(data, len(values)), values)


@given(strategies.binary(max_size=3000), strategies.integers(1, 100_000))
def test_rvl_of_garbage_is_values_or_a_value_error(data: bytes, pixels: int) -> None:
    found = outcome(lambda: decode_rvl(data, pixels))
    assert 'RVL data' in found if isinstance(found, str) else found.shape == (pixels,)


@given(data=strategies.data())
def test_rvl_that_was_damaged_is_values_or_a_value_error(data: strategies.DataObject) -> None:
    whole = bytearray(encode_rvl(scene().ravel().tolist()))
    for _ in range(data.draw(strategies.integers(1, 5))):
        whole[data.draw(strategies.integers(0, len(whole) - 1))] = data.draw(
            strategies.integers(0, 255))
    del whole[data.draw(strategies.integers(0, len(whole))):]
    found = outcome(lambda: decode_rvl(bytes(whole), scene().size))
    assert 'RVL data' in found if isinstance(found, str) else found.shape == (scene().size,)


@given(strategies.sampled_from([
    '16UC1; compressedDepth rvl', '32FC1; compressedDepth rvl', '16UC1; compressedDepth png',
    '32FC1; compressedDepth', 'compressedDepth', 'png', '32FC1; png']),
    strategies.binary(max_size=400), strategies.sampled_from([b'', b'\x89PNG\r\n\x1a\n']))
def test_any_bytes_are_depth_or_refused_in_one_line(
    named: str, data: bytes, start: bytes,
) -> None:
    found = outcome(lambda: decode_depth(message(named, start + data)))
    assert isinstance(found, str) or found.ndim == 2
    assert isinstance(found, np.ndarray) or (
        'compressed depth image' in found and '\n' not in found)


@pytest.mark.parametrize(('named', 'data', 'words'), [
    ('16UC1; compressedDepth rvl', bytes(12), 'is empty'),
    ('16UC1; compressedDepth rvl', bytes(16), 'is cut off'),
    ('16UC1; compressedDepth rvl', bytes(12) + struct.pack('<II', 2**31, 2**31),
     'announces 2147483648x2147483648 pixels'),
    ('16UC1; compressedDepth rvl', bytes(12) + struct.pack('<II', 0, 4), 'announces 0x4 pixels'),
    ('16UC1; compressedDepth rvl', bytes(12) + struct.pack('<II', 64, 48) + bytes(8),
     'RVL data end after 0 of 3072 pixels'),
    ('16UC1; compressedDepth rvl', bytes(12) + struct.pack('<II', 64, 48) + b'\xff' * 64,
     'RVL data'),
    ('16UC1; compressedDepth png', bytes(40), 'holds no PNG'),
    ('16UC1; compressedDepth png', bytes(12) + b'\x89PNG\r\n\x1a\n' + bytes(8)
     + struct.pack('>II', 60000, 60000), 'announces 60000x60000 pixels'),
    ('16UC1; compressedDepth png', bytes(12) + packed(scene(), 'png')[:200], 'cannot be decoded'),
    ('16UC1; compressedDepth png', bytes(12) + cv2.imencode(
        '.png', np.zeros((4, 4, 3), np.uint8))[1].tobytes(), 'one channel of 16 bits'),
    ('32FC1; compressedDepth png', bytes(12) + packed(scene(), 'png'), 'quantisation 0, 0'),
    ('32FC1; png compressed ', packed(scene(), 'png'), 'set depth_transport to compressedDepth'),
])
def test_a_fault_is_named(named: str, data: bytes, words: str) -> None:
    with pytest.raises(ValueError) as error:
        decode_depth(message(named, data))
    assert words in str(error.value)


def test_a_large_depth_image_is_unpacked_in_time_for_the_next_one() -> None:
    depth = np.tile(scene(), (15, 20))  # 1280x720
    data = encode_rvl(depth.ravel().tolist())
    begin = time.process_time()
    np.testing.assert_array_equal(decode_rvl(data, depth.size), depth.ravel())
    assert time.process_time() - begin < 2.0  # milliseconds by themselves
