"""Pictures never hold the results up: drawn in their own thread, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
import threading

import numpy as np
import pytest
from sensor_msgs.msg import Image

from rat_tracker.geometry import Box
from rat_tracker.pipeline.frame import Frame
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.ros.tracker.pictures import Pictures
from rat_tracker.target import State
from rat_tracker.target import TargetEstimate

PATIENCE = 20.0  # seconds


@dataclass
class SlowPublisher:
    """Sends a picture as soon as ``gate`` is open; notes the stamps of what it sent."""

    subscribers: int = 1
    fault: Exception | None = None
    sent: list[int] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    done: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def get_subscription_count(self) -> int:
        return self.subscribers

    def publish(self, message: Image) -> None:
        self.begun.release()
        assert self.gate.wait(PATIENCE)
        fault = self.fault  # the test goes on, and changes it, from the release
        if fault is not None:
            self.done.release()
            raise fault
        self.sent.append(message.header.stamp.sec)
        self.done.release()


def result(number: int) -> TrackingResult:
    message = Image()
    message.header.stamp.sec = number
    return TrackingResult(
        Frame(number, number, message, 0), np.zeros((48, 64, 3), np.uint8),
        TargetEstimate(State.TRACKING, Box(10, 10, 20, 20), 0.9, None, 'score 0.90', {}))


@pytest.fixture
def overlay() -> SlowPublisher:
    return SlowPublisher()


@pytest.fixture
def faults() -> list[Exception]:
    return []


@pytest.fixture
def pictures(overlay: SlowPublisher, faults: list[Exception]) -> Iterator[Pictures]:
    made = Pictures(SlowPublisher(subscribers=0), overlay, faults.append)
    yield made
    overlay.gate.set()
    made.close()


def test_results_go_on_while_a_picture_is_being_sent_and_the_newest_is_next(
    pictures: Pictures, overlay: SlowPublisher,
) -> None:
    pictures.publish(result(1))
    assert overlay.begun.acquire(timeout=PATIENCE)
    for number in (2, 3, 4):
        pictures.publish(result(number))  # returns although the first picture is stuck

    overlay.gate.set()

    for _ in range(2):
        assert overlay.done.acquire(timeout=PATIENCE)
    assert overlay.sent == [1, 4]


def test_nothing_is_drawn_for_nobody(pictures: Pictures, overlay: SlowPublisher) -> None:
    overlay.gate.set()
    overlay.subscribers = 0
    pictures.publish(result(1))
    overlay.subscribers = 1
    pictures.publish(result(2))

    assert overlay.done.acquire(timeout=PATIENCE)
    assert overlay.sent == [2]


def test_after_stop_nothing_more_is_sent(pictures: Pictures, overlay: SlowPublisher) -> None:
    pictures.publish(result(1))
    assert overlay.begun.acquire(timeout=PATIENCE)
    pictures.publish(result(2))
    stopping = threading.Thread(target=pictures.stop)
    stopping.start()
    overlay.gate.set()
    stopping.join(PATIENCE)
    assert not stopping.is_alive()
    sent = list(overlay.sent)
    assert sent in ([1], [1, 2])  # stop may have come after the second was begun

    pictures.publish(result(3))

    while 3 not in overlay.sent:
        assert overlay.done.acquire(timeout=PATIENCE)
    assert overlay.sent == [*sent, 3]


def test_picture_that_fails_is_reported_and_the_next_one_comes(
    pictures: Pictures, overlay: SlowPublisher, faults: list[Exception],
) -> None:
    overlay.gate.set()
    overlay.fault = RuntimeError('no memory')
    pictures.publish(result(1))
    assert overlay.done.acquire(timeout=PATIENCE)
    overlay.fault = None
    pictures.publish(result(2))

    assert overlay.done.acquire(timeout=PATIENCE)
    assert overlay.sent == [2]
    assert [str(fault) for fault in faults] == ['no memory']
