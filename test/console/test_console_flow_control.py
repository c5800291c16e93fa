"""The slowest page that keeps up sets the rate; a frozen one costs nothing. Time is ours here."""

from __future__ import annotations

import pytest

from rat_tracker.console.flow_control import EXPIRED_AFTER
from rat_tracker.console.flow_control import FlowControl
from rat_tracker.console.flow_control import FROZEN_AFTER
from rat_tracker.console.requests import ViewerState

LIMIT = 10.0  # pictures a second
STEP = 1 / LIMIT


class Pages:
    """Pages that show what they are sent after a time of their own."""

    def __init__(self, **seconds_to_show: float) -> None:
        self.flow: FlowControl[str] = FlowControl(LIMIT)
        self.taken: list[float] = []
        self.shown: dict[str, int] = dict.fromkeys(seconds_to_show, 0)
        self._slowness = seconds_to_show
        self._in_flight: dict[str, tuple[float, int]] = {}
        for name in seconds_to_show:
            self.flow.update(name, ViewerState())

    def run(self, seconds: float) -> None:
        """Let time go by in steps of a millisecond; a picture is there whenever one is due."""
        for now in (step / 1000 for step in range(round(seconds * 1000))):
            for name, (when, number) in list(self._in_flight.items()):
                if now >= when:
                    del self._in_flight[name]
                    self.shown[name] += 1
                    self.flow.update(name, ViewerState(shown=number))
            if self.flow.delay(now) == 0:
                self.taken.append(now)
                self.flow.requested(now)
                for name in self.flow.ready():
                    self.flow.sent(name, len(self.taken), now)
                    self._in_flight[name] = now + self._slowness[name], len(self.taken)


def test_nothing_is_due_without_a_page() -> None:
    flow: FlowControl[str] = FlowControl(LIMIT)
    assert flow.delay(0.0) is None
    assert not flow.pictures_wanted()

    flow.update('hidden', ViewerState(pictures=False, attention=True))

    assert flow.delay(0.0) is None
    assert not flow.pictures_wanted()
    assert not flow.attention_wanted()


def test_first_picture_is_due_at_once() -> None:
    flow: FlowControl[str] = FlowControl(LIMIT)
    flow.update('page', ViewerState())
    assert flow.delay(5.0) == 0


def test_fast_pages_get_as_many_as_are_allowed() -> None:
    pages = Pages(one=0.001, two=0.002)
    pages.run(10)
    assert len(pages.taken) == pytest.approx(10 * LIMIT, rel=0.03)


def test_slowest_page_sets_the_pace() -> None:
    pages = Pages(fast=0.001, slow=0.5)
    pages.run(10)
    assert len(pages.taken) == pytest.approx(20, abs=1)
    assert pages.shown['fast'] == pytest.approx(pages.shown['slow'], abs=1)


def test_frozen_page_is_not_waited_for_and_gets_nothing_more() -> None:
    pages = Pages(fast=0.001, frozen=1e9)
    pages.run(10)
    others = [now for now in pages.taken if now > FROZEN_AFTER]
    assert len(others) == pytest.approx((10 - FROZEN_AFTER) * LIMIT, rel=0.03)
    assert pages.shown['frozen'] == 0


def test_page_slower_than_that_does_not_stop_the_others() -> None:
    pages = Pages(fast=0.001, slow=3.0)
    pages.run(30)
    # Of every three seconds the others wait for one.
    assert pages.shown['fast'] > 30 * LIMIT * 0.6
    assert pages.shown['slow'] == pytest.approx(10, abs=2)


def test_frozen_page_that_wakes_up_gets_the_next_picture() -> None:
    flow: FlowControl[str] = FlowControl(LIMIT)
    flow.update('page', ViewerState())
    flow.requested(0.0)
    flow.sent('page', 1, 0.0)

    assert flow.is_responsive('page', 0.5)
    assert not flow.is_responsive('page', FROZEN_AFTER + 0.1)
    assert flow.delay(5.0) is None
    flow.update('page', ViewerState(shown=1))

    assert flow.is_responsive('page', 5.0)
    assert flow.delay(5.0) == 0


def test_page_that_stays_frozen_is_expired() -> None:
    flow: FlowControl[str] = FlowControl(LIMIT)
    flow.update('page', ViewerState())
    flow.sent('page', 1, 0.0)

    assert flow.expired(EXPIRED_AFTER - 0.1) == []
    assert flow.expired(EXPIRED_AFTER) == ['page']


def test_hidden_page_is_never_expired() -> None:
    flow: FlowControl[str] = FlowControl(LIMIT)
    flow.update('page', ViewerState())
    flow.sent('page', 1, 0.0)
    flow.update('page', ViewerState(shown=0, pictures=False))

    assert flow.expired(100 * EXPIRED_AFTER) == []


def test_hidden_page_that_comes_back_gets_a_picture_whatever_it_missed() -> None:
    flow: FlowControl[str] = FlowControl(LIMIT)
    flow.update('page', ViewerState())
    flow.sent('page', 1, 0.0)
    flow.update('page', ViewerState(shown=0, pictures=False))
    flow.update('page', ViewerState(shown=0))

    assert flow.expired(100 * EXPIRED_AFTER) == []
    assert flow.delay(100 * EXPIRED_AFTER) == 0


def test_hidden_page_that_comes_back_may_show_what_was_on_its_way() -> None:
    flow: FlowControl[str] = FlowControl(LIMIT)
    flow.update('page', ViewerState())
    flow.sent('page', 1, 0.0)
    flow.update('page', ViewerState(shown=0, pictures=False))
    flow.update('page', ViewerState(shown=0))
    flow.update('page', ViewerState(shown=1))

    assert flow.ready() == ['page']


def test_page_that_names_a_picture_it_was_not_sent_is_not_sent_another() -> None:
    flow: FlowControl[str] = FlowControl(LIMIT)
    flow.update('page', ViewerState())
    flow.sent('page', 7, 0.0)
    flow.update('page', ViewerState(shown=99))
    assert flow.ready() == []


def test_attention_is_wanted_while_one_page_wants_it() -> None:
    flow: FlowControl[str] = FlowControl(LIMIT)
    flow.update('plain', ViewerState())
    assert not flow.attention_wanted()
    flow.update('curious', ViewerState(attention=True))
    assert flow.attention_wanted()
    assert flow.attention_wanted('curious')
    assert not flow.attention_wanted('plain')
    flow.remove('curious')
    assert not flow.attention_wanted()
