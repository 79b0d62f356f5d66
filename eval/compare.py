"""Two runs, question by question: what became better, what worse, and whether it is chance."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.bootstrap import Estimate, paired_difference
from eval.question import Question
from eval.refusal_measures import auroc, compare_auroc
from eval.run_folder import question_fingerprint
from eval.score import Asked, Scores, refusal_case

_F1_MOVED = 0.25
LOWER_IS_BETTER = frozenset(
    {"false_refusals", "risk_coverage_area", "calibration_error", "false_refusals_at_80",
     "false_refusals_at_85", "false_refusals_at_90"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure over the questions of both runs; `change` is after minus before."""

    measure: str
    before: float
    after: float
    change: Estimate


@dataclass(frozen=True, slots=True)
class Pair:
    """One question with both answers."""

    before: Asked
    after: Asked

    @property
    def question(self) -> Question:
        """The question."""
        return self.after.question


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs; only questions that are in both runs with the same gold are compared.

    `added`, `dropped` and `changed` name the questions that the set gained, lost, or now asks or
    answers otherwise.
    """

    differences: tuple[Difference, ...]
    better: tuple[Pair, ...]
    worse: tuple[Pair, ...]
    compared: int
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    changed: tuple[str, ...]

    def get(self, measure: str) -> Difference | None:
        """Return the difference in one measure; None where nothing could be compared."""
        return next((d for d in self.differences if d.measure == measure), None)


def compare_runs(before: Scores, after: Scores) -> Comparison:
    """Compare two scored runs."""
    old = {a.question.id: a for a in before.asked}
    new = {a.question.id: a for a in after.asked}
    both = [Pair(old[i], asked) for i, asked in new.items() if i in old]
    same = [p for p in both if _fingerprint(p.before) == _fingerprint(p.after)]
    moved = [(p, _moved(p)) for p in same]
    return Comparison(
        differences=tuple(_differences(same)),
        better=tuple(p for p, by in moved if by > 0),
        worse=tuple(p for p, by in moved if by < 0),
        compared=len(same),
        added=tuple(i for i in new if i not in old),
        dropped=tuple(i for i in old if i not in new),
        changed=tuple(p.question.id for p in both if p not in same),
    )


def _fingerprint(asked: Asked) -> str:
    return question_fingerprint(asked.question)


def _moved(pair: Pair) -> float:
    """Return above 0 for a better answer, below for a worse one, 0 for an equal one."""
    before, after = pair.before.measures, pair.after.measures
    if by := after["right"] - before["right"]:
        return by
    by = after.get("f1", 0.0) - before.get("f1", 0.0)
    return by if abs(by) >= _F1_MOVED else 0.0


def _differences(pairs: Sequence[Pair]) -> list[Difference]:
    found: list[Difference] = []
    for measure in dict.fromkeys(m for p in pairs for m in p.before.measures):
        counted = [p for p in pairs if measure in p.before.measures and measure in p.after.measures]
        if not counted:
            continue
        a = [p.before.measures[measure] for p in counted]
        b = [p.after.measures[measure] for p in counted]
        change = paired_difference(a, b, [p.question.fact for p in counted])
        found.append(Difference(measure, sum(a) / len(a), sum(b) / len(b), change))
    return [*found, *_auroc(pairs)]


def _auroc(pairs: Sequence[Pair]) -> list[Difference]:
    if len({p.question.answerable for p in pairs}) < 2:
        return []
    cases = [
        [refusal_case(a.question, a.given) for a in asked]
        for asked in ([p.before for p in pairs], [p.after for p in pairs])
    ]
    values = [auroc(c) for c in cases]
    return [Difference("refusal_auroc", values[0], values[1], compare_auroc(*cases))]
