"""What positions are made from; the defaults are the node's."""

from __future__ import annotations

from dataclasses import dataclass

from rat_tracker.parameters import require_ranges

GEOMETRIES = ('auto', 'raw', 'rectified')  # what images are; auto: their topic's name tells
SOURCES = ('bearing', 'depth', 'size')


@dataclass(frozen=True, slots=True)
class PositionParameters:
    """One moment's values."""

    source: str = 'bearing'        # of the distance; bearing: there is none, only a direction
    depth_tolerance: float = 0.05  # seconds, from an image's stamp to its depth image's
    target_height: float = 0.0     # metres; 0 where it is not known
    target_width: float = 0.0      # likewise
    box_deviation: float = 0.1     # of the box's edges, as a share of its sides (docs/position.md)

    def __post_init__(self) -> None:
        require_ranges(self, depth_tolerance=(0, 1), target_height=(0, 100),
                       target_width=(0, 100), box_deviation=(0, 1))
        if self.source == 'size' and not (self.target_height or self.target_width):
            raise ValueError('source is size, which needs target_height or target_width in '
                             'metres')
