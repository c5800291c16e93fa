"""What the robot tells every page that looks. Times are seconds, places pixels of the image."""

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


class DiagnosticsEvent(msgspec.Struct, frozen=True, tag='diagnosis'):
    """The tracker's last diagnostics."""

    level: str  # OK, WARN, ERROR, STALE
    message: str
    values: dict[str, str]  # as docs/node.md lists them


class ProblemEvent(msgspec.Struct, frozen=True, tag='notice'):
    """What stands in the way of seeing anything, in one line with its remedy; '' if nothing."""

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
    target: TargetEvent | None  # the answer for this very image; None if there is none
    attention: bytes = b''  # JPEG, grey, of the whole image; empty if nobody wants it


class Reply(msgspec.Struct, frozen=True):
    """What became of a request."""

    accepted: bool
    message: str  # what is followed or was changed, or why not and what to do


class ParameterInfo(msgspec.Struct, frozen=True):
    """A parameter of the tracker's node."""

    name: str
    value: bool | int | float | str
    description: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    changeable: bool = True  # false where it is read once


class TopicInfo(msgspec.Struct, frozen=True):
    """A topic of images."""

    name: str
    kind: str  # raw or compressed
    publishers: tuple[str, ...]  # names of nodes
    qos: str  # in words
    rate: float | None  # images per second; None if none came
    size: str  # such as 1280x720 bgr8; '' if none came
    problem: str  # why the tracker could not take it, and what to do; '' if it could
    used: bool  # whether the tracker takes its images from here
