"""What is still kept of an article, counted from scratch in every place that could hold it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from corpus.errors import CoopQaError
from eval.forget import runs_with
from index.bm25_index import Bm25Index
from index.faiss_index import article_of
from index.manifest import MANIFEST
from index.passage_table import PassageTable
from index.snapshot import KEYWORDS, PASSAGES
from qa.assemble import Parts
from qa.settings import Settings


def count_traces(parts: Parts, article_id: str) -> dict[str, int]:
    """Return how many traces of each kind there are; a snapshot that cannot be read is one."""
    with closing(parts.cache) as cache:
        cached = cache.count(article_id)
    return {
        "versions": len(parts.store.versions(article_id)),
        **_in_snapshots(parts.settings, article_id),
        "cached_vectors": cached,
        "conversations": parts.conversations.citing(article_id),
        "feedback": parts.feedback.quoting(article_id),
        "runs": sum(len(runs_with(f, [article_id])) for f in run_folders(parts.settings)),
    }


def snapshot_folders(settings: Settings) -> Iterator[Path]:
    """Yield the folder of every kept snapshot, those of the evaluation's own sets too."""
    for kept in (settings.snapshots_dir, settings.suites_dir):
        for manifest in sorted(kept.rglob(MANIFEST)):
            yield manifest.parent


def run_folders(settings: Settings) -> tuple[Path, ...]:
    """Return the folders in which runs with their reports lie."""
    return settings.publication_runs_dir, settings.runs_dir


def _in_snapshots(settings: Settings, article_id: str) -> dict[str, int]:
    found = {"snapshots": 0, "passages": 0, "postings": 0}
    for folder in snapshot_folders(settings):
        try:
            table = PassageTable(folder / PASSAGES)
            postings = Bm25Index.load(folder / KEYWORDS).passages_of(article_id)
        except CoopQaError:
            found["snapshots"] += 1
            continue
        # A row of the vectors belongs to the passage of the same number.
        passages = sum(article_of(i) == article_id for i in table.passage_ids)
        found["snapshots"] += article_id in table.articles or passages > 0
        found["passages"] += passages
        found["postings"] += postings
    return found
