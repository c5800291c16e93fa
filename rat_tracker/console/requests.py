"""What the page may ask for; every message is checked against these types when it is read.

Stamps are nanoseconds as text, because JavaScript's numbers are too short for them.
"""

from __future__ import annotations

from typing import Annotated
from typing import TypeAlias

import msgspec

_NO_NUL = r'^[^\x00]*\Z'  # ROS would cut the text off there

Stamp: TypeAlias = Annotated[str, msgspec.Meta(pattern=r'^[0-9]{1,19}\Z')]
FrameId: TypeAlias = Annotated[str, msgspec.Meta(max_length=200, pattern=_NO_NUL)]
Name: TypeAlias = Annotated[str, msgspec.Meta(pattern=r'^[A-Za-z0-9_./]{1,200}\Z')]
Text: TypeAlias = Annotated[str, msgspec.Meta(max_length=1000, pattern=_NO_NUL)]


class ImageReference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The image that was on the screen when something was selected on it."""

    stamp: Stamp
    frame_id: FrameId


class BoxSelection(ImageReference, frozen=True, forbid_unknown_fields=True, tag='box'):
    """Somebody drew a box: left, top, width and height, in pixels of the camera's image."""

    box: tuple[float, float, float, float]


class PointSelection(ImageReference, frozen=True, forbid_unknown_fields=True, tag='point'):
    """Somebody tapped: x and y in pixels of the camera's image."""

    point: tuple[float, float]


Selection: TypeAlias = BoxSelection | PointSelection


class Clear(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody wants that nothing is followed any more."""


class ParameterChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody changed a parameter of the tracker's node."""

    name: Name
    value: bool | int | float | Text


class ViewerState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a page shows and wants; sent at the start, after every picture, and on a change."""

    shown: int = 0  # number of the newest picture that is on the screen; 0 before the first
    pictures: bool = True  # false while the page is hidden
    attention: bool = False
