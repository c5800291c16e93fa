"""Where a sighting's target is, by its depth image or by its size."""

from __future__ import annotations

from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.depth import distance_in
from rat_tracker.position import depth_deviation
from rat_tracker.position import Position
from rat_tracker.position import position_at
from rat_tracker.position import position_by_size
from rat_tracker.ros.depth_image import depth_values
from rat_tracker.ros.depth_image import registered_box
from rat_tracker.ros.settings import Settings
from rat_tracker.ros.sighting import Sighting
from rat_tracker.ros.stamp_matcher import Pair


def place_by_size(sighting: Sighting, settings: Settings) -> Position:
    """Return the place of a target of the size that the parameters state.

    :raises ValueError: the box does not tell; the message says why
    """
    return position_by_size(
        sighting.model, sighting.box, settings.target_height, settings.target_width,
        settings.box_deviation)


def place_by_depth(pair: Pair[Sighting, ImageMessage], settings: Settings) -> Position:
    """Return the place of the target at the depth of its time.

    :raises ValueError: there is none, or it does not tell; the message says why
    """
    sighting, message = pair.sighting, pair.depth
    if message is None:
        raise ValueError(
            f"the nearest depth image is {pair.gap:.3g} s from the image's stamp, and "
            f'depth_tolerance is {settings.depth_tolerance:g} s; raise it, or let the camera '
            'stamp both by one clock')
    values, unit = depth_values(message)
    box = registered_box(sighting.box, sighting.image_size, sighting.header.frame_id, message)
    distance = distance_in(values, box, unit)
    return position_at(
        sighting.model, sighting.box, distance.z,
        depth_deviation(distance.z, distance.spread), settings.box_deviation)
