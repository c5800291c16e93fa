"""Check what a client asks for against the images that are kept, before it is answered."""

from __future__ import annotations

from rat_tracker.ros.image import to_bgr
from rat_tracker.ros.inbox import Inbox
from rat_tracker.ros.inbox import Select
from rat_tracker.ros.messages import from_box
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.worker import Status
from rat_tracker.srv import SetTarget


def checked_selection(
    request: SetTarget.Request, name: str, inbox: Inbox, worker: Status,
) -> Select:
    """Return the selection that a request stands for.

    :param name: the id that the target gets
    :raises ValueError: the request cannot be met; the message says why, and what to do
    """
    if worker.load_error:
        raise ValueError(worker.load_error)
    if worker.loading:
        raise ValueError('the engine is still loading; select again when /diagnostics names it')
    box = from_box(request.box)
    box.require_valid()
    frame = inbox.frame_at(nanoseconds(request.header.stamp))
    drawn_in, taken_in = request.header.frame_id, frame.message.header.frame_id
    if drawn_in and drawn_in != taken_in:
        raise ValueError(f'the box was drawn on an image of frame {drawn_in!r}, and the images '
                         f'that come in are of frame {taken_in!r}')
    image = to_bgr(frame.message)
    height, width = image.shape[:2]
    box.require_inside(width, height)
    return Select(name, frame, image, box)
