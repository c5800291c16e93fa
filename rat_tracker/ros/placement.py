"""Find the image and the box that a seed stands for, before whoever chose it is answered."""

from __future__ import annotations

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.ros.detection_history import DetectionHistory
from rat_tracker.ros.frame_buffer import Frame
from rat_tracker.ros.image import to_bgr
from rat_tracker.ros.inbox import Inbox
from rat_tracker.ros.inbox import Select
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.seed import Kind
from rat_tracker.ros.seed import Seed
from rat_tracker.segmentation import box_around


def place(
    seed: Seed, name: str, inbox: Inbox, detections: DetectionHistory | None, click_delay: float,
) -> Select:
    """Return the selection that a seed stands for, to be begun.

    :param name: the id that the target gets
    :param detections: None where they cannot be received
    :param click_delay: seconds by which a click without a stamp lies behind the newest image
    :raises ValueError: there is none; the message says why, and what to do
    """
    if seed.kind is Kind.DETECTION:
        return _place_detection(seed, name, inbox, detections)
    stamp = nanoseconds(seed.header.stamp)
    frame = inbox.frame_behind(click_delay) if seed.by_hand and not stamp else (
        inbox.frame_at(stamp))
    _require_same_camera(seed.header.frame_id, frame)
    image = to_bgr(frame.message)
    box = seed.box if seed.kind is Kind.BOX else (
        _box_at(*seed.point, frame, image, detections))
    return _selection(name, frame, image, box)


def _place_detection(
    seed: Seed, name: str, inbox: Inbox, detections: DetectionHistory | None,
) -> Select:
    if detections is None:
        raise ValueError('detections cannot be received: the package vision_msgs is not '
                         'installed; install it and start the node anew, or select by a box or a '
                         'point')
    found, box = detections.named(seed.detection_id, nanoseconds(seed.header.stamp))
    frame = inbox.frame_at(found.stamp)
    _require_same_camera(seed.header.frame_id, frame)
    _require_same_camera(found.frame_id, frame)
    return _selection(name, frame, to_bgr(frame.message), box)


def _selection(name: str, frame: Frame, image: Image, box: Box) -> Select:
    height, width = image.shape[:2]
    box.require_inside(width, height)
    return Select(name, frame, image, box)


def _box_at(
    x: float, y: float, frame: Frame, image: Image, detections: DetectionHistory | None,
) -> Box:
    detected = None if detections is None else detections.around(frame.stamp, x, y)
    return box_around(image, x, y) if detected is None else detected


def _require_same_camera(chosen_in: str, frame: Frame) -> None:
    taken_in = frame.message.header.frame_id
    if chosen_in and chosen_in != taken_in:
        raise ValueError(f'the target was chosen on an image of frame {chosen_in!r}, and the '
                         f'images that come in are of frame {taken_in!r}')
