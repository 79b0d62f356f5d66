"""What a snapshot says of itself, and the check that its files are what it says."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.article import Article
from corpus.errors import IndexMismatch, SnapshotDamaged
from index.model_folder import sha256

FORMAT = 2
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of `manifest.json`; `files` maps each file to its SHA-256.

    `first_built_at` is of the snapshot in whose place this one was made, "" where that is itself.
    """

    id: str
    format: int
    built_at: str
    embedder: str
    dim: int
    corpus_fingerprint: str
    articles: int
    passages: int
    sentences: int
    files: dict[str, str]
    first_built_at: str = ""

    @property
    def dated(self) -> str:
        """The time of the first build, which keepers are shown."""
        return self.first_built_at or self.built_at

    def write(self, folder: Path) -> None:
        """Write the manifest into the snapshot's folder."""
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read a snapshot's manifest.

    Raises:
        SnapshotDamaged: it is missing or not what a manifest looks like.
        IndexMismatch: it was written in another format.
    """
    try:
        values = json.loads((folder / MANIFEST).read_text("utf-8"))
        manifest = Manifest(**values)
        if manifest.id != folder.name or not isinstance(manifest.files, dict):
            raise ValueError(f"it describes {manifest.id!r}")
    except (OSError, ValueError, TypeError) as error:
        raise SnapshotDamaged(
            f"{folder} has no readable manifest ({error}); run `coopqa index build`, "
            "or `coopqa index rollback` to the snapshot before."
        ) from error
    if manifest.format != FORMAT:
        raise IndexMismatch(
            f"{folder} has format {manifest.format}, this program reads {FORMAT}; "
            "run `coopqa index build`."
        )
    return manifest


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its checksum; SnapshotDamaged names those that differ."""
    actual = checksums(folder)
    wrong = sorted(
        name
        for name in manifest.files.keys() | actual.keys()
        if manifest.files.get(name) != actual.get(name)
    )
    if wrong:
        raise SnapshotDamaged(
            f"Snapshot {manifest.id} is damaged ({', '.join(wrong)}); run `coopqa index build`, "
            "or `coopqa index rollback` to the snapshot before."
        )


def checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a snapshot but the manifest."""
    # tantivy leaves lock files behind that say nothing of the contents.
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix != ".lock")
    return {str(path.relative_to(folder)): sha256(path) for path in files if path.name != MANIFEST}


def corpus_fingerprint(articles: Iterable[Article]) -> str:
    """Return one name for a whole corpus: ids, versions and metadata."""
    lines = [
        json.dumps([a.id, a.version, a.title, a.organisation, a.source, a.date])
        for a in sorted(articles, key=lambda a: a.id)
    ]
    return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
