"""Read images out of ROS messages, whichever library made those, without cv_bridge.

cv_bridge does not know ``uyvy``, ``yuyv``, ``nv12`` and ``nv24``, and its type numbers are
OpenCV 4's.
"""

from __future__ import annotations

from dataclasses import dataclass
import enum
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Image
from rat_tracker.pipeline.compressed_depth import decode_depth
from rat_tracker.pipeline.compressed_depth import is_compressed_depth
from rat_tracker.pipeline.compressed_depth import named_encoding
from rat_tracker.pipeline.display_range import DisplayRange

_TO_8_BIT = 255 / 65535  # the full range of 16 bits onto the full range of 8
_DECODE = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION  # boxes are in the sensor's pixels
_JPEG_START = b'\xff\xd8'
_JPEG_END = b'\xff\xd9'
# Y, U, V to B, G, R after ITU-R BT.601, Y in 16..235 and U, V in 16..240, as OpenCV's codes do.
_YUV_TO_BGR = np.array([[1.164384, 2.017232, 0.0], [1.164384, -0.391762, -0.812968],
                        [1.164384, 0.0, 1.596027]])
_YUV_TO_BGR = np.column_stack([_YUV_TO_BGR, _YUV_TO_BGR @ (-16.0, -128.0, -128.0)])


class _Range(enum.Enum):
    """What is black and what is white."""

    BYTE = enum.auto()      # 0 and 255
    FULL = enum.auto()      # 0 and 65535: the encoding is one of pictures, as mono16
    MEASURED = enum.auto()  # by the first images: the encoding is one of numbers, as 16UC1


@dataclass(frozen=True, slots=True)
class _Layout:
    """How one encoding lies in memory; ``conversion`` is an OpenCV code, None where BGR."""

    channels: int
    conversion: int | None
    sample: str = 'u1'  # the kind of number, as numpy names it
    range: _Range = _Range.BYTE
    half_rows: int = 2  # rows of data per two rows of image: 3 or 6 where chroma follows luma
    paired: bool = False  # two pixels share their chroma

    @property
    def sample_bytes(self) -> int:
        return int(self.sample[1:])


_GREY = cv2.COLOR_GRAY2BGR
# ROS names a Bayer pattern by its first two rows, as OpenCV's four-letter codes do.
_BAYER = {'rggb': cv2.COLOR_BayerRGGB2BGR, 'bggr': cv2.COLOR_BayerBGGR2BGR,
          'gbrg': cv2.COLOR_BayerGBRG2BGR, 'grbg': cv2.COLOR_BayerGRBG2BGR}
_COLOURS = {'bgr': (3, None), 'rgb': (3, cv2.COLOR_RGB2BGR), 'bgra': (4, cv2.COLOR_BGRA2BGR),
            'rgba': (4, cv2.COLOR_RGBA2BGR), 'mono': (1, _GREY),
            **{f'bayer_{pattern}': (1, code) for pattern, code in _BAYER.items()}}
# Of two channels the second is taken for what four channels end with, alpha.
_CHANNELS = {1: _GREY, 2: _GREY, 3: None, 4: cv2.COLOR_BGRA2BGR}
_NUMBERS = {'8U': 'u1', '8S': 'i1', '16U': 'u2', '16S': 'i2', '32S': 'i4', '32F': 'f4',
            '64F': 'f8'}

_LAYOUTS = {
    **{f'{name}8': _Layout(*form) for name, form in _COLOURS.items()},
    **{f'{name}16': _Layout(*form, 'u2', _Range.FULL) for name, form in _COLOURS.items()},
    **{f'{name}C{channels}': _Layout(
        channels, code, sample, _Range.BYTE if name == '8U' else _Range.MEASURED)
        for name, sample in _NUMBERS.items() for channels, code in _CHANNELS.items()},
    'yuv422': _Layout(2, cv2.COLOR_YUV2BGR_UYVY, paired=True),
    'uyvy': _Layout(2, cv2.COLOR_YUV2BGR_UYVY, paired=True),
    'yuv422_yuy2': _Layout(2, cv2.COLOR_YUV2BGR_YUYV, paired=True),
    'yuyv': _Layout(2, cv2.COLOR_YUV2BGR_YUYV, paired=True),
    'nv12': _Layout(1, cv2.COLOR_YUV2BGR_NV12, half_rows=3, paired=True),
    'nv21': _Layout(1, cv2.COLOR_YUV2BGR_NV21, half_rows=3, paired=True),
    'nv24': _Layout(1, None, half_rows=6),
}

ENCODINGS = tuple(_LAYOUTS)
_USUAL = 'bgr8, rgb8, mono8, mono16, 16UC1, 32FC1, a Bayer pattern, uyvy, yuyv or nv12'


def to_bgr(message: Any, display_range: DisplayRange | None = None) -> Image:
    """Return a message's image as H×W×3 uint8 BGR.

    A ``bgr8`` message is not copied: the array is a view of the message's data.

    :param message: a ``sensor_msgs/Image``, or a ``CompressedImage``, which has no encoding
    :param display_range: what is black and white in this input's images, where their encoding
        does not say it; None: each image's own
    :raises ValueError: the message does not hold the image that its fields describe
    """
    display_range = DisplayRange() if display_range is None else display_range
    if not hasattr(message, 'encoding'):
        return _decompressed(message, display_range)
    layout = _layout(message)
    samples = _samples(message, layout)
    if layout.half_rows == 6:
        return _from_nv24(message, samples)
    return _converted(samples, layout, message.encoding, display_range)


def _converted(
    samples: npt.NDArray[Any], layout: _Layout, encoding: str, display_range: DisplayRange,
) -> Image:
    if layout.channels == 2 and not layout.paired:
        samples = np.ascontiguousarray(samples[:, :, 0])
    if layout.range is _Range.FULL:
        samples = cv2.convertScaleAbs(_native(samples), alpha=_TO_8_BIT)
    elif layout.range is _Range.MEASURED:
        colours = samples[:, :, :3] if layout.channels == 4 else samples
        return _measured(colours, encoding, display_range)
    if layout.conversion is None:
        return samples
    return cv2.cvtColor(samples, layout.conversion)  # type: ignore[return-value]


def _measured(
    samples: npt.NDArray[Any], encoding: str, display_range: DisplayRange,
) -> Image:
    shown = display_range.to_8_bit(_native(samples), encoding)
    return cv2.cvtColor(shown, _GREY) if shown.ndim == 2 else shown  # type: ignore[return-value]


def _native(samples: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.ascontiguousarray(samples, samples.dtype.newbyteorder('='))


def _from_nv24(message: Any, planes: npt.NDArray[np.uint8]) -> Image:
    """Convert rows of luma and, behind all of them, rows of U V pairs that are twice as long."""
    width, height, step = message.width, message.height, message.step
    chroma = np.ndarray((height, width, 2), np.uint8, memoryview(message.data),
                        offset=height * step, strides=(2 * step, 2, 1))
    return cv2.transform(  # type: ignore[return-value]
        np.dstack([planes[:height], chroma]), _YUV_TO_BGR)


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
            f'image encoding {message.encoding!r} is not supported; let the camera driver '
            f'publish {_USUAL} (docs/node.md lists all)') from None


def _samples(message: Any, layout: _Layout) -> npt.NDArray[Any]:
    """Return a view of the data, rows×columns(×channels), that leaves out the rows' padding."""
    width, height, step = message.width, message.height, message.step
    data = memoryview(message.data)
    size = data.nbytes
    name = f'{width}x{height} {message.encoding} image'
    if not (width and height and size):
        raise ValueError(f'{name} with {size} bytes of data is empty; check the camera driver')
    if layout.paired and (width % 2 or (layout.half_rows == 3 and height % 2)):
        raise ValueError(f'{name} has an odd size, and its colours come in pairs of pixels')
    row = width * layout.channels * layout.sample_bytes
    if step < row:
        raise ValueError(f'{name} has a step of {step} bytes, and its rows need {row}')
    rows = height * layout.half_rows // 2
    if size != rows * step:
        raise ValueError(
            f'{name} with a step of {step} needs {rows * step} bytes and has {size}; '
            'check the camera driver')
    kind = np.dtype(('>' if message.is_bigendian else '<') + layout.sample)
    shape: tuple[int, ...] = (rows, width)
    strides: tuple[int, ...] = (step, layout.channels * layout.sample_bytes)
    if layout.channels > 1:
        shape, strides = (*shape, layout.channels), (*strides, layout.sample_bytes)
    return np.ndarray(shape, kind, data, strides=strides)


def _decompressed(message: Any, display_range: DisplayRange) -> Image:
    if is_compressed_depth(message):
        values = decode_depth(message)
        return _measured(
            values, '16UC1' if values.dtype == np.uint16 else '32FC1', display_range)
    data = bytes(message.data)
    _require_whole(data, _name(message))
    encoding = named_encoding(message.format)
    plain = data.startswith(_JPEG_START) and not encoding.startswith('bayer')
    try:
        image = cv2.imdecode(
            np.frombuffer(data, np.uint8), _DECODE if plain else cv2.IMREAD_UNCHANGED)
    except cv2.error:  # a size that no image has
        image = None
    if image is None:
        raise ValueError(f'{_name(message)} cannot be decoded; publish JPEG or PNG')
    if plain:
        return image  # type: ignore[return-value]
    return _from_decoded(image, encoding, display_range)


def _from_decoded(
    image: npt.NDArray[Any], encoding: str, display_range: DisplayRange,
) -> Image:
    """Convert what OpenCV decoded: colours are in its own order, whatever the camera's was.

    :param encoding: that of the image before it was compressed; empty where that is not known
    """
    channels = 1 if image.ndim == 2 else image.shape[2]
    layout = _LAYOUTS.get(encoding)
    conversion = _CHANNELS[channels]
    if layout is not None and channels == 1 and encoding.startswith('bayer'):
        conversion = layout.conversion
    if image.dtype == np.uint8:
        way = _Range.BYTE
    elif image.dtype == np.uint16 and (
            channels > 1 if layout is None else layout.range is _Range.FULL):
        way = _Range.FULL
    else:
        way = _Range.MEASURED
    return _converted(
        image, _Layout(channels, conversion, range=way), encoding or str(image.dtype),
        display_range)


def _name(message: Any) -> str:
    return (f'compressed image ({message.format or "no format named"}, '
            f'{len(message.data)} bytes)')


def _require_whole(data: bytes, name: str) -> None:
    if not data:
        raise ValueError(f'{name} is empty; check the camera driver')
    # OpenCV fills what a cut-off JPEG lacks with grey and says nothing.
    if data.startswith(_JPEG_START) and data.rfind(_JPEG_END, len(data) // 2) < 0:
        raise ValueError(f'{name} is cut off; check the camera and its connection')
