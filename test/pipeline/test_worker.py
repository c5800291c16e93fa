"""The worker without ROS: order of requests, the newest image, what is counted."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from queue import Queue
from threading import Event
from types import SimpleNamespace

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
from rat_tracker.pipeline.worker import Callbacks
from rat_tracker.pipeline.worker import Worker
from rat_tracker.target import State
from rat_tracker.target import TargetParameters
from rat_tracker.tracker import Attention
from rat_tracker.tracker import TrackResult

PATIENCE = 10.0  # seconds
IMAGE: Image = np.zeros((60, 80, 3), np.uint8)
BOX = Box(10, 10, 20, 20)


class SlowTracker:
    """A tracker that works on an image when the test says so, and whom the worker tells."""

    def __init__(self) -> None:
        self.results: Queue[TrackingResult] = Queue()
        self.failures: Queue[str] = Queue()
        self.invalid: Queue[tuple[int, str]] = Queue()
        self.given_up: Queue[tuple[str, str]] = Queue()
        self.begun: Queue[None] = Queue()  # one for each image that is being worked on
        self.inits: Queue[None] = Queue()  # one for each target that is being begun
        self.go = Event()                  # set: work without waiting
        self.error: Exception | None = None
        self.go.set()

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

    def callbacks(self) -> Callbacks:
        return Callbacks(
            on_result=lambda result, seconds: self.results.put(result),
            on_invalid_image=lambda frame, reason: self.invalid.put((frame.sequence, reason)),
            on_target_end=lambda name, reason: self.given_up.put((name, reason)),
            on_failure=lambda reason, error: self.failures.put(reason))


@pytest.fixture
def tracker() -> SlowTracker:
    return SlowTracker()


@pytest.fixture
def inbox(tracker: SlowTracker) -> Iterator[Inbox]:
    """Return the inbox of a worker that has loaded its model."""
    inbox = Inbox(2.0, 10**9)
    worker = Worker(inbox, lambda: tracker, tracker.callbacks(), TargetParameters())
    worker.start()
    tracker.begun.get(timeout=PATIENCE)  # the warm-up
    yield inbox
    tracker.go.set()
    worker.stop()


def frame(sequence: int) -> Frame:
    message = SimpleNamespace(
        encoding='bgr8', width=80, height=60, step=240, is_bigendian=0, data=IMAGE.tobytes())
    return Frame(sequence, sequence * 33_333_333, message, IMAGE.nbytes)


def select(sequence: int, name: str = '1') -> Selection:
    return Selection(name, frame(sequence), IMAGE, BOX)


@pytest.fixture
def result(tracker: SlowTracker) -> Callable[[], TrackingResult]:
    return lambda: tracker.results.get(timeout=PATIENCE)


def test_images_that_come_while_it_works_are_passed_over_for_the_newest(
    tracker: SlowTracker, inbox: Inbox, result: Callable[[], TrackingResult],
) -> None:
    inbox.push_request(select(1))
    assert result().frame.sequence == 1
    tracker.go.clear()
    inbox.push_frame(frame(2))
    tracker.begun.get(timeout=PATIENCE)
    for sequence in range(3, 9):
        inbox.push_frame(frame(sequence))
    tracker.go.set()
    assert [result().frame.sequence, result().frame.sequence] == [2, 8]


def test_nothing_tells_of_a_target_after_it_was_given_up(
    tracker: SlowTracker, inbox: Inbox, result: Callable[[], TrackingResult],
) -> None:
    inbox.push_request(select(1))
    assert result().estimate.state == State.TRACKING
    tracker.go.clear()
    inbox.push_frame(frame(2))
    tracker.begun.get(timeout=PATIENCE)
    inbox.push_request(Clear('enough'))  # in the midst of the work on image 2
    tracker.go.set()
    given_up = result()
    assert given_up.selection is None
    assert (given_up.estimate.state, given_up.estimate.reason) == (State.SEARCHING, 'enough')
    assert tracker.given_up.get(timeout=PATIENCE) == ('1', 'enough')


def test_nothing_tells_of_a_target_that_was_given_up_while_it_was_begun(
    tracker: SlowTracker, inbox: Inbox, result: Callable[[], TrackingResult],
) -> None:
    inbox.push_frame(frame(1))
    assert result().id == ''
    tracker.inits.get(timeout=PATIENCE)  # of the warm-up
    tracker.go.clear()
    inbox.push_request(select(1))
    tracker.inits.get(timeout=PATIENCE)
    inbox.push_request(Clear('enough'))
    tracker.go.set()
    given_up = result()
    assert (given_up.id, given_up.estimate.reason) == ('', 'enough')


def test_a_target_that_cannot_be_begun_is_given_up(tracker: SlowTracker, inbox: Inbox) -> None:
    beyond = Selection('1', frame(1), IMAGE, Box(500, 10, 20, 20))
    inbox.push_request(beyond)
    name, reason = tracker.given_up.get(timeout=PATIENCE)
    assert name == '1'
    assert 'outside the 80x60 image' in reason


def test_a_later_selection_makes_one_that_waits_void(
    tracker: SlowTracker, inbox: Inbox, result: Callable[[], TrackingResult],
) -> None:
    inbox.push_request(select(1, 'first'))
    result()
    tracker.go.clear()
    inbox.push_frame(frame(2))
    tracker.begun.get(timeout=PATIENCE)
    inbox.push_request(select(2, 'second'))
    inbox.push_request(select(2, 'third'))
    tracker.go.set()
    assert [result().id, result().id] == ['first', 'third']


def test_an_error_of_the_tracker_ends_the_target_and_not_the_worker(
    tracker: SlowTracker, inbox: Inbox, result: Callable[[], TrackingResult],
) -> None:
    inbox.push_request(select(1))
    result()
    tracker.error = RuntimeError('out of memory')
    inbox.push_frame(frame(2))
    assert 'out of memory' in tracker.failures.get(timeout=PATIENCE)
    tracker.error = None
    inbox.push_frame(frame(3))
    after = result()
    assert (after.estimate.state, after.id) == (State.SEARCHING, '')
    assert 'out of memory' in after.estimate.reason
    assert tracker.given_up.get(timeout=PATIENCE) == ('1', after.estimate.reason)
    inbox.push_request(select(3, 'again'))
    assert result().id == 'again'


def test_an_image_that_cannot_be_decoded_is_reported_and_the_next_one_tracked(
    tracker: SlowTracker, inbox: Inbox, result: Callable[[], TrackingResult],
) -> None:
    broken = frame(1)
    broken.message.data = broken.message.data[:-1]
    inbox.push_frame(broken)
    sequence, reason = tracker.invalid.get(timeout=PATIENCE)
    assert sequence == 1
    assert 'needs 14400 bytes and has 14399' in reason
    inbox.push_frame(frame(2))
    assert result().frame.sequence == 2


def test_every_image_is_tracked_dropped_or_invalid() -> None:
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
