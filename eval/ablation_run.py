"""What every part of the search earns: with all of them, and with each left out in turn."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.article import Passage
from corpus.progress import Progress
from eval.ablation import BY_SCORES, PARTS, search_by_ranks, whole
from eval.bootstrap import mean_estimate, paired_difference
from eval.noise import varied
from eval.question import Question
from eval.squad_cell import SquadCell
from index.query import SearchQuery
from qa.assemble import Parts
from qa.conversation import PastTurn, standalone_question
from qa.live import Live
from qa.question import checked

TYPED = "as typed"
TYPINGS = (TYPED, "no_marks", "chat")
WHOLE = "all parts"
_FOUND = 5


@dataclass(frozen=True, slots=True)
class AblationSet:
    """Questions with gold over a corpus; `facts` cluster them, and no two orders differ."""

    name: str
    live: Live
    questions: Sequence[Question]
    facts: Sequence[str]


def typings(
    questions: Sequence[Question], english: Mapping[str, str], seed: int
) -> Iterator[tuple[str, list[Question]]]:
    """Yield the questions in the ways of typing that the parts are for."""
    for typing in TYPINGS:
        yield typing, list(questions) if typing == TYPED else varied(questions, typing, seed)
    if english:
        yield "english", [replace(q, question=english.get(q.id, q.question)) for q in questions]


def ablate_search(
    asked: AblationSet, parts: Parts, english: Mapping[str, str], seed: int, progress: Progress
) -> Iterator[SquadCell]:
    """Yield, for each way of typing, the measures with all parts and what each part adds.

    `R@1` is the share of questions whose first passage is of an article that answers, `answer@5`
    the share with an accepted answer in the first five passages.
    """
    for typing, questions in typings(asked.questions, english, seed):
        found: dict[str, dict[str, list[float]]] = {}
        for number, question in enumerate(questions, start=1):
            for part, ids in _searched(question, asked.live, parts).items():
                for measure, value in _worth(question, ids, asked.live).items():
                    found.setdefault(measure, {}).setdefault(part, []).append(value)
            progress(f"{asked.name}, {typing}: search", number, len(questions))
        for measure, by_part in found.items():
            everything = by_part.pop(WHOLE)
            table, facts = f"{asked.name}, what a part adds", asked.facts
            estimate = mean_estimate(everything, facts)
            yield SquadCell(table, f"({WHOLE})", typing, measure, estimate)
            for part, values in by_part.items():
                gain = paired_difference(values, everything, facts)
                yield SquadCell(table, part, typing, measure, gain)


def _searched(question: Question, live: Live, parts: Parts) -> dict[str, list[str]]:
    """Return the passages found with all parts and without each; equal queries share one search."""
    history = [PastTurn(turn.question, turn.answer) for turn in question.history]
    text = standalone_question(checked(question.question), history, live)
    full = whole(text, live)
    everything = _search(full, live, parts)
    found = {WHOLE: everything}
    for part, without in PARTS.items():
        query = without(text, live)
        found[part] = everything if query == full else _search(query, live, parts)
    found[BY_SCORES] = search_by_ranks(full, live.snapshot, parts.embedder)[:_FOUND]
    return found


def _search(query: SearchQuery, live: Live, parts: Parts) -> list[str]:
    return [hit.passage.id for hit in parts.retriever.search(live.snapshot, query, _FOUND)]


def _worth(question: Question, ids: Sequence[str], live: Live) -> dict[str, float]:
    passages = live.snapshot.table.passages(ids)
    right = {item.article_id for item in question.gold}
    return {
        "R@1": float(bool(passages) and passages[0].article_id in right),
        "answer@5": float(any(_holds(passage, question) for passage in passages)),
    }


def _holds(passage: Passage, question: Question) -> bool:
    return any(
        item.article_id == passage.article_id
        and passage.start <= answer.start
        and answer.end <= passage.end
        for item in question.gold
        for answer in item.alternatives
    )
