"""What is done after each publication: what need not be kept goes, and what must not be.

The publication has happened: what fails here is done by the next one.
"""

import logging
from collections.abc import Sequence

from corpus.errors import SnapshotDamaged
from corpus.progress import Progress
from eval.question import Question
from eval.receipt import Receipt
from eval.removal import FAILURES, finish_removals
from eval.traces import snapshot_folders
from index.passage_table import read_versions
from index.snapshot import PASSAGES
from qa.assemble import Parts

_log = logging.getLogger(__name__)


def tidy(parts: Parts, questions: Sequence[Question], progress: Progress) -> tuple[Receipt, ...]:
    """Drop old snapshots and versions, purge removed articles; return the receipts of these."""
    try:
        parts.pointer.keep_last(parts.settings.keep_snapshots)
        drop_versions(parts, questions)
        return finish_removals(parts, progress)
    except FAILURES as error:
        _log.error("what is kept was not put in order, publish again: %s", error)
        return ()


def drop_versions(parts: Parts, questions: Sequence[Question]) -> int:
    """Drop all but the newest versions of each article; return how many went.

    Never dropped are the version that the next snapshot will show, those of kept snapshots, and
    those that golds were written for: by them a gold is moved to its place in the present text.
    """
    kept = {(item.article_id, item.article_version) for q in questions for item in q.gold}
    for folder in snapshot_folders(parts.settings):
        try:
            kept |= set(read_versions(folder / PASSAGES).items())
        except SnapshotDamaged:
            continue
    return parts.store.drop_versions(parts.settings.keep_versions, kept)
