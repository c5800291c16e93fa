"""Events that nobody takes do not pile up."""

from __future__ import annotations

from rat_tracker.console.event_queue import EventQueue
from rat_tracker.console.events import DiagnosticsEvent
from rat_tracker.console.events import ProblemEvent
from rat_tracker.console.events import RobotEvent
from rat_tracker.console.events import SelectionEvent


def selection(number: int) -> SelectionEvent:
    return SelectionEvent('1', 'set_target', True, str(number), None, '')


def test_of_what_changes_only_the_newest_is_kept() -> None:
    queue = EventQueue()
    for number in range(1000):
        queue.put(DiagnosticsEvent('OK', str(number), {}))
        queue.put(ProblemEvent(str(number)))

    assert queue.take() == [DiagnosticsEvent('OK', '999', {}), ProblemEvent('999')]
    assert queue.take() == []


def test_of_selections_the_last_few_are_kept_in_order() -> None:
    queue = EventQueue()
    for number in range(1000):
        queue.put(selection(number))

    kept: list[RobotEvent] = [selection(number) for number in range(984, 1000)]
    assert queue.peek() == kept
    assert queue.take() == kept
    assert queue.peek() == []
