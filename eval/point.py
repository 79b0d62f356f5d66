"""A kept snapshot is shown again: by its id, or the one that was live before."""

from corpus.errors import ArticleGone
from eval.publication_log import log_pointing
from eval.publish_lock import alone
from eval.removal import final_removals
from index.passage_table import read_versions
from index.snapshot import PASSAGES, open_snapshot
from qa.assemble import Parts


def point_to(parts: Parts, snapshot_id: str, who: str = "", why: str = "") -> None:
    """Make a kept snapshot live.

    Raises:
        SnapshotMissing: there is none of this id.
        SnapshotDamaged, IndexMismatch: it cannot be opened.
        ArticleGone: it would bring back an article whose removal was published.
        PublicationBusy: somebody is publishing.
    """
    with alone(parts.settings):
        _point(parts, "point", snapshot_id, who, why)


def roll_back(parts: Parts, who: str = "", why: str = "") -> str:
    """Make the snapshot live that was live before, and return its id; errors as `point_to`."""
    with alone(parts.settings):
        snapshot_id = parts.pointer.previous()
        _point(parts, "rollback", snapshot_id, who, why)
        return snapshot_id


def _point(parts: Parts, action: str, snapshot_id: str, who: str, why: str) -> None:
    pointer = parts.pointer
    if pointer.exists(snapshot_id):
        folder = pointer.path(snapshot_id)
        open_snapshot(folder, parts.embedder)
        revived = sorted(final_removals(parts) & read_versions(folder / PASSAGES).keys())
        if revived:
            raise ArticleGone(
                f"Snapshot {snapshot_id} would bring back {', '.join(revived)}, removed for good; "
                "run `coopqa publish`."
            )
    pointer.point(snapshot_id)
    log_pointing(parts.settings, action, snapshot_id, who, why)
