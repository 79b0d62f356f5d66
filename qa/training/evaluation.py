"""How well the reader finds spans in the gold paragraph: SQuAD's exact match and F1.

Normalised as in Rajpurkar et al. 2016, without dropping articles, which Vietnamese lacks: NFC,
lower case, no punctuation, words at spaces.
"""

import json
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.reader_input import ReaderInput, Window
from qa.span_decoding import SpanLimits, best_spans, line_numbers, null_score
from qa.training.examples import read_examples

Scorer = Callable[[Sequence[Window]], list[tuple[NDArray[np.float32], NDArray[np.float32]]]]
_PUNCTUATION = str.maketrans("", "", string.punctuation + "“”‘’…–—«»")


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question over its gold paragraph; `answers` are alternatives, () = unanswerable."""

    question: str
    heading: str
    paragraph: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpanMeasures:
    """Means over the answerable questions, 0 to 100; AUROC of span minus null score, or None."""

    exact: float
    f1: float
    auroc: float | None
    questions: int


def read_squad(path: Path) -> list[GoldQuestion]:
    """Read a SQuAD-style file."""
    articles = json.loads(path.read_text("utf-8"))["data"]
    return [
        GoldQuestion(
            question["question"],
            "",
            unicodedata.normalize("NFC", paragraph["context"]),
            tuple(answer["text"] for answer in question["answers"]),
        )
        for article in articles
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]


def read_gold(path: Path) -> list[GoldQuestion]:
    """Read a SQuAD-style `.json` file, or `.jsonl` in the form of the training sets."""
    if path.suffix == ".json":
        return read_squad(path)
    return [
        GoldQuestion(e.question, e.heading, e.context, tuple(e.context[a:b] for a, b in e.answers))
        for e in read_examples(path)
    ]


def measure_spans(
    questions: Sequence[GoldQuestion], layout: ReaderInput, score: Scorer
) -> SpanMeasures:
    """Let the reader answer every question, whatever the null score says."""
    exact, f1 = list[float](), list[float]()
    margins: list[tuple[float, bool]] = []
    for asked in questions:
        answer, margin = _answer(asked, layout, score)
        margins.append((margin, bool(asked.answers)))
        if asked.answers:
            exact.append(max(normalise(answer) == normalise(gold) for gold in asked.answers))
            f1.append(max(token_f1(answer, gold) for gold in asked.answers))
    return SpanMeasures(
        100 * float(np.mean(exact or [0])),
        100 * float(np.mean(f1 or [0])),
        auroc(margins),
        len(questions),
    )


def normalise(text: str) -> str:
    """Return the text as it is compared."""
    bare = unicodedata.normalize("NFC", text).lower().translate(_PUNCTUATION)
    return " ".join(bare.split())


def token_f1(answer: str, gold: str) -> float:
    """Return the F1 of the two bags of words, 0 to 1."""
    found, expected = normalise(answer).split(), normalise(gold).split()
    common = sum((Counter(found) & Counter(expected)).values())
    return 2 * common / (len(found) + len(expected)) if common else 0.0


def auroc(margins: Sequence[tuple[float, bool]]) -> float | None:
    """Return the chance that an answerable question has the higher margin; ties count half."""
    yes = np.array([margin for margin, answerable in margins if answerable])
    no = np.array([margin for margin, answerable in margins if not answerable])
    if not len(yes) or not len(no):
        return None
    above = (yes[:, None] > no[None, :]).mean() + 0.5 * (yes[:, None] == no[None, :]).mean()
    return float(above)


def _answer(asked: GoldQuestion, layout: ReaderInput, score: Scorer) -> tuple[str, float]:
    text = layout.tokenise(asked.paragraph)
    opening = layout.opening(asked.question, asked.heading)
    windows = layout.windows(opening, text, 256, 96)
    lines = line_numbers(asked.paragraph, text.offsets)
    best, answer, null = -np.inf, "", np.inf
    for window, (start, end) in zip(windows, score(windows), strict=True):
        null = min(null, null_score(start, end))
        for span in best_spans(start, end, window, text, lines, SpanLimits(count=1)):
            if span.score > best:
                best, answer = span.score, asked.paragraph[span.start : span.end]
    return answer, float(best - null)
