"""The published designs, by name."""

from __future__ import annotations

from rat_tracker.engines import DEVICES
from rat_tracker.engines import ENGINES
from rat_tracker.tracker import Tracker
from rat_tracker.trackers.rat import RatTracker

_TRACKERS = {'rat': RatTracker}

TRACKERS = tuple(_TRACKERS)

__all__ = ['DEVICES', 'ENGINES', 'TRACKERS', 'create_tracker']


def create_tracker(name: str = 'rat', *, engine: str = 'auto', device: str = 'auto') -> Tracker:
    """Make a tracker with its default parameters; this loads and prepares its network.

    :param name: one of ``TRACKERS``
    :param engine: one of ``ENGINES``; ``auto`` takes the fastest that is installed
    :param device: one of ``DEVICES``
    :raises ValueError: a name that is unknown, or an engine or device that cannot run here
    :raises rat_tracker.weights.WeightsError: weights are missing or corrupt
    """
    if name not in _TRACKERS:
        raise ValueError(f'unknown tracker {name!r}; choose one of: {", ".join(TRACKERS)}')
    return _TRACKERS[name](engine=engine, device=device)
