"""What keeps a node from tracking is named once it lasts, and not again and again."""

from __future__ import annotations

from rat_tracker.pipeline.health import diagnose
from rat_tracker.pipeline.health import LogThrottle
from rat_tracker.pipeline.health import NodeHealth
from rat_tracker.pipeline.statistics import Snapshot
from rat_tracker.pipeline.worker import Status


def health(**changes: object) -> NodeHealth:
    """Return a health in which all is well, but for these fields."""
    well: dict[str, object] = {
        'now': 100.0, 'node': '/n', 'lifecycle': 'active', 'topic': '/t', 'since': 0.0,
        'publishers': 1, 'incompatible': '',
        'counters': Snapshot(received=9, tracked=9, last_received=99.9, last_processed=99.9),
        'worker': Status(loading=False, engine='e', selected=True)}
    return NodeHealth(**(well | changes))  # type: ignore[arg-type]


def test_nothing_is_logged_while_all_is_well() -> None:
    assert diagnose(health(), 2.0) is None


def test_a_tracker_that_hangs_is_told_from_a_camera_that_hangs() -> None:
    hangs = Snapshot(received=9, tracked=5, last_received=99.9, last_processed=90.0)
    assert 'tracker has had no result' in str(diagnose(health(counters=hangs), 2.0))
    silent = Snapshot(received=9, tracked=9, last_received=90.0, last_processed=90.0)
    assert 'sent no image' in str(diagnose(health(counters=silent), 2.0))


def test_a_fault_of_positions_is_named_after_what_keeps_targets_from_being_published() -> None:
    fault = 'no pose: nothing in the box'
    assert diagnose(health(position_fault=fault), 2.0) == fault
    assert 'no publisher' in str(diagnose(health(
        position_fault=fault, publishers=0, now=200.0), 2.0))


def test_a_cause_is_reported_once_it_lasts_and_once_a_minute() -> None:
    throttle = LogThrottle()
    logged = [now for now in range(200) if throttle.due(now, f'{now} images are bad', 5.0)]
    assert logged == [5, 65, 125, 185]
    assert not throttle.due(200, 'no publisher', 5.0)
    assert not throttle.due(204, 'no publisher', 5.0)
    assert throttle.due(205, 'no publisher', 5.0)
    assert not throttle.due(206, None, 5.0)
