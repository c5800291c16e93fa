"""What the robot answers to requests."""

from __future__ import annotations

import msgspec


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
