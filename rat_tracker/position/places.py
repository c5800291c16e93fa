"""Where the target of an image is, by its depth image or by its size."""

from __future__ import annotations

import math
from typing import Any

from rat_tracker.position.back_projection import depth_deviation
from rat_tracker.position.back_projection import Position
from rat_tracker.position.back_projection import position_at
from rat_tracker.position.back_projection import position_by_size
from rat_tracker.position.depth import distance_in
from rat_tracker.position.depth_image import depth_values
from rat_tracker.position.depth_image import registered_box
from rat_tracker.position.parameters import PositionParameters
from rat_tracker.position.seen_target import SeenTarget
from rat_tracker.position.stamp_matcher import Pair


def place_by_size(target: SeenTarget, parameters: PositionParameters) -> Position:
    """Return the place of a target of the size that the parameters state.

    :raises ValueError: the box does not tell; the message says why
    """
    if target.segmented:
        raise ValueError('the box was made around a point and may hold a part of the target only, '
                         'which would seem far away; select the target by a box around all of it')
    return position_by_size(
        target.model, target.estimate.box, parameters.target_height, parameters.target_width,
        parameters.box_deviation)


def place_by_depth(pair: Pair[SeenTarget, Any], parameters: PositionParameters) -> Position:
    """Return the place of the target at the depth of its time.

    :raises ValueError: there is none, or it does not tell; the message says why
    """
    target, message = pair.target, pair.depth
    if math.isinf(pair.gap):
        raise ValueError('no depth image with a stamp came; let the camera publish depth '
                         'registered to colour')
    if message is None:
        raise ValueError(
            f"the nearest depth image is {pair.gap:.3g} s from the image's stamp, and "
            f'depth_tolerance is {parameters.depth_tolerance:g} s; raise it, or let the camera '
            'stamp both by one clock')
    values, unit = depth_values(message)
    box = registered_box(target.estimate.box, target.image_size, target.header.frame_id, message)
    distance = distance_in(values, box, unit)
    return position_at(
        target.model, target.estimate.box, distance.z,
        depth_deviation(distance.z, distance.spread), parameters.box_deviation)
