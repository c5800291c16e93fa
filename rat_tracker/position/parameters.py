"""What positions are made from; the defaults are the node's."""

from __future__ import annotations

from dataclasses import dataclass

from rat_tracker.parameters import parameter
from rat_tracker.parameters import require_ranges

GEOMETRIES = ('auto', 'raw', 'rectified')  # what images are; auto: their topic's name tells
SOURCES = ('bearing', 'depth', 'size')


@dataclass(frozen=True, slots=True)
class PositionParameters:
    """What the distance is taken from, and how uncertain boxes are."""

    source: str = parameter(
        'bearing', "Where the target's distance comes from: bearing, from nowhere, only the "
        'bearing is published; depth, from registered depth images on depth/image_raw; size, from '
        'target_height or target_width.', choices=SOURCES)
    depth_tolerance: float = parameter(
        0.05, 'The furthest that the stamps of an image and its depth image may lie apart, in '
        'seconds.', between=(0.0, 1.0))
    target_height: float = parameter(
        0.0, "The target's height in metres; 0 where it is not known.", between=(0.0, 100.0))
    target_width: float = parameter(
        0.0, "The target's width in metres; 0 where it is not known. It counts where the height "
        'is not known or not wholly in the image.', between=(0.0, 100.0))
    box_deviation: float = parameter(
        0.1, "The standard deviation of the box's edges, as a share of the box's sides; the "
        'covariance of the pose rests on it.', between=(0.0, 1.0))

    def __post_init__(self) -> None:
        require_ranges(self)
        if self.source == 'size' and not (self.target_height or self.target_width):
            raise ValueError('source is size, which needs target_height or target_width in '
                             'metres')
