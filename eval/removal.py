"""Removal with proof: what was removed, and is shown no more, is purged from all that is kept.

The order lets an interruption at any point be made good by doing everything again. A removal is
due as long as there is no receipt for it; what needs the article's texts comes before its versions
go, what must not miss an answer that was under way comes after.
"""

import logging
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime

from sqlalchemy.exc import DBAPIError

from corpus.database import rewrite
from corpus.errors import CoopQaError
from corpus.progress import Progress
from eval.compaction import compact
from eval.forget import forget_runs
from eval.publish_lock import lock_path, locked
from eval.receipt import Receipt, is_final, receipts_dir, write_receipt
from eval.traces import count_traces, run_folders
from index.durable import clear_unfinished
from index.manifest import read_manifest
from index.passage_table import read_versions
from index.snapshot import PASSAGES
from qa.assemble import Parts

_log = logging.getLogger(__name__)

FAILURES = (CoopQaError, OSError, sqlite3.Error, DBAPIError)
"""What may stop a purge, which is then done by the next publication or start."""


def recover(parts: Parts) -> None:
    """Make good what an interruption left, unless somebody is publishing, who does so too."""
    with locked(lock_path(parts.settings)) as holder:
        if holder:
            return
        parts.pointer.clear_unfinished()
        try:
            finish_removals(parts)
        except FAILURES as error:
            _log.error("a removal is not finished, publish again: %s", error)


def finish_removals(
    parts: Parts, progress: Progress = lambda _step, _done, _all: None
) -> tuple[Receipt, ...]:
    """Purge the removed articles that the live snapshot was built without; return the receipts.

    Only for whoever holds the publish lock.
    """
    due = _due(parts, unfinished_removals(parts))
    if not due:
        return ()
    parts.pointer.clear_unfinished()
    clear_unfinished(receipts_dir(parts.settings))
    compact(parts, due, progress)
    progress("purge", 0, len(due))
    for folder in run_folders(parts.settings):
        forget_runs(folder, due)
    with closing(parts.cache) as cache:
        cache.forget(list(due))
    for article_id in due:
        versions = parts.store.versions(article_id)
        texts = {parts.store.get(article_id, v).text for v in versions}
        parts.feedback.blank(article_id, texts)
        parts.store.purge(article_id)
        # An answer that is stored from now on is blanked by the store of conversations.
        parts.conversations.blank(article_id)
        parts.feedback.blank(article_id, ())
    rewrite(parts.engine)
    receipts = [_receipt(parts, article_id, at) for article_id, at in due.items()]
    progress("purge", len(due), len(due))
    return tuple(receipt for receipt in receipts if receipt)


def final_removals(parts: Parts) -> set[str]:
    """Return the articles that must never be shown again as they were."""
    unfinished = unfinished_removals(parts)
    return {*_due(parts, unfinished), *(parts.store.removed().keys() - unfinished.keys())}


def unfinished_removals(parts: Parts) -> Mapping[str, str]:
    """Return the removed articles of which no receipt says that they are gone, with the time."""
    folder = receipts_dir(parts.settings)
    removed = parts.store.removed()
    return {i: at for i, at in removed.items() if not is_final(folder, i, at)}


def _due(parts: Parts, unfinished: Mapping[str, str]) -> Mapping[str, str]:
    """Return those of the unfinished removals that are published.

    A snapshot that is older than the removal says nothing: it may be live by a rollback.
    """
    if not (live := parts.pointer.live()):
        return {}
    folder = parts.pointer.path(live)
    built_at = read_manifest(folder).built_at
    shown = read_versions(folder / PASSAGES)
    return {i: at for i, at in unfinished.items() if i not in shown and at <= built_at}


def _receipt(parts: Parts, article_id: str, removed_at: str) -> Receipt | None:
    left = count_traces(parts, article_id)
    if any(left.values()):
        _log.error("of %s there is still %s; publish again", article_id, left)
        return None
    purged_at = datetime.now(UTC).isoformat(timespec="seconds")
    receipt = Receipt(article_id, removed_at, purged_at, left)
    write_receipt(receipts_dir(parts.settings), receipt)
    return receipt
