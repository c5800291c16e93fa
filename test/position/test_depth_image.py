"""Depth messages become arrays of metres, or a sentence that says why they cannot."""

from __future__ import annotations

from array import array
import struct

import cv2
import numpy as np
import pytest
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.geometry import Box
from rat_tracker.position.depth_image import depth_values
from rat_tracker.position.depth_image import registered_box

WIDTH, HEIGHT = 7, 5
VALUES = np.arange(WIDTH * HEIGHT).reshape(HEIGHT, WIDTH)
BOX = Box(100, 60, 40, 80)


def message(kind: str, encoding: str, padding: int = 0) -> ImageMessage:
    """Return the message of ``VALUES`` as numbers of a kind, with padded rows."""
    rows = VALUES.astype(kind).view(np.uint8).reshape(HEIGHT, -1)
    data = np.pad(rows, ((0, 0), (0, padding)), constant_values=99)
    return ImageMessage(
        width=WIDTH, height=HEIGHT, encoding=encoding, is_bigendian=kind.startswith('>'),
        step=data.shape[1], data=array('B', data.tobytes()))


@pytest.mark.parametrize('padding', [0, 3, 8])
@pytest.mark.parametrize(('kind', 'encoding', 'unit'), [
    ('<u2', '16UC1', 0.001), ('>u2', '16UC1', 0.001), ('<f4', '32FC1', 1.0),
    ('>f4', '32FC1', 1.0)])
def test_both_encodings_are_read_in_any_order_of_bytes_and_with_any_step(
    kind: str, encoding: str, unit: float, padding: int,
) -> None:
    values, found = depth_values(message(kind, encoding, padding))
    assert np.array_equal(values, VALUES)
    assert found == unit


@pytest.mark.parametrize(('named', 'header', 'unit'), [
    ('16UC1; compressedDepth png', bytes(12), 0.001), ('16UC1; png compressed ', b'', 0.001),
    # Inverse depth of scale 1: count 1 is 1 m.
    ('32FC1; compressedDepth png', struct.pack('<iff', 0, 1.0, 0.0), 1.0)])
def test_depth_that_was_compressed_is_read_too(named: str, header: bytes, unit: float) -> None:
    png = cv2.imencode('.png', VALUES.astype(np.uint16))[1].tobytes()
    values, found = depth_values(CompressedImage(format=named, data=array('B', header + png)))
    expected = VALUES if unit < 1 else np.divide(1, VALUES, where=VALUES > 0,
                                                 out=np.full(VALUES.shape, np.nan))
    np.testing.assert_allclose(values, expected, rtol=1e-6)
    assert found == unit


def test_nothing_is_copied() -> None:
    received = message('<u2', '16UC1')
    values, _ = depth_values(received)
    assert np.shares_memory(values, np.frombuffer(received.data, np.uint8))


@pytest.mark.parametrize(('changes', 'words'), [
    ({'encoding': 'rgb8'}, ["'rgb8' is not supported", '16UC1, 32FC1']),
    ({'width': 0}, ['0x5', 'empty']),
    ({'step': 4}, ['step of 4', 'a step of 14 at least']),
    ({'data': array('B', bytes(20))}, ['has 20 bytes', '70 bytes']),
])
def test_a_message_that_does_not_hold_its_image_is_refused(
    changes: dict[str, object], words: list[str],
) -> None:
    faulty = message('<u2', '16UC1')
    for name, value in changes.items():
        setattr(faulty, name, value)
    with pytest.raises(ValueError) as error:
        depth_values(faulty)
    assert all(word in str(error.value) for word in words), str(error.value)


@pytest.mark.parametrize(('width', 'height', 'scale'), [
    (640, 480, 1.0), (320, 240, 0.5), (1280, 960, 2.0)])
def test_registered_depth_of_another_scale_is_understood(
    width: int, height: int, scale: float,
) -> None:
    box = registered_box(BOX, (640, 480), 'optical', (width, height), 'optical')
    assert box.values == pytest.approx([value * scale for value in BOX.values])


@pytest.mark.parametrize(('size', 'frame_id', 'words'), [
    ((640, 480), 'depth_optical', ["'depth_optical'", "'optical'", 'register']),
    ((848, 480), 'optical', ['848x480', '640x480', 'another view']),
])
def test_depth_of_another_view_is_refused(
    size: tuple[int, int], frame_id: str, words: list[str],
) -> None:
    with pytest.raises(ValueError) as error:
        registered_box(BOX, (640, 480), 'optical', size, frame_id)
    assert all(word in str(error.value) for word in words), str(error.value)
