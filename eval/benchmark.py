"""How fast it is, side by side with the plain recipe in one run."""

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus.progress import Progress
from eval.benchmark_http import http_times
from eval.question import Question
from qa.assemble import Parts
from qa.pipeline import Request

_WARM_UP = 5
_PASSAGE_WORDS = 170
"""About 240 tokens of Vietnamese."""
_INDEXED_PASSAGES = 64


@dataclass(frozen=True, slots=True)
class Pace:
    """Times of one thing done many times, in milliseconds."""

    name: str
    p50_ms: float
    p95_ms: float
    n: int


def answer_paces(parts: Parts, questions: Sequence[Question]) -> list[Pace]:
    """Time whole answers and their steps, ours and a bare embedding of the question in turn."""
    pipeline = parts.pipeline()
    for question in questions[:_WARM_UP]:
        pipeline.answer(Request(question.question))
    times: dict[str, list[float]] = {
        name: [] for name in ("answer", "retrieve", "read", "embed the question only")
    }
    for question in questions:
        answer = pipeline.answer(Request(question.question))
        times["answer"].append(answer.timing.total)
        times["retrieve"].append(answer.timing.retrieve)
        times["read"].append(answer.timing.read)
        begin = time.perf_counter()
        parts.embedder.embed_query(question.question)
        times["embed the question only"].append((time.perf_counter() - begin) * 1000)
    return [_pace(name, found) for name, found in times.items()]


def http_paces(url: str, questions: Sequence[Question]) -> list[Pace]:
    """Time the same questions asked of a running server; the warm-up is left out."""
    http_times(url, [question.question for question in questions[:_WARM_UP]])
    times = http_times(url, [question.question for question in questions])
    return [_pace(name, found) for name, found in times.items()]


def indexing_pace(parts: Parts, words: Sequence[str]) -> float:
    """Return how many passages of about 240 tokens are embedded in a second."""
    texts = [
        " ".join(words[(start + n) % len(words)] for n in range(_PASSAGE_WORDS))
        for start in range(_INDEXED_PASSAGES)
    ]
    parts.embedder.embed_passages(texts[:4])
    begin = time.perf_counter()
    parts.embedder.embed_passages(texts)
    return len(texts) / (time.perf_counter() - begin)


def peak_memory_bytes() -> int:
    """Return the largest resident size that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def benchmark_lines(
    parts: Parts,
    url: str,
    questions: Sequence[Question],
    progress: Progress,
) -> tuple[str, ...]:
    """Return every figure as text; `url` is where the same parts answer over HTTP."""
    progress("answers", 0, 2)
    paces = answer_paces(parts, questions)
    progress("answers", 1, 2)
    paces += http_paces(url, questions)
    progress("answers", 2, 2)
    words = [w for a in parts.live().snapshot.table.articles.values() for w in a.text.split()]
    indexed = indexing_pace(parts, words)
    return (
        "| step | p50 ms | p95 ms | n |",
        "|---|---|---|---|",
        *(f"| {p.name} | {p.p50_ms:.1f} | {p.p95_ms:.1f} | {p.n} |" for p in paces),
        "",
        f"indexing: {indexed:.1f} passages of about 240 tokens a second",
        f"largest resident size: {peak_memory_bytes() / 1e9:.2f} GB",
    )


def _pace(name: str, times: Sequence[float]) -> Pace:
    p50, p95 = np.percentile(times, (50, 95))
    return Pace(name, float(p50), float(p95), len(times))
