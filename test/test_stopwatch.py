"""Stages are measured one after another, without what others did in between."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from rat_tracker import stopwatch as module
from rat_tracker.stopwatch import Stopwatch


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Let a second pass between any two looks at the clock."""
    ticks = count()
    monkeypatch.setattr(module, 'perf_counter', lambda: float(next(ticks)))
    return ticks


def test_stages_follow_each_other() -> None:
    watch = Stopwatch()
    watch.lap('first')
    watch.lap('second')

    assert watch.laps == {'first': 1.0, 'second': 1.0}


def test_time_before_the_watch_is_resumed_is_in_no_stage(clock: Iterator[int]) -> None:
    watch = Stopwatch()
    watch.lap('first')
    next(clock)
    watch.resume()
    watch.lap('second')

    assert watch.laps == {'first': 1.0, 'second': 1.0}
