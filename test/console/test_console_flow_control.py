"""The slowest page that keeps up sets the pace; a frozen one costs nothing. Time is ours here."""

from __future__ import annotations

import pytest

from rat_tracker.console.flow_control import FlowControl
from rat_tracker.console.flow_control import LONG
from rat_tracker.console.flow_control import PATIENCE
from rat_tracker.console.requests import ViewerState

LIMIT = 10.0  # pictures a second
STEP = 1 / LIMIT


class Pages:
    """Pages that show what they are sent after a time of their own."""

    def __init__(self, **seconds_to_show: float) -> None:
        self.pace: FlowControl[str] = FlowControl(LIMIT)
        self.taken: list[float] = []
        self.shown: dict[str, int] = dict.fromkeys(seconds_to_show, 0)
        self._slowness = seconds_to_show
        self._coming: dict[str, tuple[float, int]] = {}
        for name in seconds_to_show:
            self.pace.look(name, ViewerState())

    def run(self, seconds: float) -> None:
        """Let time go by in steps of a millisecond; a picture is there whenever one is due."""
        for now in (step / 1000 for step in range(round(seconds * 1000))):
            for name, (when, number) in list(self._coming.items()):
                if now >= when:
                    del self._coming[name]
                    self.shown[name] += 1
                    self.pace.look(name, ViewerState(shown=number))
            if self.pace.delay(now) == 0:
                self.taken.append(now)
                self.pace.asked(now)
                for name in self.pace.ready():
                    self.pace.sent(name, len(self.taken), now)
                    self._coming[name] = now + self._slowness[name], len(self.taken)


def test_nothing_is_due_while_nobody_looks() -> None:
    pace: FlowControl[str] = FlowControl(LIMIT)
    assert pace.delay(0.0) is None
    assert not pace.anybody()

    pace.look('hidden', ViewerState(pictures=False, attention=True))

    assert pace.delay(0.0) is None
    assert not pace.anybody()
    assert not pace.attention()


def test_first_picture_is_due_at_once() -> None:
    pace: FlowControl[str] = FlowControl(LIMIT)
    pace.look('page', ViewerState())
    assert pace.delay(5.0) == 0


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
    others = [now for now in pages.taken if now > PATIENCE]
    assert len(others) == pytest.approx((10 - PATIENCE) * LIMIT, rel=0.03)
    assert pages.shown['frozen'] == 0


def test_page_slower_than_patience_does_not_stop_the_others() -> None:
    pages = Pages(fast=0.001, slow=3.0)
    pages.run(30)
    # Of every three seconds the others wait for one.
    assert pages.shown['fast'] > 30 * LIMIT * 0.6
    assert pages.shown['slow'] == pytest.approx(10, abs=2)


def test_frozen_page_that_wakes_up_gets_the_next_picture() -> None:
    pace: FlowControl[str] = FlowControl(LIMIT)
    pace.look('page', ViewerState())
    pace.asked(0.0)
    pace.sent('page', 1, 0.0)

    assert pace.is_awake('page', 0.5)
    assert not pace.is_awake('page', PATIENCE + 0.1)
    assert pace.delay(5.0) is None
    pace.look('page', ViewerState(shown=1))

    assert pace.is_awake('page', 5.0)
    assert pace.delay(5.0) == 0


def test_page_that_stays_frozen_is_given_up() -> None:
    pace: FlowControl[str] = FlowControl(LIMIT)
    pace.look('page', ViewerState())
    pace.sent('page', 1, 0.0)

    assert pace.given_up(LONG - 0.1) == []
    assert pace.given_up(LONG) == ['page']


def test_hidden_page_is_never_given_up() -> None:
    pace: FlowControl[str] = FlowControl(LIMIT)
    pace.look('page', ViewerState())
    pace.sent('page', 1, 0.0)
    pace.look('page', ViewerState(shown=0, pictures=False))

    assert pace.given_up(100 * LONG) == []


def test_hidden_page_that_comes_back_gets_a_picture_whatever_it_missed() -> None:
    pace: FlowControl[str] = FlowControl(LIMIT)
    pace.look('page', ViewerState())
    pace.sent('page', 1, 0.0)
    pace.look('page', ViewerState(shown=0, pictures=False))
    pace.look('page', ViewerState(shown=0))

    assert pace.given_up(100 * LONG) == []
    assert pace.delay(100 * LONG) == 0


def test_hidden_page_that_comes_back_may_show_what_was_on_its_way() -> None:
    pace: FlowControl[str] = FlowControl(LIMIT)
    pace.look('page', ViewerState())
    pace.sent('page', 1, 0.0)
    pace.look('page', ViewerState(shown=0, pictures=False))
    pace.look('page', ViewerState(shown=0))
    pace.look('page', ViewerState(shown=1))

    assert pace.ready() == ['page']


def test_page_that_names_a_picture_it_was_not_sent_is_not_sent_another() -> None:
    pace: FlowControl[str] = FlowControl(LIMIT)
    pace.look('page', ViewerState())
    pace.sent('page', 7, 0.0)
    pace.look('page', ViewerState(shown=99))
    assert pace.ready() == []


def test_attention_is_wanted_while_one_page_that_looks_wants_it() -> None:
    pace: FlowControl[str] = FlowControl(LIMIT)
    pace.look('plain', ViewerState())
    assert not pace.attention()
    pace.look('curious', ViewerState(attention=True))
    assert pace.attention()
    assert pace.attention('curious')
    assert not pace.attention('plain')
    pace.leave('curious')
    assert not pace.attention()
