"""Write arrays as ROS image messages; reading them is in ``rat_tracker.messages.images``."""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header


def to_message(image: npt.NDArray[np.uint8], encoding: str, header: Header) -> ImageMessage:
    """Return the message of an 8-bit image; it shares the array's memory where it can.

    :param image: H×W for ``mono8``, H×W×3 for ``bgr8``, contiguous or not
    :param encoding: the array's encoding, as ``sensor_msgs`` names it
    """
    pixels = np.ascontiguousarray(image)
    message = ImageMessage(header=header, encoding=encoding)
    message.height, message.width = pixels.shape[:2]
    message.step = pixels.nbytes // pixels.shape[0]
    _set_data(message, pixels)
    return message


def _set_data(message: ImageMessage, pixels: npt.NDArray[np.uint8]) -> None:
    """Hand over the pixels without the copies that the public setter makes.

    Publishing serialises any contiguous buffer of bytes, and does so before it returns.
    """
    if hasattr(message, '_data'):
        message._data = pixels
    else:
        message.data = array('B', pixels.tobytes())
