"""A run becomes a table of measures, each with its n and interval, overall and by group."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.answer_measures import is_right, measure_answer
from eval.bootstrap import Estimate, mean_estimate
from eval.given import Given, Took
from eval.question import Question
from eval.refusal_measures import RefusalCase, measure_refusal
from eval.retrieval_measures import measure_retrieval, qrels_of
from eval.run_folder import RunFolder

OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a run with what was said and what that is worth."""

    question: Question
    given: Given
    measures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the table; `group` is `overall`, `category name`, `language vi`, ..."""

    measure: str
    group: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Latency:
    """The median and the 95th percentile of a stage, in milliseconds."""

    stage: str
    p50: float
    p95: float
    n: int


@dataclass(frozen=True, slots=True)
class Scores:
    """All that a run is worth."""

    asked: tuple[Asked, ...]
    cells: tuple[Cell, ...]
    latencies: tuple[Latency, ...]
    cases: tuple[RefusalCase, ...]

    def get(self, measure: str, group: str = OVERALL) -> Estimate | None:
        """Return one number; None when the run has nothing to measure it on."""
        found = (c.estimate for c in self.cells if (c.measure, c.group) == (measure, group))
        return next(found, None)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups in order."""
        return tuple(dict.fromkeys(cell.group for cell in self.cells))

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures in order."""
        return tuple(dict.fromkeys(cell.measure for cell in self.cells))


def score_run(run: RunFolder) -> Scores:
    """Score every question of a run that was answered; one without an answer is not counted."""
    answers = run.answers
    questions = [q for q in run.questions if q.id in answers]
    found = measure_retrieval(_qrels(run, questions, answers), answers)
    asked = tuple(
        Asked(q, answers[q.id], _measures(q, answers[q.id], found.get(q.id, {}))) for q in questions
    )
    return _scores(asked, tuple(_latencies(run.timings)))


def without_questions(scores: Scores, ids: Collection[str]) -> Scores:
    """Return the scores over the other questions; times stay those of all."""
    if not ids:
        return scores
    asked = tuple(a for a in scores.asked if a.question.id not in ids)
    return _scores(asked, scores.latencies)


def refusal_case(question: Question, given: Given) -> RefusalCase:
    """Return what a question tells about the confidence."""
    right: bool | None = False
    if question.answerable:
        spans = given.spans or given.withheld
        right = is_right(question, spans) if spans else None
    return RefusalCase(given.confidence, question.answerable, right, not given.answered,
                       question.fact)  # fmt: skip


def groups_of(question: Question) -> tuple[str, ...]:
    """Return the groups that a question counts in."""
    near = (f"near {question.near.kind}",) if question.near else ()
    plain = () if question.traits else ("trait plain",)
    return (
        OVERALL,
        "answerable" if question.answerable else "unanswerable",
        f"category {question.category}",
        f"language {question.lang}",
        *(f"trait {trait}" for trait in question.traits),
        *plain,
        *near,
    )


def _scores(asked: tuple[Asked, ...], latencies: tuple[Latency, ...]) -> Scores:
    cases = tuple(refusal_case(a.question, a.given) for a in asked)
    cells = [*_cells(asked), *(Cell(n, OVERALL, e) for n, e in measure_refusal(cases).items())]
    return Scores(asked, tuple(cells), latencies, cases)


def _measures(question: Question, given: Given, found: Mapping[str, float]) -> dict[str, float]:
    verbatim = {
        "verbatim": float(not given.broken_quotes),
        "no_error": float(given.status != "error"),
    }
    return {**measure_answer(question, given), **found, **verbatim}


def _qrels(
    run: RunFolder, questions: Sequence[Question], answers: Mapping[str, Given]
) -> dict[str, dict[str, int]]:
    """Return the grades that the run wrote, or those of what was found where it did not end."""
    path = run.folder / "qrels.trec"
    if not path.exists():
        return qrels_of(questions, (), answers)
    qrels: dict[str, dict[str, int]] = {}
    for line in path.read_text("utf-8").splitlines():
        question_id, _, passage_id, grade = line.split()
        qrels.setdefault(question_id, {})[passage_id] = int(grade)
    return qrels


def _cells(asked: Sequence[Asked]) -> Iterator[Cell]:
    names = dict.fromkeys(name for a in asked for name in a.measures)
    groups = dict.fromkeys(group for a in asked for group in groups_of(a.question))
    order = sorted(groups, key=lambda g: (g != OVERALL, "answerable" not in g, g))
    for group in order:
        members = [a for a in asked if group in groups_of(a.question)]
        for name in names:
            counted = [a for a in members if name in a.measures]
            if counted:
                values = [a.measures[name] for a in counted]
                facts = [a.question.fact for a in counted]
                yield Cell(name, group, mean_estimate(values, facts))


def _latencies(timings: Mapping[str, Took]) -> Iterator[Latency]:
    for stage in ("retrieve", "read", "total"):
        times = sorted(getattr(took, stage) for took in timings.values())
        if times:
            # Nearest rank, as load generators report it.
            middle, high = ((len(times) - 1) * share // 100 for share in (50, 95))
            yield Latency(stage, times[middle], times[high], len(times))
