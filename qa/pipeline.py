"""From a question to an answer: the one method that shows every step."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from corpus.article import Range
from corpus.errors import ArticleNotFound
from index.retriever import RetrievedPassage, Retriever
from qa.answer import Answer, Status, Suggestion, verified
from qa.asking import Asking, asking_of
from qa.choice import FITTING_DEPTH, Choice, Judged
from qa.compose import cite, suggest
from qa.confidence import FittedConfidence, features_of
from qa.conversation import PastTurn, standalone_question
from qa.enumeration import whole_list
from qa.live import Live, SnapshotSource
from qa.messages import Language, message
from qa.question import Question, checked, read_question
from qa.reader import Reader, Reading
from qa.small_talk import small_talk
from qa.stopwatch import Stopwatch


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, and how: `top_k` passages are read, of these articles (None: of all)."""

    question: str
    history: Sequence[PastTurn] = ()
    article_ids: frozenset[str] | None = None
    top_k: int = 5
    lang: Language = "vi"
    standalone: bool = False


class Pipeline:
    """Reads a question, finds passages, reads them, judges and cites."""

    def __init__(
        self,
        source: SnapshotSource,
        retriever: Retriever,
        reader: Reader,
        confidence: FittedConfidence,
    ) -> None:
        self._source = source
        self._retriever = retriever
        self._reader = reader
        self._confidence = confidence
        # The models take all processors: questions that share them wait longer than in turns.
        self._turn = threading.Lock()

    def answer(
        self, request: Request, progress: Callable[[str], None] = lambda _step: None
    ) -> Answer:
        """Answer one question; every citation is sliced again before it leaves.

        `progress` is told each step as it begins, and may raise to give the work up.

        Raises:
            InvalidQuestion: the question is empty, over-long or not text.
            ArticleNotFound: one of the named articles is not in the live snapshot.
            SnapshotMissing: nothing was published yet.
        """
        watch = Stopwatch()
        typed, live = checked(request.question), self._source()
        if talk := small_talk(typed, request.lang):
            return _said(Status.SMALL_TALK, typed, talk, live, watch)
        allowed = _allowed(request.article_ids, live)
        alone = typed if request.standalone else standalone_question(typed, request.history, live)
        question = read_question(alone, live.snapshot, live.directory)
        with self._turn:
            progress("searching")
            depth = max(request.top_k, FITTING_DEPTH)
            found = self._retriever.search(live.snapshot, question.search, depth, allowed)
            watch.mark()
            progress("reading")
            choice = Choice.of(question, found, live)
            judged = self._read(question, found[: request.top_k], choice, live)
            watch.mark()
        answer = self._compose(question, found, judged, choice, request.lang, watch)
        return verified(answer, live.snapshot.table.articles)

    def search(
        self, text: str, k: int, article_ids: frozenset[str] | None = None
    ) -> list[RetrievedPassage]:
        """Return the nearest passages, copies too, unread; raises as `answer` does."""
        live = self._source()
        question = read_question(checked(text), live.snapshot, live.directory)
        found = self._retriever.search(
            live.snapshot, question.search, k, _allowed(article_ids, live)
        )
        listed = (passage for hit in found for passage in (hit, *hit.copies))
        return sorted(listed, key=lambda passage: -passage.score)[:k]

    def judge(self, question: Question, readings: Sequence[Reading], live: Live) -> list[Judged]:
        """Return the readings with their confidence, surest first."""
        features = features_of(question, readings, live.overlap)
        judged = [
            Judged(reading, self._confidence.chance(found))
            for reading, found in zip(readings, features, strict=True)
        ]
        return sorted(judged, key=_chance)

    def _read(
        self, question: Question, passages: Sequence[RetrievedPassage], choice: Choice, live: Live
    ) -> list[Judged]:
        """Return what was read, surest first; each organisation that fits has its turn.

        The passages of one organisation do not compete with those of another.
        """
        readings = self._reader.read(question, passages, live)
        judged = self.judge(question, readings, live)
        unread = choice.unread(judged)
        if not unread or choice.too_many or not self._sure(judged):
            return judged
        for found in unread:
            judged += self.judge(question, self._reader.read(question, [found], live), live)
        return sorted(judged, key=_chance)

    def _sure(self, judged: Sequence[Judged]) -> list[Judged]:
        return [j for j in judged if j.confidence >= self._confidence.answer_threshold]

    def _compose(
        self,
        question: Question,
        passages: Sequence[RetrievedPassage],
        judged: Sequence[Judged],
        choice: Choice,
        lang: Language,
        watch: Stopwatch,
    ) -> Answer:
        live = choice.live
        chosen = choice.shown(question, self._sure(judged))
        if chosen and choice.too_many:
            choices = tuple(s for found in choice.fitting.values() for s in suggest([found]))
            text = message("clarify", lang)
            return _said(Status.CLARIFY, question.text, text, live, watch, choices)
        confidence = max((j.confidence for j in judged), default=0.0)
        if not chosen:
            near = suggest(passages)
            text = message("no_answer_near" if near else "no_answer", lang)
            refusal = _said(Status.NO_ANSWER, question.text, text, live, watch, near)
            return replace(refusal, confidence=confidence)
        asking = asking_of(question.repaired)
        spans, citations = cite([s for j in chosen for s in self._shown(j, judged, asking)])
        return Answer(
            status=Status.ANSWERED,
            question=question.text,
            message="",
            confidence=confidence,
            found=len(spans),
            spans=spans,
            citations=citations,
            suggestions=(),
            snapshot=live.snapshot.id,
            timing=watch.timing(),
        )

    def _shown(
        self, chosen: Judged, judged: Sequence[Judged], asking: Asking
    ) -> list[tuple[Reading, Sequence[Range], float]]:
        """Return a list whole, else the narrowest text that the confidence allows."""
        reading, chance = chosen.reading, chosen.confidence
        if listed := whole_list(reading, [j.reading for j in judged]):
            return [(r, r.items, chance) for r in listed]
        wide = chance < self._confidence.span_threshold or asking is Asking.YES_NO
        return [(reading, [reading.sentence if wide else reading.span], chance)]


def _chance(judged: Judged) -> float:
    return -judged.confidence


def _allowed(article_ids: frozenset[str] | None, live: Live) -> frozenset[str] | None:
    for article_id in article_ids or ():
        if article_id not in live.snapshot.table.articles:
            raise ArticleNotFound(f"There is no article {article_id!r}.")
    return article_ids


def _said(
    status: Status,
    question: str,
    text: str,
    live: Live,
    watch: Stopwatch,
    suggestions: Sequence[Suggestion] = (),
) -> Answer:
    return Answer(
        status=status,
        question=question,
        message=text,
        confidence=0.0,
        found=0,
        spans=(),
        citations=(),
        suggestions=tuple(suggestions),
        snapshot=live.snapshot.id,
        timing=watch.timing(),
    )
