"""How good the search is, by ir-measures, on relevance that is judged by places in articles.

Passages are cut anew whenever the splitter changes, so a gold names a place and never a passage.
A passage is wanted (grade 2) when it holds an accepted answer whole; where no passage does, those
that touch one are. A passage that only touches the evidence around the answer has grade 1, which
counts in nDCG alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ir_measures
from ir_measures import RR, R, Success, nDCG

from corpus.article import Range
from eval.given import Given
from eval.question import GoldItem, Question

MEASURES = {
    "success@1": Success(rel=2) @ 1,
    "success@5": Success(rel=2) @ 5,
    "recall@1": R(rel=2) @ 1,
    "recall@5": R(rel=2) @ 5,
    "rr": RR(rel=2),
    "ndcg@10": nDCG @ 10,
}
"""Success is whether any wanted passage is among the first; recall is the share of all wanted."""

_WANTED, _NEAR = 2, 1
_NOT_FOUND = "not-found"

Qrels = dict[str, dict[str, int]]
"""The grades of passages, by question."""


@dataclass(frozen=True, slots=True)
class PassagePlace:
    """Where a passage stands."""

    passage_id: str
    article_id: str
    start: int
    end: int


def qrels_of(
    questions: Iterable[Question], passages: Sequence[PassagePlace], answers: Mapping[str, Given]
) -> Qrels:
    """Return the grades of the passages for each question that has a gold.

    Without `passages` (a service does not list its own), the grades are those of the passages
    that were found, and a passage `not-found` stands for each question for which none was wanted.
    """
    places: dict[str, list[PassagePlace]] = {}
    for place in passages:
        places.setdefault(place.article_id, []).append(place)
    qrels: Qrels = {}
    for question in questions:
        if not question.answerable or (passages and question.id not in answers):
            continue
        given = answers.get(question.id)
        known = places if passages else _found(given)
        grades: dict[str, int] = {}
        for item in question.gold:
            for passage_id, grade in _grades(item, known.get(item.article_id, ())).items():
                grades[passage_id] = max(grade, grades.get(passage_id, 0))
        if _WANTED not in grades.values():
            grades[_NOT_FOUND] = _WANTED
        qrels[question.id] = grades
    return qrels


def measure_retrieval(qrels: Qrels, answers: Mapping[str, Given]) -> dict[str, dict[str, float]]:
    """Return the measures of each question in the qrels; what was not searched scores 0."""
    run = {
        question_id: {hit.passage_id: hit.score for hit in answers[question_id].hits}
        for question_id in qrels
        if question_id in answers and answers[question_id].hits
    }
    names = {measure: name for name, measure in MEASURES.items()}
    measured: dict[str, dict[str, float]] = {i: dict.fromkeys(MEASURES, 0.0) for i in qrels}
    for value in ir_measures.iter_calc(list(MEASURES.values()), qrels, run):
        measured[value.query_id][names[value.measure]] = float(value.value)
    return measured


def _found(given: Given | None) -> dict[str, list[PassagePlace]]:
    places: dict[str, list[PassagePlace]] = {}
    for hit in given.hits if given else ():
        place = PassagePlace(hit.passage_id, hit.article_id, hit.start, hit.end)
        places.setdefault(hit.article_id, []).append(place)
    return places


def _grades(item: GoldItem, places: Iterable[PassagePlace]) -> dict[str, int]:
    places = list(places)
    answers: list[Range] = [(a.start, a.end) for a in item.alternatives]
    whole = [p for p in places if any(p.start <= a and b <= p.end for a, b in answers)]
    wanted = whole or [p for p in places if any(_touches(p, answer) for answer in answers)]
    grades = {p.passage_id: _NEAR for p in places if _touches(p, item.evidence)}
    return grades | {p.passage_id: _WANTED for p in wanted}


def _touches(place: PassagePlace, range_: Range) -> bool:
    return place.start < range_[1] and range_[0] < place.end
