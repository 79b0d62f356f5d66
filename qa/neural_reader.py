"""The default reader: spans by the trained model in the best sentences of the passages found."""

from collections.abc import Sequence
from pathlib import Path

from corpus.article import Range
from index.build import context_of
from index.onnx_model import OnnxModel
from index.retriever import RetrievedPassage
from qa.asking import asks_for_several
from qa.enumeration import joined
from qa.live import Live
from qa.question import Question
from qa.reader import Reading
from qa.reader_weights import join_reader
from qa.reading_windows import ReadingWindow, reading_windows
from qa.sentence_ranking import rank_sentences
from qa.snap import snapped
from qa.span_decoding import ScoredSpan
from qa.span_model import OnnxSpanModel
from qa.span_reader import Reading as WindowReading
from qa.span_reader import ReadingPassage, SpanReader

BUNDLED = "bundled"


class NeuralReader:
    """Reads windows with a span model; its margins over "not here" are comparable."""

    def __init__(self, name: str, model: SpanReader) -> None:
        self.name = name
        self._model = model

    def read(
        self, question: Question, passages: Sequence[RetrievedPassage], live: Live
    ) -> list[Reading]:
        """Return the best span of each window, surest first."""
        windows = reading_windows(rank_sentences(question, passages, live))
        read = self._model.read(
            question.search.text,
            [ReadingPassage(context_of(w.found.article, w.found.passage), w.text) for w in windows],
            several=asks_for_several(question.repaired),
        )
        readings = [
            _reading(window, span, result)
            for window, result in zip(windows, read, strict=True)
            for span in _in_sentences(window, result.spans)[:1]
        ]
        return sorted(readings, key=lambda reading: -reading.score)


def _reading(window: ReadingWindow, best: ScoredSpan, read: WindowReading) -> Reading:
    text = window.found.article.text
    members = [_place(window, span) for span in _in_sentences(window, read.members)]
    span, sentence = _place(window, best)
    return Reading(
        passage=window.found,
        span=span,
        sentence=sentence,
        score=best.score - read.null_score,
        null_margin=best.score - read.null_score,
        items=joined(text, [member for member, _ in members]),
    )


def _place(window: ReadingWindow, span: ScoredSpan) -> tuple[Range, Range]:
    """Return a span with sensible borders and the sentence around it, in the article."""
    offset = window.range[0]
    found = (offset + span.start, offset + span.end)
    sentence = _sentence_of(window.found.passage.sentences, found)
    return snapped(window.found.article.text, sentence, found), sentence


def _in_sentences(window: ReadingWindow, spans: Sequence[ScoredSpan]) -> list[ScoredSpan]:
    """Return the spans that touch a sentence; the dash before a list item belongs to none."""
    offset = window.range[0]
    return [
        span
        for span in spans
        if any(
            a < offset + span.end and offset + span.start < b
            for a, b in window.found.passage.sentences
        )
    ]


def _sentence_of(sentences: Sequence[Range], span: Range) -> Range:
    """Return the sentence that holds a span; where it crosses a border, all that it touches."""
    touched = [s for s in sentences if s[0] < span[1] and span[0] < s[1]]
    return touched[0][0], touched[-1][1]


def load_reader(name: str, models_dir: Path, threads: int) -> NeuralReader:
    """Load the shipped reader, or an extractive question-answering model by name or folder.

    Raises:
        ModelError: its files are missing, damaged or foreign.
    """
    if name == BUNDLED:
        folder = join_reader(models_dir)
        return NeuralReader(folder.name, SpanReader(OnnxSpanModel(OnnxModel(folder, threads))))
    from qa.transformers_model import load_transformers  # the shipped reader needs no torch

    return NeuralReader(name, SpanReader(load_transformers(name, threads)))
