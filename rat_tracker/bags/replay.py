"""Which images are worked on: every one, or the newest at the time, by their stamps."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from itertools import chain
import time

from rat_tracker.bags.recorded import Recorded
from rat_tracker.stamps import NANOSECONDS

_NAP = 0.1  # seconds of sleep at a time, so that whoever wants to stop need not wait


class ReplayClock:
    """When each image comes, in seconds after the first one.

    Where the first image has no stamp, the times of recording count. Stamps that jump back, as in
    a recording of a clip that is played in a loop, count from there on.
    """

    def __init__(self, first: Recorded) -> None:
        self._by_stamp = first.stamp != 0
        self._latest = first.stamp or first.time
        self._due = 0

    def due(self, image: Recorded) -> float:
        """Return when the next image comes, seconds after the first one."""
        now = image.stamp if self._by_stamp else image.time
        if now:  # else with the one before
            self._due += max(now - self._latest, 0)
            self._latest = now
        return self._due / NANOSECONDS


def every(first: Recorded, others: Iterator[Recorded]) -> Iterator[tuple[Recorded, bool]]:
    """Yield each image as soon as it is asked for; none is overtaken."""
    return ((image, False) for image in chain([first], others))


def newest(
    first: Recorded, others: Iterator[Recorded], stopped: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep,
) -> Iterator[tuple[Recorded, bool]]:
    """Yield each image when its time has come, and whether the next one has overtaken it.

    The first one is never overtaken: the box was drawn on it. Time runs from when the second one
    is asked for.

    :param stopped: ends the waiting
    """
    yield first, False
    replay, begin = ReplayClock(first), clock()
    current = next(others, None)
    due = 0.0 if current is None else replay.due(current)
    while current is not None:
        while (left := begin + due - clock()) > 0 and not stopped():
            sleep(min(left, _NAP))
        following = next(others, None)
        due = due if following is None else replay.due(following)
        yield current, following is not None and begin + due <= clock()
        current = following
