"""What the reader finds for labelled questions, with the article there and with it taken away.

Leaving out the article that answers makes a question of which we know that nothing answers it:
the "gold paragraph removed" protocol.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.article import Range
from eval.answer_measures import items_found, normalise
from eval.given import GivenSpan
from eval.question import Question
from index.retriever import Retriever
from qa.confidence import Features, features_of
from qa.conversation import PastTurn, standalone_question
from qa.live import Live
from qa.question import Question as AskedQuestion
from qa.question import checked, read_question
from qa.reader import Reader, Reading


@dataclass(frozen=True)
class Suite:
    """A corpus and the questions about it; each question needs its gold in this corpus."""

    name: str
    live: Live
    questions: Sequence[Question]


@dataclass(frozen=True, slots=True)
class LabelledReading:
    """A reading's features, and whether its sentence and its span answer the question."""

    features: Features
    sentence_right: bool
    span_right: bool


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """The readings of one question, best first; `group` names what must not cross folds.

    `removed` tells that the articles with the answer were left out of the search, so that the
    question is not `answerable` though the set says so.
    """

    id: str
    group: str
    fact: str
    answerable: bool
    removed: bool
    near: str
    readings: tuple[LabelledReading, ...]


def read_suites(
    suites: Sequence[Suite],
    retriever: Retriever,
    reader: Reader,
    top_k: int = 5,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> list[LabelledQuestion]:
    """Read every question as it is, and every answerable one again without its articles."""
    total = sum(len(suite.questions) for suite in suites)
    labelled: list[LabelledQuestion] = []
    for number, (suite, question) in enumerate(
        ((s, q) for s in suites for q in s.questions), start=1
    ):
        for removed in (False, True)[: 1 + question.answerable]:
            labelled.append(read_labelled(suite, question, retriever, reader, top_k, removed))
        progress(number, total)
    return labelled


def read_labelled(
    suite: Suite,
    question: Question,
    retriever: Retriever,
    reader: Reader,
    top_k: int,
    removed: bool,
) -> LabelledQuestion:
    """Read one question and label what was found."""
    live = suite.live
    allowed = without_gold(question, live) if removed else None
    asked, readings = read_one(live, question, retriever, reader, top_k, allowed)
    return LabelledQuestion(
        id=question.id,
        group=f"{suite.name}/{_group(question)}",
        fact=f"{suite.name}/{question.fact}",
        answerable=question.answerable and not removed,
        removed=removed,
        near=question.near.kind if question.near else "",
        readings=label(question, asked, readings, live, removed),
    )


def read_one(
    live: Live,
    question: Question,
    retriever: Retriever,
    reader: Reader,
    top_k: int,
    allowed: frozenset[str] | None = None,
) -> tuple[AskedQuestion, list[Reading]]:
    """Return a question as it was understood, and what the reader finds in these articles."""
    history = [PastTurn(turn.question, turn.answer) for turn in question.history]
    alone = standalone_question(checked(question.question), history, live)
    asked = read_question(alone, live.snapshot, live.directory)
    found = retriever.search(live.snapshot, asked.search, top_k, allowed)
    return asked, reader.read(asked, found, live)


def without_gold(question: Question, live: Live) -> frozenset[str]:
    """Return all articles but those that answer the question."""
    return frozenset(live.snapshot.table.articles) - {item.article_id for item in question.gold}


def label(
    question: Question,
    asked: AskedQuestion,
    readings: Sequence[Reading],
    live: Live,
    removed: bool = False,
) -> tuple[LabelledReading, ...]:
    """Return the readings with what they are worth."""
    return tuple(
        LabelledReading(
            features,
            sentence_right=_right(question, reading, [reading.sentence]),
            span_right=_right(question, reading, reading.items or [reading.span]),
        )
        for reading, features in zip(
            readings, features_of(asked, readings, live.overlap), strict=True
        )
        if not (removed and _says_it_too(question, reading))
    )


def _group(question: Question) -> str:
    if question.gold:
        return question.gold[0].article_id
    return (question.near.article_id if question.near else "") or question.id


def _right(question: Question, reading: Reading, shown: Sequence[Range]) -> bool:
    """Tell whether some item of the gold is in what would be shown of one passage.

    Unlike the measure of a whole answer, this does not ask for all items of a list: they may
    stand in several passages.
    """
    return items_found(question.gold, list(_spans(reading, shown)))[1] > 0


def _spans(reading: Reading, shown: Sequence[Range]) -> Iterator[GivenSpan]:
    article = reading.passage.article
    for start, end in shown:
        yield GivenSpan(article.text[start:end], article.id, start, end, 1)


def _says_it_too(question: Question, reading: Reading) -> bool:
    """Tell whether another article holds an accepted answer, which may or may not be one there."""
    sentence = f" {normalise(reading.passage.article.text[slice(*reading.sentence)])} "
    return any(
        f" {normalise(alternative.text)} " in sentence
        for item in question.gold
        for alternative in item.alternatives
    )
