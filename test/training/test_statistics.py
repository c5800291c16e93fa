"""Figures of validation are what their definitions say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rat_tracker.training.statistics import area_under_roc
from rat_tracker.training.statistics import slope


@pytest.mark.parametrize(('positives', 'negatives', 'area'), [
    ([2, 3], [0, 1], 1.0),
    ([0, 1], [2, 3], 0.0),
    ([1, 3], [2], 0.5),
    ([1], [1], 0.5),
    ([1, 2, 3], [0, 2], 4.5 / 6),  # 1, 2 and 3 above 0; 3 above 2; 2 beside 2
])
def test_area_is_the_share_of_pairs_in_the_right_order(
    positives: list[float], negatives: list[float], area: float,
) -> None:
    found = area_under_roc(np.array(positives, float), np.array(negatives, float))
    assert found == pytest.approx(area)


def test_without_one_of_the_two_there_is_no_area() -> None:
    some, none = np.ones(2), np.ones(0)
    assert math.isnan(area_under_roc(some, none))
    assert math.isnan(area_under_roc(none, some))


def test_slope_is_that_of_the_line_through_the_points() -> None:
    x = np.array([0.0, 1.0, 2.0, 5.0])
    assert slope(x, 3 - 0.5 * x) == pytest.approx(-0.5)
    assert slope(x, np.array([0.0, 1.0, 1.0, 2.0])) == pytest.approx(np.polyfit(
        x, [0.0, 1.0, 1.0, 2.0], 1)[0])


@pytest.mark.parametrize('x', [[], [2.0], [2.0, 2.0]])
def test_points_above_each_other_have_no_slope(x: list[float]) -> None:
    assert math.isnan(slope(np.array(x), np.zeros(len(x))))
