"""Depth images as arrays (REP 118: 16UC1 in millimetres, 32FC1 in metres), and in our pixels.

They come as they are, or as image_transport packed them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Box
from rat_tracker.pipeline.compressed_depth import decode_depth

# By encoding: the kind of number and the metres of one count.
_ENCODINGS = {'16UC1': ('u2', 0.001), '32FC1': ('f4', 1.0)}


def depth_values(message: Any) -> tuple[npt.NDArray[Any], float]:
    """Return a message's values, H×W, and the metres of one count.

    Of a ``sensor_msgs/Image`` they are a view of its data.

    :param message: a ``sensor_msgs/Image`` or a ``CompressedImage``
    :raises ValueError: the message does not hold the depth image that its fields describe
    """
    if not hasattr(message, 'encoding'):
        depth = decode_depth(message)
        return depth, 0.001 if depth.dtype == np.uint16 else 1.0
    width, height, step = message.width, message.height, message.step
    if message.encoding not in _ENCODINGS:
        raise ValueError(f'depth encoding {message.encoding!r} is not supported; publish one of '
                         f'{", ".join(_ENCODINGS)}')
    number, unit = _ENCODINGS[message.encoding]
    kind = np.dtype(('>' if message.is_bigendian else '<') + number)
    data = memoryview(message.data)
    name = f'{width}x{height} {message.encoding} depth image'
    if not (width and height):
        raise ValueError(f'{name} is empty; check the camera driver')
    if step < width * kind.itemsize or data.nbytes != step * height:
        raise ValueError(f'{name} with a step of {step} has {data.nbytes} bytes, and needs a step '
                         f'of {width * kind.itemsize} at least and {step * height} bytes; check '
                         'the camera driver')
    return np.ndarray((height, width), kind, data, strides=(step, kind.itemsize)), unit


def registered_box(
    box: Box, image_size: tuple[int, int], frame_id: str,
    depth_size: tuple[int, int], depth_frame_id: str,
) -> Box:
    """Return an image's box in the pixels of a depth image.

    :param image_size: width and height of the image
    :param frame_id: of the image
    :param depth_size: width and height of the depth image
    :param depth_frame_id: of the depth image
    :raises ValueError: the depth image does not show the same as the image
    """
    (width, height), (depth_width, depth_height) = image_size, depth_size
    if depth_frame_id != frame_id:
        raise ValueError(
            f'the depth image is of frame {depth_frame_id!r} and the image of '
            f'{frame_id!r}; let the camera register depth to colour (align_depth, '
            'depth_registered)')
    across, down = depth_width / width, depth_height / height
    # Sizes are whole numbers: the same view at another scale is up to a pixel off.
    if abs(depth_width * height - depth_height * width) > max(width, height):
        raise ValueError(
            f'the depth image is {depth_width}x{depth_height} and the image '
            f'{width}x{height}, which is another view; let the camera register depth to colour')
    return Box(box.x * across, box.y * down, box.width * across, box.height * down)
