"""Questions are asked of a pipeline in this process."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace

from corpus.article import Article
from corpus.errors import CoopQaError, SnapshotMissing
from eval.given import Given, GivenHit, GivenQuote, GivenSpan, Took, failed
from eval.question import Question
from eval.retrieval_measures import PassagePlace
from eval.run import Conditions
from eval.run_folder import ArticleSize
from index.retriever import RetrievedPassage, Retriever
from qa.answer import Answer, AnswerSpan, Citation, Suggestion
from qa.confidence import FittedConfidence
from qa.conversation import PastTurn
from qa.live import Live, SnapshotSource
from qa.pipeline import Pipeline, Request
from qa.question import Question as AskedQuestion
from qa.question import checked, read_question
from qa.reader import Reader, Reading

HITS = 10
"""How many passages a run keeps of each search; the measures look no deeper."""


class _ReadOnce:
    """A reader that remembers the last thing it read, which is asked for twice when refused."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.name = reader.name
        self._key: tuple[str, ...] = ()
        self._readings: list[Reading] = []

    def read(
        self, question: AskedQuestion, passages: Sequence[RetrievedPassage], live: Live
    ) -> list[Reading]:
        """Return what the reader finds."""
        key = (live.snapshot.id, question.text, *(found.passage.id for found in passages))
        if key != self._key:
            self._readings = self._reader.read(question, passages, live)
            self._key = key
        return list(self._readings)


class InProcess:
    """Asks a pipeline, and beside it the same pipeline that may not refuse."""

    def __init__(
        self,
        source: SnapshotSource,
        retriever: Retriever,
        reader: Reader,
        confidence: FittedConfidence,
        top_k: int = 5,
    ) -> None:
        self._source = source
        self._retriever = retriever
        self._reader = reader
        self._confidence = confidence
        self._top_k = top_k
        once = _ReadOnce(reader)
        self._pipeline = Pipeline(source, retriever, once, confidence)
        bold = replace(confidence, answer_threshold=0.0)
        self._bold = Pipeline(source, retriever, once, bold)

    def conditions(self) -> Conditions:
        """Return what answers."""
        manifest = self._source().snapshot.manifest
        return Conditions(
            place="in process",
            snapshot=manifest.id,
            corpus_fingerprint=manifest.corpus_fingerprint,
            embedding_model=manifest.embedder,
            reader=self._reader.name,
            answer_threshold=float(self._confidence.answer_threshold),
            confidence=_fingerprint(self._confidence),
            top_k=self._top_k,
            articles=tuple(
                ArticleSize(a.id, a.version, len(a.text))
                for a in self._source().snapshot.table.articles.values()
            ),
        )

    def passages(self) -> Iterator[PassagePlace]:
        """Yield the places of all passages."""
        for p in self._source().snapshot.table.all_passages():
            yield PassagePlace(p.id, p.article_id, p.start, p.end)

    def text(self, article_id: str) -> str:
        """Return the cleaned text of an article."""
        return self._source().snapshot.table.article(article_id).text

    def ask(self, question: Question) -> tuple[Given, Took]:
        """Return what is said to a question; an error of ours becomes the status `error`."""
        history = tuple(PastTurn(turn.question, turn.answer) for turn in question.history)
        request = Request(question.question, history, top_k=self._top_k)
        try:
            answer = self._pipeline.answer(request)
            withheld: tuple[AnswerSpan, ...] = ()
            if answer.status == "no_answer":
                withheld = self._bold.answer(request).spans
            hits = () if answer.status == "small_talk" else self._hits(answer.question)
        except SnapshotMissing:
            raise
        except CoopQaError as error:
            return failed(question.id, error)
        given = _given(question.id, answer, withheld, hits, self._source().snapshot.table.articles)
        timing = answer.timing
        return given, Took(question.id, timing.retrieve, timing.read, timing.total)

    def _hits(self, standalone: str) -> Sequence[RetrievedPassage]:
        live = self._source()
        read = read_question(checked(standalone), live.snapshot, live.directory)
        return self._retriever.search(live.snapshot, read.search, HITS)


def _fingerprint(confidence: FittedConfidence) -> str:
    text = json.dumps(asdict(confidence), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _given(
    question_id: str,
    answer: Answer,
    withheld: Sequence[AnswerSpan],
    hits: Sequence[RetrievedPassage],
    articles: Mapping[str, Article],
) -> Given:
    return Given(
        id=question_id,
        status=str(answer.status),
        message=answer.message,
        confidence=round(answer.confidence, 4),
        searched=answer.question,
        spans=tuple(map(_span, answer.spans)),
        citations=tuple(map(_quote, answer.citations)),
        suggestions=tuple(map(_quote, answer.suggestions)),
        hits=tuple(
            GivenHit(h.passage.id, h.article.id, h.passage.start, h.passage.end, round(h.score, 4))
            for h in hits
        ),
        withheld=tuple(map(_span, withheld)),
        broken_quotes=_broken(answer, articles),
    )


def _broken(answer: Answer, articles: Mapping[str, Article]) -> int:
    """Count again what the pipeline promised: every quote and span is a slice of its article."""
    pieces = [(c.article_id, c.start, c.end, c.quote) for c in answer.citations]
    pieces += [(s.article_id, s.start, s.end, s.text) for s in answer.spans]
    return sum(a not in articles or articles[a].text[b:e] != text for a, b, e, text in pieces)


def _span(span: AnswerSpan) -> GivenSpan:
    return GivenSpan(span.text, span.article_id, span.start, span.end, span.citation)


def _quote(quote: Citation | Suggestion) -> GivenQuote:
    return GivenQuote(
        article_id=quote.article_id,
        article_version=quote.article_version,
        organisation=quote.organisation,
        heading=quote.heading,
        start=quote.start,
        end=quote.end,
        quote=quote.quote,
    )
