"""The kept snapshots, as they are listed."""

from dataclasses import dataclass

from corpus.errors import CoopQaError
from index.manifest import read_manifest
from index.pointer import SnapshotPointer


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """What the manifest of a snapshot says, or in `damage` why it cannot be read.

    `built_at` is the time of the first build of one that was made anew without an article.
    """

    id: str
    live: bool
    damage: str = ""
    built_at: str = ""
    articles: int = 0
    passages: int = 0
    embedding_model: str = ""


def kept_snapshots(pointer: SnapshotPointer) -> list[KeptSnapshot]:
    """Return every finished snapshot, oldest first."""
    live = pointer.live()
    return [_kept(pointer, snapshot_id, snapshot_id == live) for snapshot_id in pointer.ids()]


def _kept(pointer: SnapshotPointer, snapshot_id: str, live: bool) -> KeptSnapshot:
    try:
        found = read_manifest(pointer.path(snapshot_id))
    except CoopQaError as error:
        return KeptSnapshot(snapshot_id, live, damage=str(error))
    return KeptSnapshot(
        snapshot_id,
        live,
        built_at=found.dated,
        articles=found.articles,
        passages=found.passages,
        embedding_model=found.embedder,
    )
