"""Depth images as image_transport's plugins compress them.

compressedDepth writes a header of 12 bytes, then a PNG, or the image's size and RVL; the plugin
compressed writes a PNG alone. The message's format says which: ``16UC1; compressedDepth rvl``.
Of a camera that measures in metres (32FC1), 16 bits hold the inverse depth, and the header how.
"""

from __future__ import annotations

import struct
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.pipeline.rvl import decode_rvl

_COMPRESSED_DEPTH = 'compressedDepth'
_HEADER = struct.Struct('<iff')  # the kind of quantisation, and its two numbers
_RVL_SIZE = struct.Struct('<II')  # columns, rows
_PNG_START = b'\x89PNG\r\n\x1a\n'
_PNG_SIZE = struct.Struct('>II')  # width, height; 16 bytes from the begin
_MOST_PIXELS = 2**24  # of an image: what a few bytes can announce

Depth = npt.NDArray[np.uint16] | npt.NDArray[np.float32]


def named_encoding(text: str) -> str:
    """Return the encoding that a format names, of the image before it was compressed.

    :param text: as ``bgr8; jpeg compressed bgr8``; empty where it names none, as ``jpeg``
    """
    encoding, separator, _ = text.partition(';')
    return encoding.strip() if separator else ''


def is_compressed_depth(message: Any) -> bool:
    """Return whether a ``sensor_msgs/CompressedImage`` is one of compressedDepth."""
    return _COMPRESSED_DEPTH in message.format


def decode_depth(message: Any) -> Depth:
    """Return the depth image, H×W: uint16 counts, or float32 metres with NaN for holes.

    :param message: a ``sensor_msgs/CompressedImage`` of depth
    :raises ValueError: it does not hold the depth image that its format names
    """
    data = bytes(message.data)
    name = f'compressed depth image ({message.format or "no format named"}, {len(data)} bytes)'
    metres = named_encoding(message.format).startswith('32FC')
    if not is_compressed_depth(message):
        if metres:
            raise ValueError(f'{name} holds metres, which {_COMPRESSED_DEPTH} alone can tell; '
                             f'set depth_transport to {_COMPRESSED_DEPTH}')
        return _from_png(data, name)
    if len(data) <= _HEADER.size:
        raise ValueError(f'{name} is empty; check the camera driver')
    _, scale, offset = _HEADER.unpack_from(data)
    packed = data[_HEADER.size:]
    # Drivers of the time before RVL name no codec.
    if packed.startswith(_PNG_START) or 'rvl' not in message.format.lower():
        counts = _from_png(packed, name)
    else:
        counts = _from_rvl(packed, name)
    return _to_metres(counts, scale, offset, name) if metres else counts


def _from_png(data: bytes, name: str) -> npt.NDArray[np.uint16]:
    if not data.startswith(_PNG_START) or len(data) < 24:
        raise ValueError(f'{name} holds no PNG; let the camera driver publish png or rvl')
    width, height = _PNG_SIZE.unpack_from(data, 16)
    _require_size(width, height, name)
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:  # as for sizes that no image has
        image = None
    if image is None:
        raise ValueError(f'{name} cannot be decoded; check the camera and its connection')
    if image.ndim != 2 or image.dtype != np.uint16:
        raise ValueError(f'{name} holds no depth: depth is one channel of 16 bits')
    return image  # type: ignore[return-value]


def _from_rvl(data: bytes, name: str) -> npt.NDArray[np.uint16]:
    if len(data) < _RVL_SIZE.size:
        raise ValueError(f'{name} is cut off; check the camera and its connection')
    columns, rows = _RVL_SIZE.unpack_from(data)
    _require_size(columns, rows, name)
    try:
        return decode_rvl(data[_RVL_SIZE.size:], columns * rows).reshape(rows, columns)
    except ValueError as error:
        raise ValueError(f'{name}: {error}; check the camera and its connection') from None


def _require_size(width: int, height: int, name: str) -> None:
    if not 0 < width * height <= _MOST_PIXELS:
        raise ValueError(f'{name} announces {width}x{height} pixels, which no depth image has; '
                         'check the camera driver')


def _to_metres(
    counts: npt.NDArray[np.uint16], scale: float, offset: float, name: str,
) -> npt.NDArray[np.float32]:
    """Undo the quantisation: a count is scale / depth + offset, and 0 a hole."""
    if not (np.isfinite(scale) and np.isfinite(offset) and scale > 0):
        raise ValueError(f'{name} has the quantisation {scale:g}, {offset:g}, which cannot be; '
                         'check the camera driver')
    inverse = counts.astype(np.float32) - np.float32(offset)
    inverse[(counts == 0) | (inverse <= 0)] = np.nan
    return np.float32(scale) / inverse
