"""The worker without ROS: order of requests, the newest image, what is counted."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from queue import Queue
from threading import Event
from typing import Any

import numpy as np
import pytest

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.pipeline.frame import Frame
from rat_tracker.pipeline.inbox import Clear
from rat_tracker.pipeline.inbox import Inbox
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.pipeline.selection import Selection
from rat_tracker.pipeline.statistics import Statistics
from rat_tracker.pipeline.worker import Worker
from rat_tracker.target import State
from rat_tracker.tracker import Attention
from rat_tracker.tracker import Tracker
from rat_tracker.tracker import TrackResult

PATIENCE = 10.0  # seconds
IMAGE: Image = np.zeros((60, 80, 3), np.uint8)
BOX = Box(10, 10, 20, 20)


class Owner:
    """A node whose tracker works on an image when the test says so; also the tracker itself."""

    engine = 'none (no model)'
    memory_bytes = 0

    def __init__(self) -> None:
        self.results: Queue[TrackingResult] = Queue()
        self.failures: Queue[str] = Queue()
        self.given_up: Queue[tuple[str, str]] = Queue()
        self.begun: Queue[None] = Queue()  # one for each image that is being worked on
        self.inits: Queue[None] = Queue()  # one for each target that is being begun
        self.go = Event()                  # set: work without waiting
        self.error: Exception | None = None
        self.go.set()

    def create_tracker(self) -> Tracker:
        return self

    def init(self, image: Image, box: Box) -> None:
        self.inits.put(None)
        assert self.go.wait(PATIENCE)
        box.require_inside(image.shape[1], image.shape[0])

    def track(self, image: Image) -> TrackResult:
        self.begun.put(None)
        assert self.go.wait(PATIENCE)
        if self.error is not None:
            raise self.error
        return TrackResult(BOX, 0.9, Attention(np.ones((2, 2), np.float32), BOX), {})

    def decode(self, message: Any) -> Image:
        return IMAGE

    def publish(self, result: TrackingResult, processing: float) -> None:
        self.results.put(result)

    def report_invalid(self, frame: Frame, reason: str) -> None:
        raise AssertionError(reason)

    def report_given_up(self, name: str, reason: str) -> None:
        self.given_up.put((name, reason))

    def report_failure(self, reason: str, error: Exception) -> None:
        self.failures.put(reason)


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def inbox(owner: Owner) -> Iterator[Inbox]:
    """Return the inbox of a worker that has loaded its model."""
    inbox = Inbox(2.0, 10**9)
    worker = Worker(inbox, owner)
    worker.start()
    owner.begun.get(timeout=PATIENCE)  # the warm-up
    yield inbox
    owner.go.set()
    worker.stop()


def frame(sequence: int) -> Frame:
    return Frame(sequence, sequence * 33_333_333, None, IMAGE.nbytes)


def select(sequence: int, name: str = '1') -> Selection:
    return Selection(name, frame(sequence), IMAGE, BOX)


@pytest.fixture
def result(owner: Owner) -> Callable[[], TrackingResult]:
    return lambda: owner.results.get(timeout=PATIENCE)


def test_images_that_come_while_it_works_are_passed_over_for_the_newest(
    owner: Owner, inbox: Inbox, result: Callable[[], TrackingResult],
) -> None:
    inbox.push_request(select(1))
    assert result().frame.sequence == 1
    owner.go.clear()
    inbox.push_frame(frame(2))
    owner.begun.get(timeout=PATIENCE)
    for sequence in range(3, 9):
        inbox.push_frame(frame(sequence))
    owner.go.set()
    assert [result().frame.sequence, result().frame.sequence] == [2, 8]


def test_nothing_tells_of_a_target_after_it_was_given_up(
    owner: Owner, inbox: Inbox, result: Callable[[], TrackingResult],
) -> None:
    inbox.push_request(select(1))
    assert result().state == State.TRACKING
    owner.go.clear()
    inbox.push_frame(frame(2))
    owner.begun.get(timeout=PATIENCE)
    inbox.push_request(Clear('enough'))  # in the midst of the work on image 2
    owner.go.set()
    given_up = result()
    assert (given_up.state, given_up.id, given_up.reason) == (State.SEARCHING, '', 'enough')
    assert owner.given_up.get(timeout=PATIENCE) == ('1', 'enough')


def test_nothing_tells_of_a_target_that_was_given_up_while_it_was_begun(
    owner: Owner, inbox: Inbox, result: Callable[[], TrackingResult],
) -> None:
    inbox.push_frame(frame(1))
    assert result().id == ''
    owner.inits.get(timeout=PATIENCE)  # of the warm-up
    owner.go.clear()
    inbox.push_request(select(1))
    owner.inits.get(timeout=PATIENCE)
    inbox.push_request(Clear('enough'))
    owner.go.set()
    given_up = result()
    assert (given_up.id, given_up.reason) == ('', 'enough')


def test_a_target_that_cannot_be_begun_is_given_up(owner: Owner, inbox: Inbox) -> None:
    beyond = Selection('1', frame(1), IMAGE, Box(500, 10, 20, 20))
    inbox.push_request(beyond)
    name, reason = owner.given_up.get(timeout=PATIENCE)
    assert name == '1'
    assert 'outside the 80x60 image' in reason


def test_a_later_selection_makes_one_that_waits_void(
    owner: Owner, inbox: Inbox, result: Callable[[], TrackingResult],
) -> None:
    inbox.push_request(select(1, 'first'))
    result()
    owner.go.clear()
    inbox.push_frame(frame(2))
    owner.begun.get(timeout=PATIENCE)
    inbox.push_request(select(2, 'second'))
    inbox.push_request(select(2, 'third'))
    owner.go.set()
    assert [result().id, result().id] == ['first', 'third']


def test_an_error_of_the_tracker_ends_the_target_and_not_the_worker(
    owner: Owner, inbox: Inbox, result: Callable[[], TrackingResult],
) -> None:
    inbox.push_request(select(1))
    result()
    owner.error = RuntimeError('out of memory')
    inbox.push_frame(frame(2))
    assert 'out of memory' in owner.failures.get(timeout=PATIENCE)
    owner.error = None
    inbox.push_frame(frame(3))
    after = result()
    assert (after.state, after.id) == (State.SEARCHING, '')
    assert 'out of memory' in after.reason
    assert owner.given_up.get(timeout=PATIENCE) == ('1', after.reason)
    inbox.push_request(select(3, 'again'))
    assert result().id == 'again'


def test_every_image_is_answered_dropped_or_invalid() -> None:
    statistics = Statistics(clock=lambda: 0.0)
    numbers = [statistics.received(0.01) for _ in range(10)]
    assert numbers == list(range(1, 11))
    statistics.processed(3, 0.02, 0.03)   # 1 and 2 were passed over
    statistics.processed(3, 0.02, 0.03)   # once more, after a selection
    statistics.invalid(5, 'bad')         # and 4
    statistics.processed(10, 0.02, 0.03)  # and 6 to 9
    counted = statistics.snapshot()
    assert (counted.received, counted.tracked, counted.dropped, counted.invalid) == (10, 2, 7, 1)
    assert counted.invalid_streak == 0
    assert counted.last_error == 'bad'


def test_latencies_are_those_of_the_last_seconds() -> None:
    now = 0.0
    statistics = Statistics(clock=lambda: now)
    for number in range(1, 101):
        now = number / 30
        statistics.received(number / 1000)
    latency = statistics.snapshot().input_latency
    assert (latency.p50, latency.p99) == (0.050, 0.099)
    now = 100.0
    assert np.isnan(statistics.snapshot().input_latency.p50)
