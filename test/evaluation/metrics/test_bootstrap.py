"""Intervals over sequences: known answers, and what they cannot say."""

from __future__ import annotations

from itertools import product
import math

import numpy as np
import pytest

from rat_tracker.evaluation.metrics.bootstrap import Interval
from rat_tracker.evaluation.metrics.bootstrap import mean_interval
from rat_tracker.evaluation.metrics.bootstrap import RESAMPLES
from rat_tracker.evaluation.metrics.bootstrap import resamples


def test_trackers_that_are_equal_everywhere_differ_by_exactly_nothing() -> None:
    found = mean_interval(np.zeros(21))

    assert found == Interval(0, 0, 0, 21)
    assert not found.excludes_zero


def test_the_same_difference_on_every_sequence_is_sure() -> None:
    found = mean_interval(np.full(5, -0.25))

    assert (found.value, found.low, found.high) == pytest.approx((-0.25, -0.25, -0.25))
    assert found.excludes_zero


def test_interval_of_three_sequences_is_that_of_all_ways_to_draw_them() -> None:
    """Of 27 equally likely ways, one gives 0 and one 1: more than 2.5 % each."""
    means = sorted(float(np.mean(drawn)) for drawn in product((0.0, 0.5, 1.0), repeat=3))
    assert (means[0], means[-1], len(means)) == (0, 1, 27)

    found = mean_interval(np.array([0, 0.5, 1]))

    assert (found.value, found.low, found.high, found.count) == pytest.approx((0.5, 0, 1, 3))
    assert not found.excludes_zero, 'it ends there'


def test_interval_of_many_sequences_is_that_of_the_normal_distribution() -> None:
    values = np.random.default_rng(3).normal(0.1, 0.2, 400)

    found = mean_interval(values)

    reach = 1.96 * values.std() / math.sqrt(len(values))
    assert (found.low, found.high) == pytest.approx(
        (values.mean() - reach, values.mean() + reach), abs=0.1 * reach)


def test_a_difference_of_opposite_sign_has_the_mirrored_interval() -> None:
    values = np.random.default_rng(5).normal(0.1, 0.2, 21)

    there, back = mean_interval(values), mean_interval(-values)

    assert (-there.value, -there.high, -there.low) == pytest.approx(
        (back.value, back.low, back.high))


def test_sequences_without_a_value_are_left_out() -> None:
    assert mean_interval(np.array([0.25, math.nan, 0.75])) == mean_interval(np.array([0.25, 0.75]))


@pytest.mark.parametrize(('values', 'mean'), [([0.5], 0.5), ([], math.nan)])
def test_fewer_than_two_sequences_have_no_interval(values: list[float], mean: float) -> None:
    found = mean_interval(np.array(values))

    assert found.value == pytest.approx(mean, nan_ok=True)
    assert found.count == len(values)
    assert not found.is_known
    assert not found.excludes_zero


def test_every_resample_draws_as_many_sequences_as_there_are() -> None:
    drawn = resamples(7)

    assert drawn.shape == (RESAMPLES, 7)
    assert (drawn.sum(axis=1) == 7).all()
    assert drawn.mean() == pytest.approx(1)
