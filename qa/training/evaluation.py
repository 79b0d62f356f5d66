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

from corpus.errors import TrainingError
from qa.reader_input import ReaderInput, Window
from qa.span_decoding import ScoredWindow, SpanLimits, best_spans, line_numbers
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
    """Read a SQuAD-style `.json` file, or `.jsonl` in the form of the training sets.

    Raises:
        TrainingError: the file is missing or broken.
    """
    if path.suffix == ".json":
        try:
            return read_squad(path)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TrainingError(f"{path} is no SQuAD file ({error!r}); see --dev.") from error
    return [
        GoldQuestion(e.question, e.heading, e.context, tuple(e.context[a:b] for a, b in e.answers))
        for e in read_examples(path)
    ]


@dataclass(frozen=True, slots=True)
class SpanScores:
    """How good one best span is, 0 or 1 and 0 to 1; `margin` is span minus null score."""

    answerable: bool
    exact: float
    f1: float
    margin: float


def score_span(asked: GoldQuestion, layout: ReaderInput, score: Scorer) -> SpanScores:
    """Let the reader answer a question, whatever the null score says."""
    answer, margin = _answer(asked, layout, score)
    exact = max((normalise(answer) == normalise(gold) for gold in asked.answers), default=False)
    f1 = max((token_f1(answer, gold) for gold in asked.answers), default=0.0)
    return SpanScores(bool(asked.answers), float(exact), f1, margin)


def mean_scores(scores: Sequence[SpanScores]) -> SpanMeasures:
    """Return the measures of a set of questions."""
    answerable = [s for s in scores if s.answerable]
    return SpanMeasures(
        100 * float(np.mean([s.exact for s in answerable] or [0])),
        100 * float(np.mean([s.f1 for s in answerable] or [0])),
        auroc([(s.margin, s.answerable) for s in scores]),
        len(scores),
    )


def measure_spans(
    questions: Sequence[GoldQuestion], layout: ReaderInput, score: Scorer
) -> SpanMeasures:
    """Return how well the reader answers a set of questions."""
    return mean_scores([score_span(asked, layout, score) for asked in questions])


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
        scored = ScoredWindow.of(window, text, lines, start, end)
        null = min(null, scored.null)
        for span in best_spans(scored, SpanLimits(count=1)):
            if span.score > best:
                best, answer = span.score, asked.paragraph[span.start : span.end]
    return answer, float(best - null)
