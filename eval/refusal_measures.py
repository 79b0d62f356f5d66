"""How well the confidence tells what can be answered, and how honest it is.

A case is one question: how confident the system was, whether the articles answer it, whether what
it showed (or withheld) is right, and whether it was shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from eval.bootstrap import NOTHING, Estimate, draws, interval, mean_estimate

BINS = 10
_ROUNDS = 300
_GIVEN_REFUSAL = (0.80, 0.85, 0.90)


@dataclass(frozen=True, slots=True)
class RefusalCase:
    """One question; `right` is None where what was withheld is not known."""

    confidence: float
    answerable: bool
    right: bool | None
    refused: bool
    fact: str


def measure_refusal(cases: Sequence[RefusalCase]) -> dict[str, Estimate]:
    """Return all measures of refusing with intervals clustered by fact.

    Precision is the share of the refused that have no answer, recall the share of those without
    an answer that are refused.
    """
    known = [c for c in cases if c.right is not None]
    refused = [c for c in cases if c.refused]
    absent = [c for c in cases if not c.answerable]
    present = [c for c in cases if c.answerable]
    measures = {
        "refusal_precision": _share([not c.answerable for c in refused], refused),
        "refusal_recall": _share([c.refused for c in absent], absent),
        "false_refusals": _share([c.refused for c in present], present),
        "refusal_auroc": _estimate(cases, _auroc),
        "risk_coverage_area": _estimate(known, _area),
        "calibration_error": _estimate(known, _calibration_error),
    }
    for share in _GIVEN_REFUSAL:
        at = partial(_false_refusals_at, share=share)
        measures[f"false_refusals_at_{share * 100:.0f}"] = _estimate(cases, at)
    return {name: e for name, e in measures.items() if e.n}


def auroc(cases: Sequence[RefusalCase]) -> float:
    """Return the chance that an answerable question has more confidence than another one."""
    return _auroc(_columns(cases), np.ones(len(cases)))


def risk_coverage_area(cases: Sequence[RefusalCase]) -> float:
    """Return the mean risk over all coverages; 0 is perfect."""
    return _area(_columns(cases), np.ones(len(cases)))


def calibration_error(cases: Sequence[RefusalCase]) -> float:
    """Return the expected calibration error (Naeini et al. 2015): the mean gap of the bins."""
    return _calibration_error(_columns(cases), np.ones(len(cases)))


def false_refusals_at(cases: Sequence[RefusalCase], share: float) -> float:
    """Return the share of answerable questions refused by the lowest threshold that refuses at
    least `share` of the unanswerable ones; NaN where there are none of either kind."""
    return _false_refusals_at(_columns(cases), np.ones(len(cases)), share)


def compare_auroc(before: Sequence[RefusalCase], after: Sequence[RefusalCase]) -> Estimate:
    """Return how much the area grew over the same questions, in order, with a paired interval."""
    a, b = _columns(before), _columns(after)
    ones = np.ones(len(before))
    weights = draws(tuple(c.fact for c in after), _ROUNDS)
    grown = [_auroc(b, row[b.order]) - _auroc(a, row[a.order]) for row in weights]
    low, high = interval(np.array(grown))
    return Estimate(_auroc(b, ones) - _auroc(a, ones), low, high, len(after))


_Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Columns:
    """The cases as arrays, surest first; `level` numbers the different confidences from below."""

    confidence: _Numbers
    level: NDArray[np.int64]
    answerable: NDArray[np.bool_]
    right: NDArray[np.bool_]
    order: NDArray[np.int64]


def _columns(cases: Sequence[RefusalCase]) -> _Columns:
    confidence = np.array([c.confidence for c in cases], float)
    order = np.argsort(-confidence, kind="stable")
    answerable = np.array([c.answerable for c in cases], bool)
    right = np.array([bool(c.right) for c in cases], bool)
    level = np.unique(confidence[order], return_inverse=True)[1]
    return _Columns(confidence[order], level, answerable[order], right[order], order)


def _share(values: Sequence[bool], cases: Sequence[RefusalCase]) -> Estimate:
    return mean_estimate([float(v) for v in values], [c.fact for c in cases])


def _estimate(
    cases: Sequence[RefusalCase], measure: Callable[[_Columns, _Numbers], float]
) -> Estimate:
    """Return a measure with its interval; n is 0 where it is not defined."""
    if not cases:
        return NOTHING
    columns = _columns(cases)
    value = measure(columns, np.ones(len(cases)))
    if np.isnan(value):
        return NOTHING
    weights = draws(tuple(c.fact for c in cases), _ROUNDS)
    low, high = interval(np.array([measure(columns, row[columns.order]) for row in weights]))
    return Estimate(value, low, high, len(cases))


def _auroc(columns: _Columns, weights: _Numbers) -> float:
    """The weighted Mann-Whitney statistic; a test holds it to scikit-learn, which is 50 times
    slower for the many small samples of a bootstrap."""
    present = np.bincount(columns.level, weights * columns.answerable)
    absent = np.bincount(columns.level, weights * ~columns.answerable)
    pairs = present.sum() * absent.sum()
    if not pairs:
        return float("nan")
    below = np.cumsum(absent) - absent
    return float((present * (below + absent / 2)).sum() / pairs)


def _area(columns: _Columns, weights: _Numbers) -> float:
    covered, wrong = np.cumsum(weights), np.cumsum(weights * ~columns.right)
    # Questions of one confidence cannot be told apart: each has the risk of all of them together.
    last = np.searchsorted(-columns.confidence, -columns.confidence, side="right") - 1
    risk = wrong[last] / np.maximum(covered[last], 1e-12)
    return float(np.average(risk, weights=weights))


def _calibration_error(columns: _Columns, weights: _Numbers) -> float:
    bins = np.minimum(BINS - 1, (columns.confidence * BINS).astype(int))
    gaps = np.bincount(bins, weights * (columns.confidence - columns.right), minlength=BINS)
    return float(np.abs(gaps).sum() / weights.sum())


def _false_refusals_at(columns: _Columns, weights: _Numbers, share: float) -> float:
    answerable = columns.answerable
    present, absent = weights[answerable], weights[~answerable]
    if not present.sum() or not absent.sum():
        return float("nan")
    refused = np.cumsum(absent[::-1]) / absent.sum()
    enough = int(np.searchsorted(refused, share - 1e-12))
    threshold = columns.confidence[~answerable][::-1][enough]
    lost = present[columns.confidence[answerable] <= threshold].sum()
    return float(lost / present.sum())
