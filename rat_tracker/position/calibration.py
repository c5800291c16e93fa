"""The camera's calibration as it is published beside its images, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rat_tracker.position.camera_model import Calibration
from rat_tracker.position.camera_model import CameraModel
from rat_tracker.position.camera_model import fits
from rat_tracker.position.camera_model import image_size

_RECTIFIED = {'rect', 'rectified'}


@dataclass(frozen=True, slots=True)
class _Known:
    """The newest calibration and what could be made of it."""

    content: tuple[object, ...]
    frame_id: str
    calibration: Calibration
    size: tuple[int, int] | None  # of the images that it describes, if it describes any
    model: CameraModel | None
    fault: str  # why there is no model


class NewestCalibration:
    """Keep the model of the newest ``sensor_msgs/CameraInfo``; one thread pushes, any may ask."""

    def __init__(self, topic: str, images_topic: str, geometry: str, remedy: str) -> None:
        """Begin without one.

        :param topic: where they come from
        :param images_topic: without the image transport's suffix
        :param geometry: what the images are: raw, rectified, or auto, by the topic's name
        :param remedy: what to do where none comes
        """
        self._topic = topic
        self._images_topic = images_topic
        self._rectified = geometry == 'rectified' or (
            geometry == 'auto' and is_named_rectified(images_topic))
        self.remedy = remedy  # may become a better one while none comes
        self._known: _Known | None = None  # replaced as a whole, as other threads read it

    @property
    def topic(self) -> str:
        """Where they come from."""
        return self._topic

    @property
    def known(self) -> bool:
        """Whether any came."""
        return self._known is not None

    def push(self, message: Any) -> bool:
        """Take in a message and return whether it says something else than the one before."""
        content = _content(message)
        before = self._known
        if before is not None and before.content == content:
            return False
        calibration, size, model, fault = to_calibration(message), None, None, ''
        try:
            size = image_size(calibration)
            model = CameraModel(calibration, self._rectified)
        except ValueError as error:
            fault = str(error)
        self._known = _Known(
            content, message.header.frame_id, calibration, size, model, fault)
        return before is not None

    def contradiction(self, width: int, height: int, frame_id: str) -> str | None:
        """Return how the calibration contradicts the images; None if it does not, or none came."""
        known = self._known
        if known is None:
            return None
        if known.size is None:
            return f'{self.topic} {known.fault}'
        if known.size != (width, height) and not fits(known.calibration, width, height):
            return (f'{self.topic} describes {known.size[0]}x{known.size[1]} images, and '
                    f'those on {self._images_topic} are {width}x{height}, which is another view; '
                    "let the camera driver load the calibration of the images' resolution")
        if known.frame_id != frame_id:
            return (f'{self.topic} is of frame {known.frame_id!r}, and the images on '
                    f'{self._images_topic} are of frame {frame_id!r}')
        return None

    def model(self, width: int, height: int, frame_id: str) -> CameraModel:
        """Return the model of the camera that took an image.

        :raises ValueError: there is none; the message says why
        """
        known = self._known
        if known is None:
            raise ValueError(f'no calibration came on {self.topic}; {self.remedy}')
        if known.model is None:
            raise ValueError(f'{self.topic} {known.fault}')
        contradiction = self.contradiction(width, height, frame_id)
        if contradiction is not None:
            raise ValueError(contradiction)
        return known.model.of_size(width, height)


def is_named_rectified(topic: str) -> bool:
    """Whether a topic's name says that its images are rectified.

    Its last part does, as ``image_rect``, ``image_rect_color`` and ``image_rect_raw``, or the one
    before, as in ``rect/image``.
    """
    *_, before, last = ['', *topic.split('/')]
    return before in _RECTIFIED or not _RECTIFIED.isdisjoint(last.split('_'))


def to_calibration(message: Any) -> Calibration:
    """Read a ``sensor_msgs/CameraInfo``."""
    window = message.roi
    return Calibration(
        width=message.width, height=message.height, distortion_model=message.distortion_model,
        d=tuple(map(float, message.d)), k=tuple(map(float, message.k)),
        r=tuple(map(float, message.r)), p=tuple(map(float, message.p)),
        binning=(message.binning_x, message.binning_y),
        window=(window.x_offset, window.y_offset, window.width, window.height))


def _content(message: Any) -> tuple[object, ...]:
    """Return what makes a calibration another one; bytes, because NaN does not equal itself."""
    window = message.roi
    return (
        message.header.frame_id, message.width, message.height, message.distortion_model,
        message.d.tobytes(), message.k.tobytes(), message.r.tobytes(), message.p.tobytes(),
        message.binning_x, message.binning_y,
        window.x_offset, window.y_offset, window.width, window.height)
