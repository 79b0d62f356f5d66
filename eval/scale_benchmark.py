"""What a question costs beside the models when the corpus is large: understanding and searching.

The indexes are real (tantivy, FAISS, the passages in SQLite); the vectors are random unit vectors,
which cost the same as real ones, so that ten thousand passages are ready in a minute.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corpus.folder import read_folder
from corpus.progress import Progress
from eval.question import Question
from eval.scale_corpus import many_articles
from eval.suites import COOPERATION, DATASETS, scratch_live, suite_articles
from index.protocols import Embedder, Vectors
from qa.assemble import Parts
from qa.choice import FITTING_DEPTH, Choice
from qa.live import Live
from qa.question import checked, read_question

BUDGET_P95_MS = 10.0
_DIM = 384
_WARM_UP = 20
_STEPS = ("understand", "search and fuse", "organisations that fit")
ADDED = "added in all"


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """The times of one step over a corpus, in milliseconds."""

    passages: int
    organisations: int
    step: str
    p50_ms: float
    p95_ms: float
    n: int


class RandomVectors:
    """An embedder whose vectors mean nothing and cost nothing."""

    name, dim = "random unit vectors", _DIM

    def __init__(self) -> None:
        self._random = np.random.default_rng(1)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of shape (len(texts), dim)."""
        vectors = self._random.standard_normal((len(texts), _DIM), np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def embed_query(self, text: str) -> Vectors:
        """Return one unit vector of shape (dim,)."""
        return np.asarray(self.embed_passages([text])[0], np.float32)


class ScaleParts(Parts):
    """The product with vectors that mean nothing."""

    @cached_property
    def embedder(self) -> Embedder:
        """Random vectors."""
        return RandomVectors()


def large_live(passages: int, parts: ScaleParts) -> Live:
    """Return a snapshot of at least so many passages, built once in the data folder."""
    articles = read_folder(DATASETS / "domain" / "articles").articles
    folder = parts.settings.suites_dir
    single = len(scratch_live(articles, folder / "scale-once", parts).snapshot.table.passage_ids)
    copies = -(-passages // single)
    many = tuple(many_articles(articles, copies))
    return scratch_live(many, folder / f"scale-{passages}", parts)


def shipped_live(parts: ScaleParts) -> Live:
    """Return a snapshot of the shipped articles with random vectors."""
    folder = parts.settings.suites_dir / "scale-shipped"
    return scratch_live(suite_articles(COOPERATION), folder, parts)


def scale_rows(
    live: Live, parts: Parts, questions: Sequence[Question], progress: Progress
) -> Iterator[ScaleRow]:
    """Yield the times of each step and of all together; each question is asked once."""
    table = live.snapshot.table
    name = f"{len(table.passage_ids)} passages"
    for question in questions[:_WARM_UP]:
        _times(question, live, parts)
    times = []
    for number, question in enumerate(questions, start=1):
        times.append(_times(question, live, parts))
        progress(name, number, len(questions))
    columns = [*zip(*times, strict=True), [sum(row) for row in times]]
    for step, column in zip((*_STEPS, ADDED), columns, strict=True):
        p50, p95 = np.percentile(column, (50, 95))
        count = len(live.directory.organisations)
        yield ScaleRow(len(table.passage_ids), count, step, float(p50), float(p95), len(questions))


def scale_lines(rows: Sequence[ScaleRow]) -> tuple[str, ...]:
    """Return a Markdown table and whether the budget is kept."""
    slowest = max((row.p95_ms for row in rows if row.step == ADDED), default=0.0)
    kept = "kept" if slowest <= BUDGET_P95_MS else "exceeded"
    return (
        "| passages | organisations | step | p50 ms | p95 ms | n |",
        "|---|---|---|---|---|---|",
        *(
            f"| {r.passages} | {r.organisations} | {r.step} | {r.p50_ms:.1f} | {r.p95_ms:.1f} "
            f"| {r.n} |"
            for r in rows
        ),
        "",
        f"Vectors are random; the models' own time is not in it. Budget {BUDGET_P95_MS:.0f} ms "
        f"p95 added: {kept}.",
    )


def _times(question: Question, live: Live, parts: Parts) -> tuple[float, float, float]:
    text = checked(question.question)
    marks = [time.perf_counter()]
    asked = read_question(text, live.snapshot, live.directory)
    marks.append(time.perf_counter())
    found = parts.retriever.search(live.snapshot, asked.search, FITTING_DEPTH)
    marks.append(time.perf_counter())
    Choice.of(asked, found, live)
    marks.append(time.perf_counter())
    first, second, third = ((b - a) * 1000 for a, b in zip(marks, marks[1:], strict=False))
    return first, second, third
