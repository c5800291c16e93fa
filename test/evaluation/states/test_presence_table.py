"""The rows about recorded sequences: what was said of boxes that miss, and how late."""

from __future__ import annotations

from rat_tracker.evaluation.metrics.presence import Loss
from rat_tracker.evaluation.metrics.presence import Presence
from rat_tracker.evaluation.states.presence_table import PRESENCE_HEADS
from rat_tracker.evaluation.states.presence_table import presence_rows

QUICK = Presence(40, 10, 60, 57, 0, (Loss(40, 10),))
SLOW = Presence(160, 110, 40, 20, 1, (Loss(100, 75), Loss(60, None)))
FINE = Presence(0, 0, 100, 100, 0, ())


def test_each_sequence_has_a_row_and_so_have_all_together() -> None:
    quick, slow, fine, every, _ = presence_rows({'quick': QUICK, 'slow': SLOW, 'fine': FINE})

    assert quick == ['quick', '40', '25.0%', '60', '95.0%', '0.0%', '1', '1/1', '']
    assert slow == ['slow', '160', '68.8%', '40', '50.0%', '2.5%', '2', '0/2',
                    'after 2.5 s, never in 2.0 s']
    assert fine == ['fine', '0', '', '100', '100.0%', '0.0%', '0', '', '']
    assert every == ['all (3)', '200', '60.0%', '200', '88.5%', '0.5%', '3', '1/3',
                     'after 2.5 s, never in 2.0 s']


def test_intervals_are_over_the_sequences_that_have_such_frames() -> None:
    """Of two sequences with boxes that miss, either may be all that is drawn."""
    *_, interval = presence_rows({'quick': QUICK, 'slow': SLOW, 'fine': FINE})

    assert interval[:3] == ['95 % interval', '', '25.0% to 68.8%']
    assert interval[4] == '50.0% to 100.0%'
    assert interval[7] == '0.0% to 100.0%'


def test_one_sequence_has_no_intervals_and_every_row_has_all_cells() -> None:
    rows = presence_rows({'quick': QUICK})

    assert rows[-1] == ['95 % interval', *[''] * (len(PRESENCE_HEADS) - 1)]
    assert {len(row) for row in rows} == {len(PRESENCE_HEADS)}
