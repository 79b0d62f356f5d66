"""Kept snapshots without the articles that were removed.

A snapshot holds the very versions that it was built from, so it can be built again from itself,
less the removed ones, by the code that builds every snapshot; the vectors of the others come from
the cache. Cutting rows out of vectors, postings and tables in place would be a second way to make
a snapshot, without the first one's proof, and would change what a server has open.

What cannot be vouched for is deleted: a snapshot that is damaged or of another format, one of which
nothing would be left, one for which there is no room. To be able to go back is worth less than a
promise to forget.
"""

import hashlib
import logging
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from corpus.errors import CoopQaError, SnapshotDamaged
from corpus.progress import Progress
from index.build import Stead, build_snapshot
from index.durable import UNFINISHED, clear_unfinished, delete_folder
from index.manifest import MANIFEST, read_manifest, verify_files
from index.passage_table import PassageTable, read_versions
from index.snapshot import PASSAGES
from qa.assemble import Parts

_log = logging.getLogger(__name__)


def compact(parts: Parts, removed: Collection[str], progress: Progress) -> None:
    """Make every kept snapshot anew that holds one of these articles, which the live one does not.

    The new one takes the old one's place in time and among those that were live. Snapshots of the
    evaluation's own sets are only deleted: they are built again when they are next asked.
    """
    pointer = parts.pointer
    holding = [i for i in pointer.ids() if _holds(pointer.path(i), removed)]
    for number, old in enumerate(holding):
        progress("compact", number, len(holding))
        try:
            pointer.exchange(old, _rebuilt(parts, old, removed))
        except (CoopQaError, OSError) as error:
            _log.warning("snapshot %s is deleted instead of made anew: %s", old, error)
        pointer.delete(old)
    if holding:
        progress("compact", len(holding), len(holding))
    suites = parts.settings.suites_dir
    for folder in suites.glob("[!.]*"):
        unfinished = any(p.name.startswith(UNFINISHED) for p in folder.glob(".*"))
        if unfinished or any(_holds(m.parent, removed) for m in folder.rglob(MANIFEST)):
            delete_folder(folder)
    clear_unfinished(suites)


def _holds(folder: Path, removed: Collection[str]) -> bool:
    try:
        return not read_versions(folder / PASSAGES).keys().isdisjoint(removed)
    except SnapshotDamaged:
        return True


def _rebuilt(parts: Parts, old: str, removed: Collection[str]) -> str:
    # The name follows from what it is: after an interruption it is found instead of made again.
    digest = hashlib.sha256(" ".join((old, *sorted(removed))).encode()).hexdigest()
    name = f"{old.partition('-')[0]}-{digest[:6]}"
    if parts.pointer.exists(name):
        return name
    folder = parts.pointer.path(old)
    manifest = read_manifest(folder)
    verify_files(folder, manifest)
    stead = Stead(name, manifest.dated)
    articles = PassageTable(folder / PASSAGES).articles.values()
    kept = [a for a in articles if a.id not in removed]
    with closing(parts.cache) as cache:
        return build_snapshot(kept, parts.pointer.folder, parts.embedder, cache, stead=stead)
