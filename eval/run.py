"""A question set is asked, and everything that was said is kept in a run folder."""

import platform
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from eval.given import Given, Took, evidence_key
from eval.question import Question
from eval.retrieval_measures import PassagePlace, qrels_of
from eval.run_folder import ArticleSize, RunFolder, RunSettings, set_fingerprint

Progress = Callable[[int, int], None]
"""Called with how many questions are answered and how many there are."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an answerer says of itself; texts that it cannot know are empty."""

    place: str
    snapshot: str
    corpus_fingerprint: str
    embedding_model: str
    reader: str
    answer_threshold: float
    confidence: str
    top_k: int
    articles: tuple[ArticleSize, ...]


class Answerer(Protocol):
    """Whatever answers questions: the pipeline in this process, a service, the plain recipe."""

    def conditions(self) -> Conditions:
        """Return what answers."""
        ...

    def passages(self) -> Iterable[PassagePlace]:
        """Yield the places of all passages; nothing when they cannot be known."""
        ...

    def text(self, article_id: str) -> str:
        """Return the cleaned text of an article."""
        ...

    def ask(self, question: Question) -> tuple[Given, Took]:
        """Return what is said to a question; SnapshotMissing when nothing can answer."""
        ...


def run_set(
    questions: Sequence[Question],
    answerer: Answerer,
    folder: Path,
    set_name: str,
    progress: Progress = lambda _done, _all: None,
) -> RunFolder:
    """Ask every question that the folder has no answer to yet.

    Raises:
        QuestionSetError: the folder holds a run under other conditions.
        SnapshotMissing: nothing can answer; what was answered so far is kept.
    """
    run = RunFolder(folder)
    done = run.begin(_settings(questions, answerer.conditions(), set_name), questions)
    # Said before the first answer: what is needed for it may have to be loaded.
    progress(0, len(questions))
    for number, question in enumerate(questions, start=1):
        if question.id not in done:
            run.add(*answerer.ask(question))
        progress(number, len(questions))
    run.write_evidence(_evidence(questions, answerer))
    run.write_trec(qrels_of(questions, list(answerer.passages()), run.answers))
    return run


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return what `git describe` says of this code, or the version of the installed package."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--tags", "--dirty"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        ).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        described = ""
    if described:
        return described
    try:
        return version("coop-qa")
    except PackageNotFoundError:
        return "unknown"


def _evidence(questions: Sequence[Question], answerer: Answerer) -> dict[str, str]:
    places = dict.fromkeys((i.article_id, i.evidence) for q in questions for i in q.gold)
    known = {article.id for article in answerer.conditions().articles}
    texts = {a: answerer.text(a) for a in dict.fromkeys(a for a, _ in places) if a in known}
    return {evidence_key(a, p): texts[a][slice(*p)] for a, p in places if a in texts}


def _settings(questions: Sequence[Question], conditions: Conditions, set_name: str) -> RunSettings:
    return RunSettings(
        set_name=set_name,
        set_fingerprint=set_fingerprint(questions),
        place=conditions.place,
        snapshot=conditions.snapshot,
        corpus_fingerprint=conditions.corpus_fingerprint,
        embedding_model=conditions.embedding_model,
        reader=conditions.reader,
        answer_threshold=conditions.answer_threshold,
        confidence=conditions.confidence,
        top_k=conditions.top_k,
        code_version=code_version(),
        processor=_processor(),
        articles=conditions.articles,
    )


@lru_cache(maxsize=1)
def _processor() -> str:
    """Return the processor's name: scores move a little from one to the next."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
