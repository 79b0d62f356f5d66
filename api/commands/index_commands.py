"""`coopqa index ...`."""

from dataclasses import asdict
from typing import Annotated

import typer

from api.commands.terminal import AsJson, out, print_json, progress
from corpus.errors import SnapshotMissing
from index.build import build_snapshot
from index.manifest import read_manifest
from index.snapshot import open_snapshot
from qa.assemble import Parts, seed_store
from qa.settings import read_settings

app = typer.Typer(help="Snapshots: immutable built indexes.", no_args_is_help=True)


@app.command()
def build(as_json: AsJson = False) -> None:
    """Build a snapshot of the store; nothing points to it until it is published."""
    parts = Parts(read_settings())
    seed_store(parts)
    with progress() as report:
        built = build_snapshot(
            parts.store.articles(),
            parts.settings.snapshots_dir,
            parts.embedder,
            parts.cache,
            report,
        )
    manifest = read_manifest(parts.pointer.path(built))
    if as_json:
        print_json({k: v for k, v in asdict(manifest).items() if k != "files"})
    else:
        out.print(
            f"{built}: {manifest.articles} articles, {manifest.passages} passages, "
            f"{manifest.sentences} sentences"
        )


@app.command()
def verify(
    snapshot: Annotated[str, typer.Argument(help="Id; else the live one.")] = "",
    as_json: AsJson = False,
) -> None:
    """Check every file and count of a snapshot; exit status 1 if anything is wrong."""
    parts = Parts(read_settings())
    chosen = snapshot or parts.pointer.current()
    if not parts.pointer.exists(chosen):
        raise SnapshotMissing(f"There is no snapshot {chosen!r}; see `coopqa index status`.")
    opened = open_snapshot(parts.pointer.path(chosen), parts.embedder)
    if as_json:
        print_json({"snapshot": chosen, "sound": True, "passages": opened.manifest.passages})
    else:
        out.print(f"{chosen} is sound: {opened.manifest.passages} passages.")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show the snapshots, and which one is live."""
    pointer = Parts(read_settings()).pointer
    try:
        live = pointer.current()
    except SnapshotMissing:
        live = ""
    rows = [
        {"id": m.id, "live": m.id == live, "built_at": m.built_at, "articles": m.articles,
         "passages": m.passages, "embedding_model": m.embedder}
        for m in (read_manifest(pointer.path(i)) for i in pointer.ids())
    ]  # fmt: skip
    if as_json:
        print_json({"live": live, "snapshots": rows})
        return
    for row in rows:
        mark = "live" if row["live"] else "    "
        out.print(f"{mark} {row['id']}  {row['articles']} articles, {row['passages']} passages")
    if not live:
        out.print("Nothing is published yet; run `coopqa publish`.")


@app.command()
def point(snapshot: Annotated[str, typer.Argument(help="Id of a built snapshot.")]) -> None:
    """Make a built snapshot live, without evaluating it."""
    parts = Parts(read_settings())
    parts.pointer.point(snapshot)
    out.print(f"{snapshot} is live.")


@app.command()
def rollback() -> None:
    """Make the snapshot before the live one live again."""
    pointer = Parts(read_settings()).pointer
    pointer.point(pointer.previous())
    out.print(f"{pointer.current()} is live.")
