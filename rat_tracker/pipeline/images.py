"""Read images out of ROS messages, whichever library made those, without cv_bridge.

cv_bridge does not know ``uyvy``, ``yuyv`` and ``nv12``, and its type numbers are OpenCV 4's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Image

_TO_8_BIT = 255 / 65535  # the full range of 16 bits onto the full range of 8
_DECODE = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION  # boxes are in the sensor's pixels
_JPEG_START = b'\xff\xd8'
_JPEG_END = b'\xff\xd9'


@dataclass(frozen=True, slots=True)
class _Layout:
    """How one encoding lies in memory; ``conversion`` is an OpenCV code, None where BGR."""

    channels: int
    conversion: int | None
    sample_bytes: int = 1
    half_rows: int = 2  # rows of data per two rows of image: 3 where chroma follows luma


# ROS names a Bayer pattern by its first two rows, as OpenCV's four-letter codes do.
_LAYOUTS = {
    'bgr8': _Layout(3, None),
    '8UC3': _Layout(3, None),
    'rgb8': _Layout(3, cv2.COLOR_RGB2BGR),
    'bgra8': _Layout(4, cv2.COLOR_BGRA2BGR),
    'rgba8': _Layout(4, cv2.COLOR_RGBA2BGR),
    'mono8': _Layout(1, cv2.COLOR_GRAY2BGR),
    '8UC1': _Layout(1, cv2.COLOR_GRAY2BGR),
    'mono16': _Layout(1, cv2.COLOR_GRAY2BGR, sample_bytes=2),
    'bayer_rggb8': _Layout(1, cv2.COLOR_BayerRGGB2BGR),
    'bayer_bggr8': _Layout(1, cv2.COLOR_BayerBGGR2BGR),
    'bayer_gbrg8': _Layout(1, cv2.COLOR_BayerGBRG2BGR),
    'bayer_grbg8': _Layout(1, cv2.COLOR_BayerGRBG2BGR),
    'bayer_rggb16': _Layout(1, cv2.COLOR_BayerRGGB2BGR, sample_bytes=2),
    'bayer_bggr16': _Layout(1, cv2.COLOR_BayerBGGR2BGR, sample_bytes=2),
    'bayer_gbrg16': _Layout(1, cv2.COLOR_BayerGBRG2BGR, sample_bytes=2),
    'bayer_grbg16': _Layout(1, cv2.COLOR_BayerGRBG2BGR, sample_bytes=2),
    'yuv422': _Layout(2, cv2.COLOR_YUV2BGR_UYVY),
    'uyvy': _Layout(2, cv2.COLOR_YUV2BGR_UYVY),
    'yuv422_yuy2': _Layout(2, cv2.COLOR_YUV2BGR_YUYV),
    'yuyv': _Layout(2, cv2.COLOR_YUV2BGR_YUYV),
    'nv12': _Layout(1, cv2.COLOR_YUV2BGR_NV12, half_rows=3),
    'nv21': _Layout(1, cv2.COLOR_YUV2BGR_NV21, half_rows=3),
}

ENCODINGS = tuple(_LAYOUTS)


def to_bgr(message: Any) -> Image:
    """Return a message's image as H×W×3 uint8 BGR.

    A ``bgr8`` message is not copied: the array is a view of the message's data.

    :param message: a ``sensor_msgs/Image``, or a ``CompressedImage``, which has no encoding
    :raises ValueError: the message does not hold the image that its fields describe
    """
    if not hasattr(message, 'encoding'):
        return _decompressed(message)
    layout = _layout(message)
    samples = _samples(message, layout)
    if layout.sample_bytes == 2:
        samples = _from_16_bit(samples, bool(message.is_bigendian))
    if layout.conversion is None:
        return samples
    return cv2.cvtColor(samples, layout.conversion)  # type: ignore[return-value]


def require_image(message: Any) -> None:
    """Refuse what ``to_bgr`` refuses, as far as that shows without converting or decoding.

    :param message: see ``to_bgr``
    :raises ValueError: the message does not hold the image that its fields describe
    """
    if hasattr(message, 'encoding'):
        _samples(message, _layout(message))
    else:
        _require_whole(bytes(message.data), _name(message))


def _layout(message: Any) -> _Layout:
    try:
        return _LAYOUTS[message.encoding]
    except KeyError:
        raise ValueError(
            f'image encoding {message.encoding!r} is not supported; publish one of '
            f'{", ".join(ENCODINGS)}') from None


def _samples(message: Any, layout: _Layout) -> npt.NDArray[Any]:
    """Return a view of the data, rows×columns(×channels), that leaves out the rows' padding."""
    width, height, step = message.width, message.height, message.step
    data = memoryview(message.data)
    size = data.nbytes
    name = f'{width}x{height} {message.encoding} image'
    if not (width and height and size):
        raise ValueError(f'{name} with {size} bytes of data is empty; check the camera driver')
    if (layout.conversion in _PAIRED and width % 2) or (layout.half_rows == 3 and height % 2):
        raise ValueError(f'{name} has an odd size, and its colours come in pairs of pixels')
    row = width * layout.channels * layout.sample_bytes
    if step < row:
        raise ValueError(f'{name} has a step of {step} bytes, and its rows need {row}')
    rows = height * layout.half_rows // 2
    if size != rows * step:
        raise ValueError(
            f'{name} with a step of {step} needs {rows * step} bytes and has {size}; '
            'check the camera driver')
    kind = np.dtype(np.uint8 if layout.sample_bytes == 1 else np.uint16)
    shape: tuple[int, ...] = (rows, width)
    strides: tuple[int, ...] = (step, layout.channels * layout.sample_bytes)
    if layout.channels > 1:
        shape, strides = (*shape, layout.channels), (*strides, layout.sample_bytes)
    return np.ndarray(shape, kind, data, strides=strides)


_PAIRED = (cv2.COLOR_YUV2BGR_UYVY, cv2.COLOR_YUV2BGR_YUYV,
           cv2.COLOR_YUV2BGR_NV12, cv2.COLOR_YUV2BGR_NV21)


def _from_16_bit(samples: npt.NDArray[np.uint16], big_endian: bool) -> Image:
    order = '>u2' if big_endian else '<u2'
    native = np.ascontiguousarray(samples.view(order), np.uint16)
    return cv2.convertScaleAbs(native, alpha=_TO_8_BIT)  # type: ignore[return-value]


def _decompressed(message: Any) -> Image:
    data = bytes(message.data)
    _require_whole(data, _name(message))
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), _DECODE)
    except cv2.error:  # a size that no image has
        image = None
    if image is None:
        raise ValueError(f'{_name(message)} cannot be decoded; publish JPEG or PNG')
    return image  # type: ignore[return-value]


def _name(message: Any) -> str:
    return (f'compressed image ({message.format or "no format named"}, '
            f'{len(message.data)} bytes)')


def _require_whole(data: bytes, name: str) -> None:
    if not data:
        raise ValueError(f'{name} is empty; check the camera driver')
    # OpenCV fills what a cut-off JPEG lacks with grey and says nothing.
    if data.startswith(_JPEG_START) and data.rfind(_JPEG_END, len(data) // 2) < 0:
        raise ValueError(f'{name} is cut off; check the camera and its connection')
