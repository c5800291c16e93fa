"""Write the tracker's messages as what the page is told."""

from __future__ import annotations

import math

from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticStatus

from rat_tracker.console.events import DiagnosticsEvent
from rat_tracker.console.events import SelectionEvent
from rat_tracker.console.events import TargetEvent
from rat_tracker.msg import Box
from rat_tracker.msg import Selection
from rat_tracker.msg import Target
from rat_tracker.pipeline.frame import NANOSECONDS
from rat_tracker.ros.messages import from_box
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.target import State

_LEVELS = {
    DiagnosticStatus.OK: 'OK', DiagnosticStatus.WARN: 'WARN',
    DiagnosticStatus.ERROR: 'ERROR', DiagnosticStatus.STALE: 'STALE',
}
_UNSELECTED = 'no target is selected'  # how the tracker says it


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


def diagnosis(status: DiagnosticStatus) -> DiagnosticsEvent:
    """Write the tracker's diagnostics."""
    message = status.message
    if message.startswith(_UNSELECTED):  # its reason stands beside, and there is a picture here
        message = f'{_UNSELECTED}; draw a box around it on the picture, or tap it'
    return DiagnosticsEvent(
        level=_LEVELS.get(status.level, 'STALE'), message=message,
        values={item.key: item.value for item in status.values})


def _text(stamp: Time) -> str:
    return str(nanoseconds(stamp))


def _box(box: Box) -> tuple[float, float, float, float] | None:
    """Return a box, None if it is the one of all zeros that stands for none."""
    return (box.x, box.y, box.width, box.height) if box.width or box.height else None
