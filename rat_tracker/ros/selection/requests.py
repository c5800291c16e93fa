"""What somebody chose to be followed, in whichever message it came, checked by itself."""

from __future__ import annotations

from collections.abc import Awaitable
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
import math
from typing import Any

from geometry_msgs.msg import Point
from geometry_msgs.msg import PointStamped
from sensor_msgs.msg import RegionOfInterest
from std_msgs.msg import Header

from rat_tracker.geometry import Box
from rat_tracker.pipeline.result import NOWHERE
from rat_tracker.pipeline.selection import Selection
from rat_tracker.ros.messages import from_box


class Kind(IntEnum):
    """How the target is named; the values are those of srv/SetTarget and action/TrackTarget."""

    BOX = 0
    POINT = 1
    DETECTION = 2


@dataclass(frozen=True, slots=True)
class SelectionRequest:
    """One choice. ``kind`` says which of the fields after it counts; pixels of the image.

    ``by_hand`` marks what a person clicked: without a stamp it is taken to lie as far behind the
    newest image as the parameter ``click_delay`` says. ``withdrawn`` tells whether whoever chose
    it has changed his mind meanwhile.
    """

    header: Header
    kind: Kind
    box: Box = NOWHERE
    point: tuple[float, float] = (0.0, 0.0)
    detection_id: str = ''
    by_hand: bool = False
    withdrawn: Callable[[], bool] = lambda: False


# Follow what a request stands for, or raise ``ValueError``; see ``Selections.select``.
SelectTarget = Callable[[str, Header, Callable[[], SelectionRequest]], Awaitable[Selection]]


def request_from_call(request: Any) -> SelectionRequest:
    """Read a request of srv/SetTarget or a goal of action/TrackTarget.

    :raises ValueError: it cannot name anything, whatever the image
    """
    header = request.header
    if request.kind == Kind.BOX:
        box = from_box(request.box)
        box.require_valid()
        return SelectionRequest(header, Kind.BOX, box=box)
    if request.kind == Kind.POINT:
        return SelectionRequest(header, Kind.POINT, point=_finite(request.point))
    if request.kind == Kind.DETECTION:
        if not request.detection_id:
            raise ValueError('detection_id is empty; name a detection of the topic detections')
        return SelectionRequest(header, Kind.DETECTION, detection_id=request.detection_id)
    raise ValueError(f'kind {request.kind} is unknown; it must be one of '
                     f'{", ".join(f"{kind.value} ({kind.name})" for kind in Kind)}')


def request_from_point(message: Point) -> SelectionRequest:
    """Read a click as rqt_image_view publishes it: pixels, and no stamp.

    :raises ValueError: it is not a place
    """
    return SelectionRequest(Header(), Kind.POINT, point=_finite(message), by_hand=True)


def request_from_stamped_point(message: PointStamped) -> SelectionRequest:
    """Read a click whose header names the image; x and y are pixels.

    :raises ValueError: it is not a place in an image
    """
    if message.point.z:  # RViz's tool Publish Point makes such ones, in metres
        raise ValueError(f'the point has z {message.point.z:g}, and is one in space; click on an '
                         'image: x and y in its pixels, z 0')
    return SelectionRequest(message.header, Kind.POINT, point=_finite(message.point), by_hand=True)


def request_from_region(message: RegionOfInterest) -> SelectionRequest:
    """Read a region that was drawn on the image: whole pixels, and no stamp.

    :raises ValueError: it is empty, or is to be rectified
    """
    if message.do_rectify:
        raise ValueError('do_rectify asks for a region of other pixels than it was drawn in; draw '
                         'on the images that the tracker takes, and leave do_rectify false')
    box = Box(float(message.x_offset), float(message.y_offset),
              float(message.width), float(message.height))
    box.require_valid()
    return SelectionRequest(Header(), Kind.BOX, box=box, by_hand=True)


def _finite(point: Point) -> tuple[float, float]:
    if not (math.isfinite(point.x) and math.isfinite(point.y)):
        raise ValueError(f'point {point.x:g},{point.y:g} has a coordinate that is not a finite '
                         'number; give x and y in pixels of the image')
    return point.x, point.y
