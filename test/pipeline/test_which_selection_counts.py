"""Of two selections, whichever is found first: who selects last is followed, but for a moment."""

from __future__ import annotations

import numpy as np
import pytest

from rat_tracker.geometry import Box
from rat_tracker.pipeline.frame import Frame
from rat_tracker.pipeline.selection import MOMENT
from rat_tracker.pipeline.selection import Selection


def selection(name: str, image: int, arrival: float) -> Selection:
    frame = Frame(image, image, None, 0)
    return Selection(name, frame, np.zeros((2, 2, 3), np.uint8), Box(0, 0, 1, 1),
                     source='test', arrival=arrival)


@pytest.mark.parametrize(('first', 'second', 'winner'), [
    ((5, 0.0), (5, 10 * MOMENT), 'second'),
    ((9, 0.0), (5, 10 * MOMENT), 'second'),       # a past image, but chosen later
    ((5, 0.0), (9, 0.5 * MOMENT), 'second'),
    ((9, 0.0), (5, 0.5 * MOMENT), 'first'),       # in one moment the later image counts
    ((5, 0.0), (5, 0.5 * MOMENT), 'second'),
])
def test_one_of_two_counts_whichever_was_found_first(
    first: tuple[int, float], second: tuple[int, float], winner: str,
) -> None:
    one, other = selection('first', *first), selection('second', *second)
    assert bool(one.gives_way_to(other)) == (winner == 'second')
    assert bool(other.gives_way_to(one)) == (winner == 'first')


def test_the_loser_learns_who_won() -> None:
    reason = selection('1', 5, 0.05).gives_way_to(selection('2', 9, 0.0))
    assert reason == ('selection 2 (test) was made in the same moment on a later image; '
                      'select again if it is wrong')
