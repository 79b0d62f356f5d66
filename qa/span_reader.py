"""Reading: for one question and several passages, the best spans and the score of "not here"."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.reader_input import TokenisedText, Window
from qa.span_decoding import (
    Logits,
    ScoredSpan,
    SpanLimits,
    best_spans,
    line_numbers,
    null_score,
)
from qa.span_model import SpanModel

WINDOW_TOKENS = 256
OVERLAP_TOKENS = 96


@dataclass(frozen=True, slots=True)
class ReadingPassage:
    """What is read: `heading` ("organisation · title · heading", or empty) is context only."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The best spans of one passage, best first, in characters of its text, maybe none.

    Raw logit sums: a span is likelier than "not here" where its score exceeds `null_score`.
    Both are comparable between passages of one question.
    """

    null_score: float
    spans: tuple[ScoredSpan, ...]


class SpanReader:
    """An extractive reader over a span model (Devlin et al. 2019, section 4.3)."""

    def __init__(self, model: SpanModel, limits: SpanLimits | None = None) -> None:
        self._model = model
        self._layout = model.layout
        self._window_tokens = min(WINDOW_TOKENS, model.max_tokens)
        self._limits = limits or SpanLimits()

    def read(self, question: str, passages: Sequence[ReadingPassage]) -> list[Reading]:
        """Return one reading a passage, in their order, from a single batch.

        Long texts are covered by windows of 256 tokens that overlap by 96.
        """
        texts = [self._layout.tokenise(passage.text) for passage in passages]
        covered = [
            self._layout.windows(
                self._layout.opening(question, passage.heading),
                text,
                self._window_tokens,
                OVERLAP_TOKENS,
            )
            for passage, text in zip(passages, texts, strict=True)
        ]
        scored = iter(self._model.score([window for windows in covered for window in windows]))
        return [
            self._reading(passage.text, text, [(window, *next(scored)) for window in windows])
            for passage, text, windows in zip(passages, texts, covered, strict=True)
        ]

    def _reading(
        self, text: str, tokens: TokenisedText, scored: Sequence[tuple[Window, Logits, Logits]]
    ) -> Reading:
        lines = line_numbers(text, tokens.offsets)
        spans = [
            span
            for window, start, end in scored
            for span in best_spans(start, end, window, tokens, lines, self._limits)
        ]
        nulls = [null_score(start, end) for _, start, end in scored]
        # a passage lacks the answer only where every window of it does
        return Reading(min(nulls), _apart(spans, self._limits.count))


def _apart(spans: Sequence[ScoredSpan], count: int) -> tuple[ScoredSpan, ...]:
    """Return the best spans, dropping what overlaps a better one of another window."""
    kept: list[ScoredSpan] = []
    for span in sorted(spans, key=lambda span: -span.score):
        if len(kept) < count and all(span.end <= k.start or span.start >= k.end for k in kept):
            kept.append(span)
    return tuple(kept)
