"""What can be wrong with the articles and what is shown of them; looking changes nothing."""

from collections.abc import Iterator

from api.commands.doctor_finding import Finding
from api.commands.quiet_store import quiet_store
from corpus.errors import CoopQaError, ModelError, SnapshotMissing
from corpus.folder import article_files
from eval.publish_lock import publisher
from eval.receipt import is_final, receipts_dir
from index.durable import UNFINISHED
from index.embedder import BUNDLED
from index.manifest import Manifest, read_manifest, verify_files
from index.pending import live_articles, pending
from index.pointer import SnapshotPointer
from qa.assemble import Parts
from qa.confidence import load_fitted
from qa.reader_weights import reader_name

_NAMED_MAX = 5


def live_snapshot(parts: Parts) -> Iterator[Finding]:
    """Is the live snapshot what it was when it was built?"""
    try:
        manifest = _live(parts)
        verify_files(_pointer(parts).path(manifest.id), manifest)
    except SnapshotMissing as error:
        yield Finding("live snapshot", "look", str(error), "coopqa publish")
    except CoopQaError as error:
        yield Finding("live snapshot", "broken", str(error), "coopqa index rollback, then publish")
    else:
        holds = f"{manifest.articles} articles, {manifest.passages} passages"
        yield Finding("live snapshot", "ok", f"{manifest.id} is sound: {holds}")


def fitted_models(parts: Parts) -> Iterator[Finding]:
    """Were the snapshot and the confidence made for the models of the settings?"""
    settings = parts.settings
    try:
        built_with = _live(parts).embedder
    except CoopQaError:
        # The check of the live snapshot says so.
        return
    if settings.embedding_model not in (BUNDLED, built_with):
        yield Finding(
            "fitted models", "broken",
            f"the live snapshot was built with {built_with}, not {settings.embedding_model}",
            "coopqa publish, or set COOPQA_EMBEDDING_MODEL back",
        )  # fmt: skip
        return
    reader = settings.reader_model
    models = f"{built_with} + {_shipped_reader() if reader == BUNDLED else reader}"
    if (fitted_for := load_fitted().fitted_for) != models:
        yield Finding(
            "fitted models", "look", f"the confidence was fitted for {fitted_for}, not {models}",
            "coopqa eval fit --write; until then more questions are refused",
        )  # fmt: skip
    else:
        yield Finding("fitted models", "ok", f"the confidence was fitted for {models}")


def unfinished(parts: Parts) -> Iterator[Finding]:
    """Did an interruption leave anything behind?"""
    if holder := publisher(parts.settings):
        yield Finding("publication", "ok", f"one is running ({holder})")
        return
    snapshots = parts.settings.snapshots_dir
    left = [p.name for p in snapshots.glob(".*") if p.name.startswith(UNFINISHED)]
    if left:
        said = f"an interrupted one left {_named(left)}"
        yield Finding("publication", "look", said, "coopqa publish clears it, and so does a start")
    else:
        yield Finding("publication", "ok", "none is unfinished")


def removals(parts: Parts) -> Iterator[Finding]:
    """Is every removal final?"""
    receipts = receipts_dir(parts.settings)
    removed = quiet_store(parts).removed()
    open_ones = [i for i, removed_at in removed.items() if not is_final(receipts, i, removed_at)]
    if open_ones:
        said = f"not final yet: {_named(open_ones)}"
        yield Finding("removals", "look", said, "coopqa publish makes them final")
    else:
        yield Finding("removals", "ok", "every removal is final")


def corpus_folder(parts: Parts) -> Iterator[Finding]:
    """Can the corpus folder be read?"""
    folder = parts.settings.corpus_dir
    try:
        count = sum(1 for _ in article_files(folder))
    except (CoopQaError, OSError) as error:
        yield Finding("corpus folder", "look", str(error), "needed for `coopqa corpus sync` alone")
        return
    step = "" if count else "put article files there, or set COOPQA_CORPUS_DIR"
    yield Finding("corpus folder", "ok" if count else "look", f"{folder}: {count} files", step)


def pending_changes(parts: Parts) -> Iterator[Finding]:
    """Is there anything stored that users do not see?"""
    waiting = pending(quiet_store(parts), live_articles(_pointer(parts)))
    if waiting:
        said = f"{len(waiting)} pending: {_named([change.article_id for change in waiting])}"
        yield Finding("changes", "look", said, "coopqa publish shows them")
    else:
        yield Finding("changes", "ok", "users see what is stored")


def _live(parts: Parts) -> Manifest:
    pointer = _pointer(parts)
    return read_manifest(pointer.path(pointer.current()))


def _pointer(parts: Parts) -> SnapshotPointer:
    # The one of the parts makes the data folder.
    return SnapshotPointer(parts.settings.snapshots_dir)


def _shipped_reader() -> str:
    try:
        return reader_name()
    except ModelError:
        return "no shipped reader"


def _named(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED_MAX} more" if len(names) > _NAMED_MAX else ""
    return ", ".join(names[:_NAMED_MAX]) + more
