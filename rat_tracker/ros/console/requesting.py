"""Write what was chosen in the page as a request to the tracker, and its answer as a reply."""

from __future__ import annotations

from geometry_msgs.msg import Point

from rat_tracker.console.events import Reply
from rat_tracker.console.requests import BoxSelection
from rat_tracker.console.requests import Selection
from rat_tracker.geometry import Box
from rat_tracker.pipeline.frame import NANOSECONDS
from rat_tracker.ros.messages import from_box
from rat_tracker.ros.messages import to_box
from rat_tracker.ros.messages import to_stamp
from rat_tracker.srv import SetTarget

_LATEST = 2 ** 31 * NANOSECONDS  # the first stamp that a message does not hold


def request_of(selection: Selection) -> SetTarget.Request:
    """Return the request.

    :raises ValueError: no image can have this stamp
    """
    stamp = int(selection.stamp)
    if stamp >= _LATEST:
        raise ValueError(f'stamp {selection.stamp} is later than any that an image can have; load '
                         'the page anew')
    request = SetTarget.Request()
    request.header.stamp, request.header.frame_id = to_stamp(stamp), selection.frame_id
    if isinstance(selection, BoxSelection):
        request.kind = SetTarget.Request.BOX
        request.box = to_box(Box(*selection.box))
    else:
        x, y = selection.point
        request.kind = SetTarget.Request.POINT
        request.point = Point(x=float(x), y=float(y))
    return request


def reply_of(response: SetTarget.Response) -> Reply:
    """Return what became of a request."""
    if not response.accepted:
        return Reply(False, response.message)
    box = ','.join(f'{value:.0f}' for value in from_box(response.box).values)
    return Reply(True, f'follows {box} as target {response.id}')
