"""From start and end logits to the best spans."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.reader_input import TokenisedText, Window

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """Characters start to end of a text; the score is the sum of two raw logits."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class SpanLimits:
    """At most `tokens` tokens a span, and at most `count` spans a window, none overlapping."""

    tokens: int = 40
    count: int = 3


def null_score(start: Logits, end: Logits) -> float:
    """Return the score of "no answer": both logits of position 0."""
    return float(start[0] + end[0])


def best_spans(
    start: Logits,
    end: Logits,
    window: Window,
    text: TokenisedText,
    breaks: NDArray[np.int64],
    limits: SpanLimits,
) -> list[ScoredSpan]:
    """Return the best spans of one window, best first, none overlapping another.

    `start` and `end` have one logit a token of the window; `breaks` gives for each token of the
    text the number of its line, and no span covers two lines.
    """
    inside = slice(window.text_at, window.text_at + window.length)
    scores = start[inside][:, None] + end[inside][None, :]
    lines = breaks[window.first : window.first + window.length]
    distance = np.arange(window.length)[None, :] - np.arange(window.length)[:, None]
    allowed = (distance >= 0) & (distance < limits.tokens) & (lines[:, None] == lines[None, :])
    scores = np.where(allowed, scores, -np.inf)
    spans: list[ScoredSpan] = []
    while len(spans) < limits.count and scores.size:
        first, last = np.unravel_index(int(np.argmax(scores)), scores.shape)
        score = float(scores[first, last])
        if score == -np.inf:
            break
        a, b = text.offsets[window.first + first], text.offsets[window.first + last]
        spans.append(ScoredSpan(a[0], b[1], score))
        # what shares a token with this span starts at or before its end and ends at or after it
        scores[: last + 1, first:] = -np.inf
    return spans


def line_numbers(text: str, offsets: tuple[tuple[int, int], ...]) -> NDArray[np.int64]:
    """Return for each token the number of newlines before it."""
    newlines = np.array([at for at, letter in enumerate(text) if letter == "\n"], np.int64)
    starts = np.array([a for a, _ in offsets], np.int64)
    return np.searchsorted(newlines, starts)
