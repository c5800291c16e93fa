"""The walk of a simulated person: the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
import math


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A place to walk to in a straight line, in m, at a speed in m/s, and to stand at for s."""

    x: float
    y: float
    pause: float = 0.0
    speed: float = 0.4


class Walker:
    """Say where a person is who walks from place to place, and from the last to the first."""

    def __init__(self, waypoints: Sequence[Waypoint]) -> None:
        """Plan the walk.

        :raises ValueError: there are less than two places
        """
        if len(waypoints) < 2:
            raise ValueError('a walk needs two places at least')
        # The moment of every departure and arrival, and the place at that moment.
        self._times: list[float] = []
        self._places: list[tuple[float, float]] = []
        time = 0.0
        for here, following in pairwise([*waypoints, waypoints[0]]):
            length = math.dist((here.x, here.y), (following.x, following.y))
            for moment in (time, time + here.pause):
                self._times.append(moment)
                self._places.append((here.x, here.y))
            time += here.pause + length / following.speed
        self.round = time  # s after which it is at the first place again

    def position(self, time: float) -> tuple[float, float]:
        """Return where the person is at a time, in s since the begin."""
        time = max(time, 0.0) % self.round
        times, places = [*self._times, self.round], [*self._places, self._places[0]]
        index = max(i for i, moment in enumerate(times[:-1]) if moment <= time)
        span = times[index + 1] - times[index]
        part = (time - times[index]) / span if span else 0.0
        (x, y), (next_x, next_y) = places[index], places[index + 1]
        return x + part * (next_x - x), y + part * (next_y - y)
