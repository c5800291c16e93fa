"""RobotEvent that nobody fetches do not pile up."""

from __future__ import annotations

from rat_tracker.console.event_queue import EventQueue
from rat_tracker.console.events import DiagnosticsEvent
from rat_tracker.console.events import ProblemEvent
from rat_tracker.console.events import RobotEvent
from rat_tracker.console.events import SelectionEvent


def selection(number: int) -> SelectionEvent:
    return SelectionEvent('1', 'set_target', True, str(number), None, '')


def test_of_what_changes_only_the_newest_is_kept() -> None:
    box = EventQueue()
    for number in range(1000):
        box.put(DiagnosticsEvent('OK', str(number), {}))
        box.put(ProblemEvent(str(number)))

    assert box.take() == [DiagnosticsEvent('OK', '999', {}), ProblemEvent('999')]
    assert box.take() == []


def test_of_selections_the_last_few_are_kept_in_order() -> None:
    box = EventQueue()
    for number in range(1000):
        box.put(selection(number))

    kept: list[RobotEvent] = [selection(number) for number in range(984, 1000)]
    assert box.look() == kept
    assert box.take() == kept
    assert box.look() == []
