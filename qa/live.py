"""The live snapshot, opened anew when the pointer moves; a question keeps the one it began with."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from corpus.errors import CoopQaError
from index.pointer import SnapshotPointer
from index.protocols import Embedder
from index.snapshot import Snapshot, open_snapshot
from qa.organisations import OrganisationDirectory
from qa.overlap import Overlap

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Live:
    """A snapshot with what is derived from it once."""

    snapshot: Snapshot
    directory: OrganisationDirectory
    overlap: Overlap


SnapshotSource = Callable[[], Live]
"""Gives the snapshot for one question; SnapshotMissing or SnapshotDamaged when there is none."""


class LiveSnapshot:
    """Follows the pointer: opens a snapshot when it becomes live, and keeps serving the old one
    when the new one cannot be opened."""

    def __init__(self, pointer: SnapshotPointer, embedder: Embedder) -> None:
        self._pointer = pointer
        self._embedder = embedder
        self._lock = threading.Lock()
        self._live: Live | None = None
        self._refused = ""

    def __call__(self) -> Live:
        """Return the live snapshot."""
        current = self._pointer.current()
        live = self._live
        if live and current in (live.snapshot.id, self._refused):
            return live
        with self._lock:
            live = self._live
            if live and current in (live.snapshot.id, self._refused):
                return live
            try:
                self._live = opened(open_snapshot(self._pointer.path(current), self._embedder))
            except CoopQaError as error:
                if live is None:
                    raise
                self._refused = current
                _log.error(
                    "snapshot %s not opened, keeping %s: %s", current, live.snapshot.id, error
                )
            return self._live or live  # type: ignore[return-value]


def opened(snapshot: Snapshot) -> Live:
    """Return a snapshot with its directory of organisations and its word weights."""
    directory = OrganisationDirectory(snapshot.table.articles.values())
    return Live(snapshot, directory, Overlap(snapshot.keywords))
