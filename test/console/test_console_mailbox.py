"""News that nobody fetches do not pile up."""

from __future__ import annotations

from rat_tracker.console.mailbox import Mailbox
from rat_tracker.console.news import Diagnosis
from rat_tracker.console.news import News
from rat_tracker.console.news import Notice
from rat_tracker.console.news import SelectionNews


def selection(number: int) -> SelectionNews:
    return SelectionNews('1', 'set_target', True, str(number), None, '')


def test_of_what_changes_only_the_newest_is_kept() -> None:
    box = Mailbox()
    for number in range(1000):
        box.put(Diagnosis('OK', str(number), {}))
        box.put(Notice(str(number)))

    assert box.take() == [Diagnosis('OK', '999', {}), Notice('999')]
    assert box.take() == []


def test_of_selections_the_last_few_are_kept_in_order() -> None:
    box = Mailbox()
    for number in range(1000):
        box.put(selection(number))

    kept: list[News] = [selection(number) for number in range(984, 1000)]
    assert box.look() == kept
    assert box.take() == kept
    assert box.look() == []
