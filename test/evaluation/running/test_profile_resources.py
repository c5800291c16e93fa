"""What a profile says of the processor's time and of memory is what was taken."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from ctypes import CDLL
from threading import Thread
from time import thread_time

import pytest
from support_profile import BegunTracker
from support_profile import measured
from support_trackers import BLACK

from rat_tracker.evaluation.clips.synthetic import back_and_forth
from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.evaluation.running.profile import Profile
from rat_tracker.evaluation.running.profile import WARM_UP_FRAMES
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import TrackResult

BOX = Box(1, 2, 10, 12)
CLIP = list(render(Scene(length=8)))
FRAMES = 600
FLAT = 4_000_000  # bytes
WORK = 0.02  # seconds of a processor


def work() -> None:
    began = thread_time()
    while thread_time() - began < WORK:
        pass


class Still(BegunTracker):
    """Never moves its box."""

    def __init__(self) -> None:
        super().__init__([], [])

    def track(self, image: Image) -> TrackResult:
        return TrackResult(BOX, 1.0, None, {'only': 0.0})


class Learning(Still):
    """Goes on working in a thread of its own when it has answered."""

    def track(self, image: Image) -> TrackResult:
        self.thread = Thread(target=work)
        self.thread.start()
        return super().track(image)


class Keeping(Still):
    """Keeps every image that it sees."""

    def track(self, image: Image) -> TrackResult:
        self.images.append(image)
        return super().track(image)


class Threaded(Still):
    """Works in a thread of its own."""

    def track(self, image: Image) -> TrackResult:
        thread = Thread(target=work)
        thread.start()
        thread.join()
        return super().track(image)


def follow_for_long(trackers: Sequence[BegunTracker]) -> Profile:
    return measured(trackers, back_and_forth(CLIP), BOX, FRAMES)


def grown(result: Profile) -> int:
    return result.resident.at_end - result.resident.after_warm_up


def test_memory_of_a_tracker_that_keeps_nothing_is_flat() -> None:
    assert grown(follow_for_long([Still()])) < FLAT


def test_memory_of_a_tracker_that_keeps_the_images_grows_by_them() -> None:
    # What earlier tests freed goes back to the system; images would be kept in that otherwise.
    CDLL('libc.so.6').malloc_trim(0)

    result = follow_for_long([Keeping()])

    # Some pages of the allocator's own are there already.
    assert grown(result) > 0.5 * FRAMES * CLIP[0].image.nbytes
    assert result.resident.peak >= result.resident.at_end


def test_processors_time_is_that_of_all_threads_while_tracking() -> None:
    assert measured([Threaded()], [BLACK] * 20, BOX, 10).cpu_seconds >= 1000 * WORK


def test_processors_time_after_the_result_is_counted() -> None:
    tracker = Learning()

    def images() -> Iterator[Image]:
        yield BLACK
        while True:
            yield BLACK
            tracker.thread.join()

    # What follows the last of ten answers is in no frame.
    assert measured([tracker], images(), BOX, 10).cpu_seconds >= 1000 * WORK * 0.8


def test_time_for_making_images_is_not_counted() -> None:
    def images() -> Iterator[Image]:
        while True:
            work()
            yield BLACK

    assert measured([Still()], images(), BOX, 10).cpu_seconds < 1000 * WORK / 4


def test_one_alone_sees_the_same_images() -> None:
    alone, others = Keeping(), [Keeping(), Keeping()]

    measured(others, [BLACK] * 20, BOX, 10, alone=alone)

    assert [len(tracker.images) for tracker in (alone, *others)] == [1 + WARM_UP_FRAMES + 10] * 3


class Changing(Still):
    """Has another engine in the middle of everything."""

    def track(self, image: Image) -> TrackResult:
        self.images.append(image)
        if len(self.images) == WARM_UP_FRAMES + 3:
            self.engine = 'a better one'
        return super().track(image)


def test_engine_that_is_replaced_while_it_is_measured_is_refused() -> None:
    with pytest.raises(ValueError, match='not one engine but script and a better one; build'):
        measured([Changing()], [BLACK] * 20, BOX, 10)


def test_clip_goes_back_and_forth_without_a_jump() -> None:
    played = back_and_forth(CLIP[:4])

    numbers = []
    for _ in range(9):
        image = next(played)
        numbers.append(next(number for number, frame in enumerate(CLIP)
                            if (frame.image == image).all()))
    assert numbers == [0, 1, 2, 3, 2, 1, 0, 1, 2]


def test_images_that_are_played_are_not_those_of_the_clip() -> None:
    next(back_and_forth(CLIP[:2]))[:] = 0

    assert CLIP[0].image.any()


def test_what_trackers_keep_is_added_up() -> None:
    trackers = [Still(), Still()]
    for tracker, size in zip(trackers, (5, 7), strict=True):
        tracker.memory_bytes = size

    assert measured(trackers, [BLACK] * 20, BOX, 10).kept_bytes == 12
