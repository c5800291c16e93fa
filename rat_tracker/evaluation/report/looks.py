"""How a tracker looks in every plot: the same colour, line and marker everywhere.

The colours are Okabe and Ito's ("Color Universal Design", 2008), which people with any common
colour blindness tell apart; their yellow is left out, it is hardly seen on white. Lines and
markers differ as well, for those who see or print no colour.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

COLORS = (
    '#0072b2',  # blue
    '#d55e00',  # vermilion
    '#009e73',  # bluish green
    '#cc79a7',  # reddish purple
    '#000000',  # black
    '#e69f00',  # orange
    '#56b4e9',  # sky blue
)
_DASHES: tuple[tuple[float, ...], ...] = ((), (5, 1.5), (1, 1.2), (5, 1.5, 1, 1.5))
_MARKERS = ('o', 's', '^', 'D', 'v', 'P', 'X', '*', '<', '>', 'p')


@dataclass(frozen=True, slots=True)
class Look:
    """A tracker's colour, line and marker.

    :param dashes: lengths of strokes and gaps in turn, in widths of the line; empty: a whole line
    :param marker: matplotlib's name of it
    """

    color: str
    dashes: tuple[float, ...]
    marker: str


def looks(trackers: Iterable[str]) -> dict[str, Look]:
    """Give each tracker its look; 28 pairs of colour and line come before one is used again."""
    return {
        tracker: Look(COLORS[place % len(COLORS)], _DASHES[place % len(_DASHES)],
                      _MARKERS[place % len(_MARKERS)])
        for place, tracker in enumerate(trackers)}
