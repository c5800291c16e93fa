"""Make pictures for a browser of image messages."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.console.jpeg import plain_jpeg_size
from rat_tracker.pipeline.display_range import DisplayRange
from rat_tracker.pipeline.images import to_bgr

_AS_IT_IS = 150_000     # bytes of a JPEG up to which it is not worth while to make it anew
_ATTENTION_WIDTH = 240  # pixels; it is blurred on the page
_ATTENTION_QUALITY = 60


@dataclass(frozen=True, slots=True)
class Encoded:
    """A JPEG, and the size of the image that it was made of, in pixels."""

    data: bytes
    width: int
    height: int


def encoded(
    message: ImageMessage | CompressedImage, width: int, quality: int,
    display_range: DisplayRange | None = None,
) -> Encoded:
    """Return an image as a JPEG.

    :param width: the widest that it may be, in pixels
    :param quality: 0 to 100
    :param display_range: see ``to_bgr``
    :raises ValueError: the message holds no image that can be read
    """
    if isinstance(message, CompressedImage) and len(message.data) <= _AS_IT_IS:
        data = bytes(message.data)
        size = plain_jpeg_size(data)
        if size is not None and 0 < size[0] <= width and size[1] > 0:
            return Encoded(data, *size)
    image = to_bgr(message, display_range)
    return Encoded(_jpeg(image, width, quality), image.shape[1], image.shape[0])


def encoded_attention(message: ImageMessage) -> bytes:
    """Return the tracker's attention as a small grey JPEG.

    :raises ValueError: the message holds no image that can be read
    """
    return _jpeg(to_bgr(message)[:, :, 0], _ATTENTION_WIDTH, _ATTENTION_QUALITY)


def _jpeg(image: npt.NDArray[np.uint8], width: int, quality: int) -> bytes:
    height_now, width_now = image.shape[:2]
    if width_now > width:
        height = max(1, round(height_now * width / width_now))
        # From 1280 to 960 pixels AREA takes five times as long: four times what the JPEG takes.
        way = cv2.INTER_LINEAR if width_now < 2 * width else cv2.INTER_AREA
        image = cv2.resize(  # type: ignore[assignment]
            image, (width, height), interpolation=way)
    try:
        done, data = cv2.imencode('.jpg', image, (cv2.IMWRITE_JPEG_QUALITY, quality))
    except cv2.error:
        done = False
    if not done:
        raise ValueError(f'an image of {width_now}x{height_now} cannot be sent as JPEG; let the '
                         'camera send smaller ones')
    return data.tobytes()
