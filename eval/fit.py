"""The confidence is fitted: the chance that what is shown is right, from labelled questions.

A logistic regression over the readings of each question, then Platt's scaling (Platt 1999) of the
best reading's log-odds, learnt on predictions for articles that the regression did not see: the
best of several is surer than it should be. Both are linear, so one set of coefficients remains.
The threshold comes from the risk-coverage curve of the same cross-validated predictions. Every
answerable question is there a second time without its article, so the questions without an answer
are weighed down to a third of all, as among the questions that people wrote.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from eval.bootstrap import Estimate
from eval.readings import LabelledQuestion, LabelledReading
from eval.refusal_measures import RefusalCase, measure_refusal
from qa.confidence import Features, FittedConfidence

_FOLDS = 5
_STRENGTH = 1.0
_UNANSWERABLE_SHARE = 1 / 3
_SHOWN_THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_NAMES = tuple(f.name for f in fields(Features))


@dataclass(frozen=True)
class Fit:
    """What was fitted, and how good it is on articles that it did not see.

    `cases` are those of the questions in the order given. `measures` are those of all of them, of
    the answerable with those that nobody could answer (`near miss`), and of the answerable with
    the same ones without their article (`removed`).
    """

    fitted: FittedConfidence
    cases: tuple[RefusalCase, ...]
    measures: dict[str, dict[str, Estimate]]

    def lines(self) -> tuple[str, ...]:
        """Return the fit as text for a terminal."""
        thresholds = (self.fitted.answer_threshold, self.fitted.span_threshold)
        rows = ["answer threshold {:.3f}, span threshold {:.3f}".format(*thresholds)]
        for name, measures in self.measures.items():
            for measure, e in measures.items():
                rows.append(f"{name:10} {measure:24} {e.value:.3f} [{e.low:.3f}, {e.high:.3f}]")
        rows += [f"{n:20} {v:+.3f}" for n, v in self.fitted.coefficients.items()]
        rows += ["threshold  answered  of these right  false refusals  refused of unanswerable"]
        rows += (self._at(threshold) for threshold in _SHOWN_THRESHOLDS)
        return tuple(rows)

    def _at(self, threshold: float) -> str:
        answered = [c for c in self.cases if c.confidence >= threshold]
        present = [c for c in self.cases if c.answerable]
        absent = [c for c in self.cases if not c.answerable]
        right = sum(bool(c.right) for c in answered) / max(1, len(answered))
        lost = sum(c.confidence < threshold for c in present) / max(1, len(present))
        refused = sum(c.confidence < threshold for c in absent) / max(1, len(absent))
        return f"{threshold:9.2f} {len(answered):9} {right:15.3f} {lost:15.3f} {refused:24.3f}"


def fit_confidence(
    labelled: Sequence[LabelledQuestion], fitted_for: str, wrong_costs: float = 1.0
) -> Fit:
    """Fit the confidence, cross-validated by article.

    `wrong_costs` is what a wrong answer costs where a right one earns 1 and a refusal nothing;
    the thresholds are those that earn most.
    """
    questions = [q for q in labelled if q.readings]
    chosen = _unseen(questions)
    readings = [r for _, r in chosen]
    weigh = _weights(questions)
    slope, shift = _platt([score for score, _ in chosen], readings, weigh)
    chances = [_sigmoid(slope * score + shift) for score, _ in chosen]
    gains = [1.0 if r.sentence_right else -wrong_costs for r in readings]
    answer = _threshold(chances, [g * w for g, w in zip(gains, weigh, strict=True)])
    shown = [(c, r) for c, r in zip(chances, readings, strict=True) if c >= answer]
    span = _threshold([c for c, _ in shown], [_span_gain(r, wrong_costs) for _, r in shown])
    weights, intercept = _regress(questions)
    coefficients = {n: round(float(slope * w), 5) for n, w in zip(_NAMES, weights, strict=True)}
    fitted = FittedConfidence(
        intercept=round(float(slope * intercept + shift), 5),
        coefficients={n: w for n, w in coefficients.items() if w},
        answer_threshold=round(answer, 4),
        span_threshold=round(max(answer, span), 4),
        fitted_for=fitted_for,
    )
    found = {
        (q.group, q.id, q.removed): (c, r)
        for q, c, r in zip(questions, chances, readings, strict=True)
    }
    cases = [_case(q, found.get((q.group, q.id, q.removed)), answer) for q in labelled]
    measures = {name: measure_refusal(s) for name, s in subsets(labelled, cases).items()}
    return Fit(fitted, tuple(cases), measures)


def write_fitted(fitted: FittedConfidence, path: Path) -> None:
    """Write the fitted confidence as plain JSON."""
    path.write_text(json.dumps(asdict(fitted), ensure_ascii=False, indent=1) + "\n", "utf-8")


def _unseen(questions: Sequence[LabelledQuestion]) -> list[tuple[float, LabelledReading]]:
    """Return each question's best reading with its log-odds, by a fit without its article."""
    groups = np.array([q.group for q in questions])
    best: dict[int, tuple[float, LabelledReading]] = {}
    splitter = GroupKFold(n_splits=min(_FOLDS, len(set(groups))))
    for seen, unseen in splitter.split(questions, groups=groups):
        weights, intercept = _regress([questions[i] for i in seen])
        best |= {int(i): _best(questions[i], weights, intercept) for i in unseen}
    return [best[i] for i in range(len(questions))]


def _regress(questions: Sequence[LabelledQuestion]) -> tuple[NDArray[np.float64], float]:
    rows = [_row(r.features) for q in questions for r in q.readings]
    right = [r.sentence_right for q in questions for r in q.readings]
    model = LogisticRegression(C=_STRENGTH, max_iter=2000).fit(np.array(rows), np.array(right))
    return np.asarray(model.coef_[0], float), float(model.intercept_[0])


def _row(features: Features) -> list[float]:
    return [float(getattr(features, name)) for name in _NAMES]


def _best(
    question: LabelledQuestion, weights: NDArray[np.float64], intercept: float
) -> tuple[float, LabelledReading]:
    scored = [(float(_row(r.features) @ weights) + intercept, r) for r in question.readings]
    return max(scored, key=lambda pair: pair[0])


def _weights(questions: Sequence[LabelledQuestion]) -> list[float]:
    present = sum(q.answerable for q in questions)
    wanted = present * _UNANSWERABLE_SHARE / (1 - _UNANSWERABLE_SHARE)
    weight = wanted / max(1, len(questions) - present)
    return [1.0 if q.answerable else weight for q in questions]


def _platt(
    scores: Sequence[float], readings: Sequence[LabelledReading], weights: Sequence[float]
) -> tuple[float, float]:
    model = LogisticRegression(C=1e6, max_iter=2000)
    right = np.array([r.sentence_right for r in readings])
    model.fit(np.array(scores).reshape(-1, 1), right, sample_weight=np.array(weights))
    return float(model.coef_[0][0]), float(model.intercept_[0])


def _threshold(chances: Sequence[float], gains: Sequence[float]) -> float:
    """Return the chance above which the gains add up to most; 1.0 when none is worth it."""
    best, total, threshold = 0.0, 0.0, 1.0
    for chance, gain in sorted(zip(chances, gains, strict=True), key=lambda pair: -pair[0]):
        total += gain
        if total > best:
            best, threshold = total, chance
    return threshold


def _span_gain(reading: LabelledReading, wrong_costs: float) -> float:
    """A right span is worth more than its sentence; a wrong one loses a right sentence."""
    if reading.span_right:
        return 1.0
    return -wrong_costs if reading.sentence_right else 0.0


def _case(
    question: LabelledQuestion, found: tuple[float, LabelledReading] | None, threshold: float
) -> RefusalCase:
    chance, reading = found or (0.0, None)
    right = question.answerable and reading is not None and reading.sentence_right
    return RefusalCase(chance, question.answerable, right, chance < threshold, question.fact)


def subsets(
    questions: Sequence[LabelledQuestion], cases: Sequence[RefusalCase]
) -> dict[str, list[RefusalCase]]:
    """Return all cases, and the answerable ones with one kind of unanswerable question."""
    pairs = list(zip(questions, cases, strict=True))
    answerable = [c for q, c in pairs if q.answerable]
    return {
        "all": list(cases),
        "near miss": [*answerable, *(c for q, c in pairs if q.near)],
        "removed": [*answerable, *(c for q, c in pairs if q.removed)],
    }


def _sigmoid(value: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(value, -30, 30))))
