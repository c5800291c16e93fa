"""Playing by the stamps: which images give way, by a clock that the test turns."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support_bags import image_message
from support_trackers import BLACK

from rat_tracker.bags.recorded import Recorded
from rat_tracker.bags.replay import newest

SECOND = 10**9


class Clock:
    """Stands still but for who sleeps or works."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds
        self.slept += seconds


def images(stamps: list[float], times: list[float] | None = None) -> list[Recorded]:
    """Return images of these stamps and times of recording, in seconds; a stamp of 0 is none."""
    return [Recorded(round((time or 0.0) * SECOND), image_message(BLACK, round(stamp * SECOND)))
            for stamp, time in zip(stamps, times or [stamp + 0.01 for stamp in stamps],
                                   strict=True)]


def played(
    recorded: list[Recorded], work: float, stopped: Iterator[bool] | None = None,
) -> tuple[list[bool], Clock]:
    """Work so many seconds on each image that is not overtaken; return who was."""
    clock, overtaken = Clock(), []
    for _, late in newest(
            recorded[0], iter(recorded[1:]),
            lambda: False if stopped is None else next(stopped), clock, clock.sleep):
        overtaken.append(late)
        clock.now += 0.0 if late else work
    return overtaken, clock


def test_whoever_is_fast_enough_sees_every_image_at_its_time() -> None:
    overtaken, clock = played(images([5, 5.1, 5.2, 5.3]), 0.05)

    assert overtaken == [False] * 4
    assert clock.now == pytest.approx(100.05 + 0.3 + 0.05)


def test_images_that_come_during_the_work_give_way_to_the_newest() -> None:
    overtaken, _ = played(images([5 + index / 10 for index in range(10)]), 0.23)

    # Time runs from the end of the work on the first: 0.1 to 0.33 s, on to 0.56 s, 0.79 s ...
    assert overtaken == [False, False, True, False, True, False, True, False, True, False]


def test_without_stamps_the_times_of_recording_set_the_pace() -> None:
    overtaken, clock = played(images([0, 0, 0], [7, 7.5, 8.5]), 0.1)

    assert overtaken == [False] * 3
    assert clock.slept == pytest.approx(0.5 + 0.9)


def test_an_image_without_a_stamp_among_others_comes_with_the_one_before() -> None:
    overtaken, clock = played(images([5, 5.2, 0, 5.4], [5, 5.2, 5.3, 5.4]), 0.0)

    assert overtaken == [False, True, False, False]
    assert clock.slept == pytest.approx(0.4)


def test_stamps_that_jump_back_count_from_there() -> None:
    overtaken, clock = played(images([50, 50.5, 10, 10.5]), 0.1)

    assert overtaken == [False, True, False, False]
    assert clock.slept == pytest.approx(0.5 + 0.4)


def test_who_stops_it_need_not_wait_for_the_next_image() -> None:
    overtaken, clock = played(images([5, 3600]), 0.1, iter([False, False, True, True, True]))

    assert len(overtaken) == 2
    assert clock.slept < 1
