"""Find the image and the box that a request stands for, before whoever chose it is answered."""

from __future__ import annotations

from collections.abc import Awaitable
from collections.abc import Callable

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.pipeline.detection_history import DetectionHistory
from rat_tracker.pipeline.frame import Frame
from rat_tracker.pipeline.images import to_bgr
from rat_tracker.pipeline.inbox import Inbox
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.selection.requests import Kind
from rat_tracker.ros.selection.requests import SelectionRequest


async def resolve(
    request: SelectionRequest, inbox: Inbox, detections: DetectionHistory | None,
    click_delay: float, box_around: Callable[[Image, float, float], Awaitable[Box]],
) -> tuple[Frame, Image, Box, bool]:
    """Return where the target of a request begins.

    That is the frame, its image, the box in it, and whether that was made around a point, and may
    hold a part of the target only.

    :param detections: None where they cannot be received
    :param click_delay: seconds by which a click without a stamp lies behind the newest image
    :param box_around: finds the thing at a point
    :raises ValueError: there is none; the message says why, and what to do
    """
    stamp = nanoseconds(request.header.stamp)
    if request.kind is Kind.DETECTION:
        if detections is None:
            raise ValueError('detections cannot be received: the package vision_msgs is not '
                             'installed; install it and start the node anew, or select by a box '
                             'or a point')
        found, box = detections.named(request.detection_id, stamp)
        frame = inbox.frame_at(found.stamp)
        _require_same_camera(found.frame_id, frame)
    else:
        frame = inbox.frame_at(stamp) if stamp or not request.by_hand else (
            inbox.frame_behind(click_delay))
        box = request.box
    _require_same_camera(request.header.frame_id, frame)
    image = to_bgr(frame.message, inbox.display_range)
    segmented = False
    if request.kind is Kind.POINT:
        detected = None if detections is None else detections.around(frame.stamp, *request.point)
        segmented = detected is None
        box = detected or await box_around(image, *request.point)
    height, width = image.shape[:2]
    box.require_inside(width, height)
    return frame, image, box, segmented


def _require_same_camera(chosen_in: str, frame: Frame) -> None:
    taken_in = frame.message.header.frame_id
    if chosen_in and chosen_in != taken_in:
        raise ValueError(f'the target was chosen on an image of frame {chosen_in!r}, and the '
                         f'images that come in are of frame {taken_in!r}; choose on one of '
                         'these, or leave frame_id empty')
