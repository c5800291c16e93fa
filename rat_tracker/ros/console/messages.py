"""Messages of the tracker as events for the page, and requests of the page as messages."""

from __future__ import annotations

import math

from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticStatus
from geometry_msgs.msg import Point

from rat_tracker.console.events import DiagnosticsEvent
from rat_tracker.console.events import SelectionEvent
from rat_tracker.console.events import TargetEvent
from rat_tracker.console.replies import Reply
from rat_tracker.console.requests import BoxSelection
from rat_tracker.console.requests import Selection as SelectionRequest
from rat_tracker.geometry import Box
from rat_tracker.msg import Box as BoxMessage
from rat_tracker.msg import Selection
from rat_tracker.msg import Target
from rat_tracker.ros.messages import from_box
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.messages import to_box
from rat_tracker.ros.messages import to_stamp
from rat_tracker.srv import SetTarget
from rat_tracker.stamps import NANOSECONDS
from rat_tracker.target import State

_LEVELS = {
    DiagnosticStatus.OK: 'OK', DiagnosticStatus.WARN: 'WARN',
    DiagnosticStatus.ERROR: 'ERROR', DiagnosticStatus.STALE: 'STALE',
}
_UNSELECTED = 'no target is selected'  # how the tracker says it
_END_OF_TIME = 2 ** 31 * NANOSECONDS  # the first stamp that a message does not hold


def target_event(message: Target) -> TargetEvent:
    """Write what is known about the target in one image.

    :raises ValueError: it is no tracker's: of a state that there is not, or without numbers
    """
    if not all(map(math.isfinite, (message.score, *from_box(message.box).values))):
        raise ValueError('its score or its box is no number')
    return TargetEvent(
        stamp=_text(message.header.stamp), id=message.id, state=State(message.state).name,
        score=message.score, box=_box(message.box), age=nanoseconds(message.age) / NANOSECONDS,
        last_seen=_text(message.last_seen), reason=message.reason)


def selection_event(message: Selection) -> SelectionEvent:
    """Write what became of a selection."""
    return SelectionEvent(
        stamp=_text(message.header.stamp), source=message.source, accepted=message.accepted,
        id=message.id, box=_box(message.box), message=message.message)


def diagnostics_event(status: DiagnosticStatus) -> DiagnosticsEvent:
    """Write the tracker's diagnostics."""
    message = status.message
    if message.startswith(_UNSELECTED):  # its reason stands beside, and there is a picture here
        message = f'{_UNSELECTED}; draw a box around it on the picture, or tap it'
    return DiagnosticsEvent(
        level=_LEVELS.get(status.level, 'STALE'), message=message,
        values={item.key: item.value for item in status.values})


def set_target_request(selection: SelectionRequest) -> SetTarget.Request:
    """Write what was selected on the page as a request to the tracker.

    :raises ValueError: no image can have this stamp
    """
    stamp = int(selection.stamp)
    if stamp >= _END_OF_TIME:
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


def set_target_reply(response: SetTarget.Response) -> Reply:
    """Write what became of such a request."""
    if not response.accepted:
        return Reply(False, response.message)
    box = ','.join(f'{value:.0f}' for value in from_box(response.box).values)
    return Reply(True, f'follows {box} as target {response.id}')


def _text(stamp: Time) -> str:
    return str(nanoseconds(stamp))


def _box(box: BoxMessage) -> tuple[float, float, float, float] | None:
    """Return a box, None if it is the one of all zeros that stands for none."""
    return (box.x, box.y, box.width, box.height) if box.width or box.height else None
