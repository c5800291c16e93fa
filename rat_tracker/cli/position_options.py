"""What of a bag tells where the target is, as options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import click

from rat_tracker.cli.refusal import Refusal
from rat_tracker.position.parameters import GEOMETRIES
from rat_tracker.position.parameters import PositionParameters

_DEFAULT = PositionParameters()
_OPTIONS = (
    click.option('--camera-info', metavar='NAME',
                 help='The calibration of the images, of sensor_msgs/CameraInfo.  [default: '
                 'camera_info beside them]'),
    click.option('--image-geometry', type=click.Choice(GEOMETRIES), default=GEOMETRIES[0],
                 show_default=True, help="Whether the lens's distortion is in the images (raw) "
                 "or was taken out of them (rectified); auto tells by the topic's name."),
    click.option('--depth', metavar='NAME',
                 help='Write poses, too, from these depth images, of sensor_msgs/Image or '
                 'CompressedImage: 16UC1 or 32FC1, registered to the images.'),
    click.option('--depth-tolerance', type=float, default=_DEFAULT.depth_tolerance,
                 show_default=True, metavar='SECONDS',
                 help=next(item.metadata['description'] for item in fields(PositionParameters)
                           if item.name == 'depth_tolerance')),
    click.option('--target-height', type=float, metavar='METRES',
                 help='Write poses, too, from the height of the target: the box has to hold all '
                 'of it.'),
    click.option('--target-width', type=float, metavar='METRES',
                 help='Likewise from its width, where the height is not known or not wholly in '
                 'the image.'),
)


def position_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def position_parameters(
    depth: str | None, tolerance: float, height: float | None, width: float | None,
) -> PositionParameters:
    """Return what positions are made from.

    :raises ValueError: a number is out of its range
    """
    by_size = height is not None or width is not None
    if depth is not None and by_size:
        raise Refusal('--depth and --target-height or --target-width both tell the distance; '
                      'give one of them')
    if by_size and not (height or width):
        name = '--target-height' if height is not None else '--target-width'
        raise Refusal(f'{name} is 0; write the metres that the target measures, or leave it out')
    return PositionParameters(
        'depth' if depth is not None else 'size' if by_size else 'bearing',
        depth_tolerance=tolerance, target_height=height or 0.0, target_width=width or 0.0)
