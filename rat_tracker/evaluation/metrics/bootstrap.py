"""How far a figure over sequences can be believed: intervals by bootstrap over the sequences.

Frames of one sequence are much alike, so what is drawn again, with replacement, are sequences
(Efron and Tibshirani, *An Introduction to the Bootstrap*, 1993: the percentile interval). Draws
are seeded: the same figures have the same interval.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
import math

import numpy as np

from rat_tracker.evaluation.metrics.overlap import Values

RESAMPLES = 10_000
LEVEL = 0.95
_SEED = 0


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure over sequences with its interval, whose coverage is to be ``LEVEL``.

    :param value: NaN where no sequence has the figure
    :param low: NaN, as ``high``, where fewer than two sequences have it: one has no spread
    :param count: sequences that have it
    """

    value: float
    low: float
    high: float
    count: int

    @property
    def is_known(self) -> bool:
        return math.isfinite(self.low)

    @property
    def excludes_zero(self) -> bool:
        """Whether all of the interval is on one side of 0; not where it is unknown."""
        return self.low > 0 or self.high < 0


def mean_interval(values: Values) -> Interval:
    """Return the mean over sequences, each counting the same.

    For a paired comparison of two trackers these are the differences on each sequence.

    :param values: n, NaN for sequences that are left out
    """
    known = values[np.isfinite(values)]
    count = len(known)
    if not count:
        return interval_of(math.nan, np.empty(0), 0)
    return interval_of(float(known.mean()), resamples(count) @ known / count, count)


def share_interval(parts: Iterable[float], wholes: Iterable[float]) -> Interval:
    """Return the share that the parts of all sequences have in their wholes together.

    :param parts: one for each sequence
    :param wholes: as many; sequences where it is 0 say nothing and are left out
    """
    part, whole = np.array(list(parts), np.float64), np.array(list(wholes), np.float64)
    part, whole = part[whole > 0], whole[whole > 0]
    count = len(whole)
    if not count:
        return interval_of(math.nan, np.empty(0), 0)
    drawn = resamples(count)
    return interval_of(float(part.sum() / whole.sum()), (drawn @ part) / (drawn @ whole), count)


@lru_cache(maxsize=1)
def resamples(count: int) -> Values:
    """Return how often each of so many sequences is in each resample, ``RESAMPLES``×count.

    What is a sum over sequences is, for all resamples, the product with the sequences' parts.
    """
    drawn = np.random.default_rng(_SEED).multinomial(
        count, np.full(count, 1 / count), RESAMPLES).astype(np.float64)
    drawn.flags.writeable = False
    return drawn


def interval_of(value: float, resampled: Values, count: int) -> Interval:
    """Return the interval of a figure.

    :param resampled: the figure of each resample, NaN for those that do not have it
    :param count: sequences that it is made of
    """
    known = resampled[np.isfinite(resampled)]
    if count < 2 or not len(known):
        return Interval(value, math.nan, math.nan, count)
    low, high = np.quantile(known, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Interval(value, float(low), float(high), count)
