"""Where the target is: from a box, a camera and a distance to a position and its uncertainty.

Everything is in the camera's optical frame (REP 103: x right, y down, z forward), in metres.
"""

from __future__ import annotations

from dataclasses import dataclass
import math

import numpy as np

from rat_tracker.geometry import Box
from rat_tracker.position.camera_model import CameraModel
from rat_tracker.position.camera_model import Floats

_FORWARD = 0.05  # z of a unit ray, 87 degrees off the axis: beside the camera no z is a distance
_EDGE = 1.0  # pixels; a box that comes as close to the image's edge is taken for cut off
_STEP = 0.5  # pixels, of the numeric derivative
_UP = np.array([0.0, -1.0, 0.0])
_ASIDE = np.array([1.0, 0.0, 0.0])
_STRAIGHT_AHEAD = np.array([0.5, -0.5, 0.5, 0.5])  # how a frame on the optical axis is turned
# Systematic error of depth cameras, which the spread of the depths does not show: the data sheet
# of Intel's D400 series states at most 2 % at 2 m, taken for two standard deviations.
_DEPTH_ERROR = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """The middle of the target's visible surface."""

    point: Floats       # x, y, z in metres
    covariance: Floats  # 3×3, square metres
    deviation: float    # of z, metres


def bearing(model: CameraModel, box: Box) -> Floats:
    """Return the unit vector towards a box's centre.

    :raises ValueError: the lens shows nothing there
    """
    return model.rays([(box.center_x, box.center_y)])[0]


def position_at(
    model: CameraModel, box: Box, z: float, deviation: float, edge_deviation: float,
) -> Position:
    """Return the position of a box's centre at a distance.

    The position is z·(x/z, y/z, 1): z is uncertain by its deviation, the direction by that of the
    box's centre, and the two are taken for independent (first order propagation).

    :param z: distance along the optical axis, metres
    :param deviation: standard deviation of ``z``, metres
    :param edge_deviation: standard deviation of each edge of the box, as a share of the side
        that it ends; the centre of two independent edges deviates by a square root of two less
    :raises ValueError: the box is seen too far beside the optical axis
    """
    x, y = box.center_x, box.center_y
    seen = _on_plane(model, [(x, y), (x - _STEP, y), (x + _STEP, y), (x, y - _STEP),
                             (x, y + _STEP)])
    ray = np.array([*seen[0], 1.0])
    slope = np.zeros((3, 2))
    slope[:2, 0] = (seen[2] - seen[1]) / (2 * _STEP)
    slope[:2, 1] = (seen[4] - seen[3]) / (2 * _STEP)
    center = (edge_deviation ** 2 / 2) * np.diag([box.width ** 2, box.height ** 2])
    covariance = z * z * slope @ center @ slope.T + deviation ** 2 * np.outer(ray, ray)
    return Position(z * ray, covariance, deviation)


def depth_deviation(z: float, spread: float) -> float:
    """Return the standard deviation of a distance out of a depth image, metres.

    :param spread: that of the depths on the target's surface: any of them may be its middle
    """
    return math.hypot(spread, _DEPTH_ERROR * z)


def position_by_size(
    model: CameraModel, box: Box, height: float, width: float, edge_deviation: float,
) -> Position:
    """Return the position of a target of known size, taken to be parallel to the image plane.

    That holds for whoever stands upright before a level camera, wherever in the image. The height
    is used, or the width where the height is not known or not wholly in the image.

    :param height: metres, 0 where it is not known
    :param width: likewise
    :param edge_deviation: see ``position_at``
    :raises ValueError: no known side is wholly in the image; the message says why
    """
    columns, rows = model.image_size
    right, bottom = box.x + box.width, box.y + box.height
    if height and box.y > _EDGE and bottom < rows - _EDGE:
        ends = _on_plane(model, [(box.center_x, box.y), (box.center_x, bottom)])
        size = height
    elif width and box.x > _EDGE and right < columns - _EDGE:
        ends = _on_plane(model, [(box.x, box.center_y), (right, box.center_y)])
        size = width
    else:
        names = ' and its '.join(
            name for name, known in (('height', height), ('width', width)) if known)
        raise ValueError(f"the target reaches over the image's edge, so that its {names} cannot "
                         'tell how far away it is')
    z = size / float(np.linalg.norm(ends[1] - ends[0]))
    # The distance is as uncertain as the box's side, which two edges end.
    return position_at(model, box, z, z * math.sqrt(2) * edge_deviation, edge_deviation)


def _on_plane(model: CameraModel, points: list[tuple[float, float]]) -> Floats:
    """Return x/z and y/z of points of the image, N×2."""
    rays = model.rays(points)
    if rays[:, 2].min() < _FORWARD:
        raise ValueError('the target is seen beside the camera, where depth along the optical '
                         'axis tells no distance')
    return rays[:, :2] / rays[:, 2:]


def facing_away(ray: Floats) -> tuple[float, float, float, float]:
    """Return the quaternion x, y, z, w of a frame at the end of a ray.

    Its x axis goes on along the ray, away from the camera, and its z axis is as near to the
    camera's up as can be (REP 103: x forward, y left, z up).
    """
    forward = ray / np.linalg.norm(ray)
    up = _UP if abs(forward[1]) < 0.999 else _ASIDE  # straight above or below no up is nearest
    left = np.cross(up, forward)
    left /= np.linalg.norm(left)
    quaternion = _quaternion(np.column_stack([forward, left, np.cross(forward, left)]))
    # Either sign is the same turn. The one nearer to straight ahead's stays the same wherever the
    # target moves in front of the camera, so that filters and plots see no leap.
    x, y, z, w = quaternion if quaternion @ _STRAIGHT_AHEAD >= 0 else -quaternion
    return float(x), float(y), float(z), float(w)


def _quaternion(rotation: Floats) -> Floats:
    """Return x, y, z, w of a rotation by way of its largest element (Shepperd 1978)."""
    trace = float(np.trace(rotation))
    largest = np.argmax([*np.diag(rotation), trace])
    if largest == 3:
        quaternion = np.array([
            rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0],
            rotation[1, 0] - rotation[0, 1], 1 + trace])
    else:
        i = int(largest)
        j, k = (i + 1) % 3, (i + 2) % 3
        quaternion = np.zeros(4)
        quaternion[i] = 1 - trace + 2 * rotation[i, i]
        quaternion[j] = rotation[j, i] + rotation[i, j]
        quaternion[k] = rotation[k, i] + rotation[i, k]
        quaternion[3] = rotation[k, j] - rotation[j, k]
    return quaternion / np.linalg.norm(quaternion)
