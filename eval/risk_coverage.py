"""The two curves of a confidence: what it costs to answer more, and whether it is honest."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.refusal_measures import BINS, RefusalCase


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """When the surest `coverage` of the questions are answered, `risk` of the answers is wrong."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Questions of like confidence: its mean, the share that was right, and how many."""

    confidence: float
    right: float
    n: int


def risk_coverage(cases: Sequence[RefusalCase]) -> list[RiskPoint]:
    """Return the curve (El-Yaniv and Wiener 2010), from the surest question to all of them.

    An answer to a question that has none is wrong. Cases of one confidence enter together.
    """
    known = sorted((c for c in cases if c.right is not None), key=lambda c: -c.confidence)
    points: list[RiskPoint] = []
    wrong = 0
    for n, case in enumerate(known, start=1):
        wrong += not case.right
        if n == len(known) or known[n].confidence < case.confidence:
            points.append(RiskPoint(case.confidence, n / len(known), wrong / n))
    return points


def calibration_bins(cases: Sequence[RefusalCase]) -> list[CalibrationBin]:
    """Return ten bins of equal width over 0 to 1; empty ones are left out."""
    known = [c for c in cases if c.right is not None]
    bins: list[CalibrationBin] = []
    for number in range(BINS):
        inside = [c for c in known if min(BINS - 1, int(c.confidence * BINS)) == number]
        if inside:
            confidence = sum(c.confidence for c in inside) / len(inside)
            right = sum(bool(c.right) for c in inside) / len(inside)
            bins.append(CalibrationBin(confidence, right, len(inside)))
    return bins
