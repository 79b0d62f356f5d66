"""Reading: for one question and several passages, the best spans and the score of "not here"."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.span_decoding import (
    ScoredSpan,
    ScoredWindow,
    SpanLimits,
    best_spans,
    line_numbers,
    member_spans,
)
from qa.span_model import SpanModel

WINDOW_TOKENS = 256
OVERLAP_TOKENS = 96
MEMBER_SLACK = 5.0
"""How far a member of a list may stand behind the best span, in logits over "not here".

Chosen among 3, 4, 5 and 6 by the token F1 of questions with several answers: 5 is the best on the
train articles of the domain set and on the cooperation set, 6 by .01 on the dev articles.
"""


@dataclass(frozen=True, slots=True)
class ReadingPassage:
    """What is read: `heading` ("organisation · title · heading", or empty) is context only."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The best spans of one passage, best first, in characters of its text, maybe none.

    Raw logit sums: a span is likelier than "not here" where its score exceeds `null_score`.
    Both are comparable between passages of one question. `members` are what stands here of a list
    that answers, in the order of the text.
    """

    null_score: float
    spans: tuple[ScoredSpan, ...]
    members: tuple[ScoredSpan, ...] = ()

    @property
    def margin(self) -> float:
        """How much the best span outweighs "not here"; minus infinity without a span."""
        return self.spans[0].score - self.null_score if self.spans else -math.inf


class SpanReader:
    """An extractive reader over a span model (Devlin et al. 2019, section 4.3)."""

    def __init__(self, model: SpanModel, limits: SpanLimits | None = None) -> None:
        self._model = model
        self._layout = model.layout
        self._window_tokens = min(WINDOW_TOKENS, model.max_tokens)
        self._limits = limits or SpanLimits()

    def read(
        self, question: str, passages: Sequence[ReadingPassage], *, several: bool = False
    ) -> list[Reading]:
        """Return one reading a passage, in their order, from a single batch.

        Long texts are covered by windows of 256 tokens that overlap by 96. `several`: the members
        of a list are wanted too.
        """
        scored = self._scored(question, passages)
        readings = [self._reading(windows) for windows in scored]
        if not several:
            return readings
        least = max((r.margin for r in readings), default=0.0) - MEMBER_SLACK
        return [
            replace(reading, members=self._members(windows, reading.null_score + least))
            for reading, windows in zip(readings, scored, strict=True)
        ]

    def _scored(
        self, question: str, passages: Sequence[ReadingPassage]
    ) -> list[list[ScoredWindow]]:
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
        flat = iter(self._model.score([window for windows in covered for window in windows]))
        lines = [line_numbers(p.text, t.offsets) for p, t in zip(passages, texts, strict=True)]
        return [
            [ScoredWindow.of(window, text, rows, *next(flat)) for window in windows]
            for windows, text, rows in zip(covered, texts, lines, strict=True)
        ]

    def _reading(self, windows: Sequence[ScoredWindow]) -> Reading:
        spans = [span for window in windows for span in best_spans(window, self._limits)]
        # a passage lacks the answer only where every window of it does
        return Reading(min(window.null for window in windows), _apart(spans, self._limits.count))

    def _members(self, windows: Sequence[ScoredWindow], floor: float) -> tuple[ScoredSpan, ...]:
        limits = replace(self._limits, floor=floor)
        members = [span for window in windows for span in member_spans(window, limits)]
        return tuple(sorted(_apart(members, len(members)), key=lambda span: span.start))


def _apart(spans: Sequence[ScoredSpan], count: int) -> tuple[ScoredSpan, ...]:
    """Return the best spans, dropping what overlaps a better one of another window."""
    kept: list[ScoredSpan] = []
    for span in sorted(spans, key=lambda span: -span.score):
        if len(kept) < count and all(span.end <= k.start or span.start >= k.end for k in kept):
            kept.append(span)
    return tuple(kept)
