"""Which snapshot is live: one small file, replaced in one step."""

import os
import shutil
import threading
from pathlib import Path

from corpus.errors import SnapshotMissing
from index.durable import sync_folder
from index.manifest import MANIFEST

_POINTER = "current"


class SnapshotPointer:
    """The folder of snapshots, the one that is live, and the ones before it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> str:
        """Return the id of the live snapshot; SnapshotMissing when none was published."""
        return self._history()[-1]

    def previous(self) -> str:
        """Return the id of the snapshot that was live before; SnapshotMissing if none is kept."""
        history = self._history()
        kept = [i for i in history[:-1] if i != history[-1] and self.exists(i)]
        if not kept:
            raise SnapshotMissing("There is no earlier snapshot to go back to.")
        return kept[-1]

    def point(self, snapshot_id: str) -> None:
        """Make a snapshot live; SnapshotMissing when its folder is not there."""
        if not self.exists(snapshot_id):
            known = ", ".join(self.ids()) or "none"
            raise SnapshotMissing(f"There is no snapshot {snapshot_id!r}; there are: {known}.")
        try:
            history = self._history()
        except SnapshotMissing:
            history = []
        kept = [i for i in history if i != snapshot_id and self.exists(i)]
        self._replace("\n".join([*kept, snapshot_id]) + "\n")

    def ids(self) -> list[str]:
        """Return the ids of all finished snapshots, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(p.parent.name for p in self.folder.glob(f"[!.]*/{MANIFEST}"))

    def exists(self, snapshot_id: str) -> bool:
        """Tell whether a finished snapshot has this id."""
        return snapshot_id in self.ids()

    def path(self, snapshot_id: str) -> Path:
        """Return the folder of a snapshot."""
        return self.folder / snapshot_id

    def keep_last(self, count: int) -> list[str]:
        """Delete all but the newest snapshots and the live one; return the ids that went."""
        live = self.current()
        doomed = [i for i in self.ids()[:-count] if i != live]
        for snapshot_id in doomed:
            # Renamed first, so that a half-deleted folder is never taken for a snapshot.
            hidden = self.folder / f".deleting-{snapshot_id}"
            self.path(snapshot_id).rename(hidden)
            shutil.rmtree(hidden, ignore_errors=True)
        return doomed

    def clear_unfinished(self) -> None:
        """Delete what interrupted builds and deletions left behind."""
        for pattern in (".building-*", ".deleting-*"):
            for path in self.folder.glob(pattern):
                shutil.rmtree(path, ignore_errors=True)

    def _history(self) -> list[str]:
        try:
            ids = (self.folder / _POINTER).read_text("utf-8").split()
        except FileNotFoundError:
            ids = []
        if not ids:
            raise SnapshotMissing("No snapshot was published yet; run `coopqa publish`.")
        return ids

    def _replace(self, text: str) -> None:
        unfinished = self.folder / f".{_POINTER}.{os.getpid()}.{threading.get_ident()}"
        with unfinished.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.folder / _POINTER)
        sync_folder(self.folder)
