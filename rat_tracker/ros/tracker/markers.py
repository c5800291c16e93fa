"""Markers for RViz: the ray to the target, its box at its distance, its state and score.

They are in the camera's optical frame, under the image's header.
"""

from __future__ import annotations

from builtin_interfaces.msg import Duration
from geometry_msgs.msg import Vector3
import numpy as np
from std_msgs.msg import ColorRGBA
from std_msgs.msg import Header
from visualization_msgs.msg import Marker
from visualization_msgs.msg import MarkerArray

from rat_tracker.drawing import STATE_COLORS
from rat_tracker.messages.position import write_point
from rat_tracker.position.camera_model import Floats
from rat_tracker.position.locator import SeenTarget
from rat_tracker.ros.messages import message_type
from rat_tracker.target import State

NOMINAL_RANGE = 2.0  # metres; where the box is drawn while only the direction is known
_NAMESPACE = 'target'
_RAY, _FRUSTUM, _LABEL = range(3)
# Seconds after which RViz takes a marker away by itself, should the node have died.
_LIFETIME = Duration(sec=1)
_LINE = 0.01  # metres
_LETTERS = 0.06  # height, of the distance, so that they look alike from the camera


def to_markers(seen: SeenTarget, distance: float) -> MarkerArray:
    """Draw the target.

    :param distance: metres from the camera along the ray
    """
    target, origin = seen.ray * distance, np.zeros(3)
    corners = [corner * distance for corner in _corners(seen)]
    edges = [point for start, end in zip(corners, corners[1:] + corners[:1], strict=True)
             for point in (origin, start, start, end)]
    label = _marker(seen, _LABEL, Marker.TEXT_VIEW_FACING, _LETTERS * distance)
    label.text = f'{seen.estimate.state.name} {seen.estimate.score:.2f}'
    above = min(corners, key=lambda corner: corner[1])[1] if corners else target[1]
    label.pose.position = write_point(
        np.array([target[0], above - _LETTERS * distance, target[2]]), message_type)
    return MarkerArray(markers=[
        _lines(_marker(seen, _RAY, Marker.LINE_LIST, 2 * _LINE), [origin, target]),
        _lines(_marker(seen, _FRUSTUM, Marker.LINE_LIST, _LINE), edges),
        label])


def no_markers(header: Header) -> MarkerArray:
    """Take away what was drawn."""
    return MarkerArray(markers=[
        Marker(header=header, ns=_NAMESPACE, id=number, action=Marker.DELETE)
        for number in (_RAY, _FRUSTUM, _LABEL)])


def _corners(seen: SeenTarget) -> list[Floats]:
    """Return the rays to the corners of what the image shows of the box; none where it cannot."""
    width, height = seen.image_size
    box = seen.estimate.box
    left, right = max(box.x, 0.0), min(box.x + box.width, width)
    top, bottom = max(box.y, 0.0), min(box.y + box.height, height)
    try:
        return list(seen.model.rays(
            [(left, top), (right, top), (right, bottom), (left, bottom)]))
    except ValueError:  # a corner of the image that the lens leaves dark: the ray is there still
        return []


def _marker(seen: SeenTarget, number: int, kind: int, size: float) -> Marker:
    marker = Marker(header=seen.header, ns=_NAMESPACE, id=number, type=kind,
                    action=Marker.ADD, lifetime=_LIFETIME)
    marker.pose.orientation.w = 1.0
    marker.scale = Vector3(x=size, y=size, z=size)
    marker.color = _color(seen.estimate.state)
    return marker


def _color(state: State) -> ColorRGBA:
    blue, green, red = (channel / 255 for channel in STATE_COLORS[state])
    return ColorRGBA(r=red, g=green, b=blue, a=1.0)


def _lines(marker: Marker, points: list[Floats]) -> Marker:
    marker.points = [write_point(point, message_type) for point in points]
    return marker
