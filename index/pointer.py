"""Which snapshot is live: one small file, replaced in one step."""

from contextlib import suppress
from pathlib import Path

from corpus.errors import SnapshotMissing
from index.durable import clear_unfinished, delete_folder, replace_file
from index.manifest import MANIFEST

_POINTER = "current"


class SnapshotPointer:
    """The folder of snapshots, the one that is live, and the ones before it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> str:
        """Return the id of the live snapshot; SnapshotMissing when none was published."""
        return self._history()[-1]

    def live(self) -> str:
        """Return the id of the live snapshot, "" before the first publication."""
        history = self._read()
        return history[-1] if history else ""

    def previous(self) -> str:
        """Return the id of the snapshot that was live before; SnapshotMissing if none is kept."""
        known = self.ids()
        kept = [i for i in self._history()[:-1] if i in known]
        if not kept:
            raise SnapshotMissing("There is no earlier snapshot to go back to.")
        return kept[-1]

    def point(self, snapshot_id: str) -> None:
        """Make a snapshot live; SnapshotMissing when its folder is not there."""
        if not self.exists(snapshot_id):
            known = ", ".join(self.ids()) or "none"
            raise SnapshotMissing(f"There is no snapshot {snapshot_id!r}; there are: {known}.")
        self._write([*(i for i in self._read() if i != snapshot_id), snapshot_id])

    def exchange(self, old: str, new: str) -> None:
        """Put another snapshot in an old one's place among those that were live."""
        self._write([new if i == old else i for i in self._history() if i != new])

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

    def delete(self, snapshot_id: str) -> None:
        """Delete a snapshot that is not live."""
        delete_folder(self.path(snapshot_id))

    def keep_last(self, count: int) -> list[str]:
        """Delete all but the newest snapshots, the live one and the one that a rollback goes to.

        Return the ids that went.
        """
        kept = {self.current(), *self.ids()[-count:]}
        with suppress(SnapshotMissing):
            kept.add(self.previous())
        doomed = [i for i in self.ids() if i not in kept]
        for snapshot_id in doomed:
            self.delete(snapshot_id)
        return doomed

    def clear_unfinished(self) -> None:
        """Delete what interrupted builds and deletions left behind.

        Only for whoever holds the publish lock: a build that is under way looks the same.
        """
        clear_unfinished(self.folder)

    def _history(self) -> list[str]:
        if ids := self._read():
            return ids
        raise SnapshotMissing("No snapshot was published yet; run `coopqa publish`.")

    def _read(self) -> list[str]:
        try:
            return (self.folder / _POINTER).read_text("utf-8").split()
        except FileNotFoundError:
            return []

    def _write(self, history: list[str]) -> None:
        known = self.ids()
        replace_file(self.folder / _POINTER, "\n".join(i for i in history if i in known) + "\n")
