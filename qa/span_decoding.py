"""From start and end logits to the best spans."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.reader_input import TokenisedText, Window

Logits = NDArray[np.float32]
Lines = NDArray[np.int64]
"""For each token of a text the number of its line."""


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """Characters start to end of a text; the score is the sum of two raw logits."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class ScoredWindow:
    """The text of one window: for each of its tokens the logits, the characters and the line.

    `null` is the score of "no answer"; no span covers two lines.
    """

    starts: Logits
    ends: Logits
    offsets: tuple[tuple[int, int], ...]
    lines: Lines
    null: float

    @classmethod
    def of(
        cls, window: Window, text: TokenisedText, lines: Lines, start: Logits, end: Logits
    ) -> "ScoredWindow":
        """Keep the part of a text that a window shows; `start` and `end` score all its tokens."""
        scored = slice(window.text_at, window.text_at + window.length)
        shown = slice(window.first, window.first + window.length)
        null = null_score(start, end)
        return cls(start[scored], end[scored], text.offsets[shown], lines[shown], null)

    def span(self, first: int, last: int) -> ScoredSpan:
        """Return the span from one token to another."""
        score = float(self.starts[first] + self.ends[last])
        return ScoredSpan(self.offsets[first][0], self.offsets[last][1], score)


@dataclass(frozen=True, slots=True)
class SpanLimits:
    """At most `tokens` tokens a span and `count` spans a window, each with more than `floor`."""

    tokens: int = 40
    count: int = 3
    floor: float = -math.inf


def null_score(start: Logits, end: Logits) -> float:
    """Return the score of "no answer": both logits of position 0."""
    return float(start[0] + end[0])


def best_spans(window: ScoredWindow, limits: SpanLimits) -> list[ScoredSpan]:
    """Return the best spans of one window, best first, none overlapping another."""
    length, lines = len(window.offsets), window.lines
    scores = window.starts[:, None] + window.ends[None, :]
    distance = np.arange(length)[None, :] - np.arange(length)[:, None]
    allowed = (distance >= 0) & (distance < limits.tokens) & (lines[:, None] == lines[None, :])
    scores = np.where(allowed, scores, -np.inf)
    spans: list[ScoredSpan] = []
    while len(spans) < limits.count and scores.size:
        first, last = map(int, np.unravel_index(int(np.argmax(scores)), scores.shape))
        if scores[first, last] <= limits.floor:
            break
        spans.append(window.span(first, last))
        # what shares a token with this span starts at or before its end and ends at or after it
        scores[: last + 1, first:] = -np.inf
    return spans


def member_spans(window: ScoredWindow, limits: SpanLimits) -> list[ScoredSpan]:
    """Return the spans that together exceed `limits.floor` by most, in the order of the text.

    Where several places answer, the reader spreads its chances over the borders of all of them;
    a set of separate spans then outweighs the one span from the first border to the last. Found by
    weighted interval scheduling (Kleinberg and Tardos 2006, section 6.1). There may be more than
    `limits.count`.
    """
    length, lines = len(window.offsets), window.lines
    gained = np.zeros(length + 1)
    opened = np.full(length + 1, -1)
    for last in range(length):
        first = max(0, last + 1 - limits.tokens, int(np.searchsorted(lines, lines[last])))
        gains = window.starts[first : last + 1] + window.ends[last] - limits.floor
        reached = np.where(gains > 0, gained[first : last + 1] + gains, -np.inf)
        best = int(np.argmax(reached))
        gained[last + 1] = max(gained[last], reached[best])
        opened[last + 1] = first + best if reached[best] > gained[last] else -1
    spans: list[ScoredSpan] = []
    place = length
    while place:
        first = int(opened[place])
        if first >= 0:
            spans.append(window.span(first, place - 1))
        place = first if first >= 0 else place - 1
    return spans[::-1]


def line_numbers(text: str, offsets: tuple[tuple[int, int], ...]) -> Lines:
    """Return for each token the number of newlines before it."""
    newlines = np.array([at for at, letter in enumerate(text) if letter == "\n"], np.int64)
    starts = np.array([a for a, _ in offsets], np.int64)
    return np.searchsorted(newlines, starts)
