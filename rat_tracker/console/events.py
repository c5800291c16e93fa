"""What the robot reports to every page. Times are seconds, coordinates pixels of the image."""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class TargetEvent(msgspec.Struct, frozen=True, tag='target'):
    """The target in one image, as ``rat_tracker/msg/Target`` has it."""

    stamp: str  # nanoseconds
    id: str
    state: str  # SEARCHING, TRACKING, UNCERTAIN, LOST
    score: float
    box: tuple[float, float, float, float] | None  # None while nothing is selected
    age: float
    last_seen: str  # nanoseconds; '0' if never
    reason: str


class SelectionEvent(msgspec.Struct, frozen=True, tag='selection'):
    """What became of a selection, whoever made it, as ``rat_tracker/msg/Selection`` has it."""

    stamp: str
    source: str
    accepted: bool
    id: str
    box: tuple[float, float, float, float] | None
    message: str


class DiagnosticsEvent(msgspec.Struct, frozen=True, tag='diagnostics'):
    """The tracker's last diagnostics."""

    level: str  # OK, WARN, ERROR, STALE
    message: str
    values: dict[str, str]  # as docs/node.md lists them


class ProblemEvent(msgspec.Struct, frozen=True, tag='problem'):
    """Why there is no picture with a target, in one line with the remedy; '' if there is one."""

    message: str


RobotEvent: TypeAlias = TargetEvent | SelectionEvent | DiagnosticsEvent | ProblemEvent


class Picture(msgspec.Struct, frozen=True):
    """One of the camera's images, small enough to be sent, and what is known of it."""

    number: int  # counts up; from 1
    stamp: str
    frame_id: str
    width: int  # of the camera's image, not of the one that is sent
    height: int
    image: bytes  # JPEG
    target: TargetEvent | None  # the result for this very image; None if there is none
    attention: bytes  # JPEG, grey, of the whole image; empty if nobody wants it
