"""The default reader: spans by the trained model in the best sentences of the passages found."""

from collections.abc import Sequence
from pathlib import Path

from corpus.article import Range
from index.build import context_of
from index.onnx_model import OnnxModel
from index.retriever import RetrievedPassage
from qa.asking import Asking, asking_of
from qa.enumeration import bullets, enumeration
from qa.live import Live
from qa.question import Question
from qa.reader import Reading
from qa.reader_weights import join_reader
from qa.reading_windows import ReadingWindow, reading_windows
from qa.sentence_ranking import rank_sentences
from qa.snap import snapped
from qa.span_decoding import ScoredSpan
from qa.span_model import OnnxSpanModel
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
        )
        asking = asking_of(question.repaired)
        readings = [
            _reading(window, span.start, span.end, span.score, result.null_score, asking)
            for window, result in zip(windows, read, strict=True)
            for span in _in_sentences(window, result.spans)[:1]
        ]
        return sorted(readings, key=lambda reading: -reading.score)


def _reading(
    window: ReadingWindow, start: int, end: int, score: float, null: float, asking: Asking
) -> Reading:
    offset = window.range[0]
    passage, text = window.found.passage, window.found.article.text
    sentence = _sentence_of(passage.sentences, (offset + start, offset + end))
    span = snapped(text, sentence, (offset + start, offset + end))
    items: tuple[Range, ...] = ()
    if asking is Asking.LIST:
        items = bullets(text, passage.sentences, sentence) or enumeration(text, sentence, span)
    return Reading(
        passage=window.found,
        span=span,
        sentence=sentence,
        score=score - null,
        null_margin=score - null,
        items=items if len(items) > 1 else (),
    )


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
