"""How sure a number is: percentile bootstrap over facts (Efron and Tibshirani 1993, chapter 13).

Two questions about one fact succeed and fail together, so facts are drawn, not questions (the
cluster bootstrap; Cameron, Gelbach and Miller 2008). Seeded: the same values, the same interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

ROUNDS = 2000
_SEED = 20260
_LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval, from n questions; n 0 means that there is none."""

    value: float
    low: float
    high: float
    n: int

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval lies on one side of 0."""
        return self.low > 0 or self.high < 0


NOTHING = Estimate(0.0, 0.0, 0.0, 0)


@lru_cache(maxsize=64)
def draws(clusters: tuple[str, ...], rounds: int = ROUNDS) -> NDArray[np.float64]:
    """Return how often each question counts in each round: shape (rounds, questions).

    Facts are drawn with replacement; all questions of a fact come with it.
    """
    names, members = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    random = np.random.default_rng(_SEED)
    times = random.multinomial(len(names), np.full(len(names), 1 / len(names)), size=rounds)
    return times[:, members].astype(np.float64)


def mean_estimate(values: Sequence[float], clusters: Sequence[str]) -> Estimate:
    """Return the mean of the values with its interval; `clusters` names each value's fact."""
    if not values:
        return NOTHING
    numbers = np.asarray(values, float)
    times = draws(tuple(clusters))
    low, high = interval(times @ numbers / times.sum(axis=1))
    return Estimate(float(numbers.mean()), low, high, len(values))


def paired_difference(
    before: Sequence[float], after: Sequence[float], clusters: Sequence[str]
) -> Estimate:
    """Return the mean of `after - before`, question by question, with its interval."""
    return mean_estimate([b - a for a, b in zip(before, after, strict=True)], clusters)


def interval(samples: NDArray[np.float64]) -> tuple[float, float]:
    """Return the middle 95 % of the samples; those that are NaN are left out."""
    known = samples[~np.isnan(samples)]
    if not len(known):
        return 0.0, 0.0
    tail = (1 - _LEVEL) / 2 * 100
    low, high = np.percentile(known, [tail, 100 - tail])
    return float(low), float(high)
