"""`coopqa index ...`."""

from contextlib import closing
from dataclasses import asdict
from typing import Annotated

import typer

from api.commands.index_log import log
from api.commands.publish_command import Who, Why
from api.commands.terminal import AsJson, err, out, print_json, progress
from corpus.errors import SnapshotMissing
from eval.point import point_to, roll_back
from eval.publish_lock import alone
from eval.traces import count_traces
from index.build import build_snapshot
from index.kept import kept_snapshots
from index.manifest import read_manifest
from index.snapshot import open_snapshot
from qa.assemble import Parts, seed_store
from qa.settings import read_settings

app = typer.Typer(help="Snapshots: immutable built indexes.", no_args_is_help=True)
app.command()(log)


@app.command()
def build(as_json: AsJson = False) -> None:
    """Build a snapshot of the store; nothing points to it until it is published.

    Exit status 1 when a file of the corpus folder was left out.
    """
    parts = Parts(read_settings())
    reading = seed_store(parts)
    with alone(parts.settings), progress() as report, closing(parts.cache) as cache:
        built = build_snapshot(
            parts.store.articles(), parts.settings.snapshots_dir, parts.embedder, cache, report
        )
    manifest = read_manifest(parts.pointer.path(built))
    if as_json:
        print_json({k: v for k, v in asdict(manifest).items() if k != "files"})
    else:
        out.print(
            f"{built}: {manifest.articles} articles, {manifest.passages} passages, "
            f"{manifest.sentences} sentences"
        )
    for failure in reading.failures if reading else ():
        err.print(f"left out: {failure.reason}", style="yellow", markup=False)
    if reading and reading.failures:
        raise typer.Exit(1)


@app.command()
def verify(
    snapshot: Annotated[str, typer.Argument(help="Id; else the live one.")] = "",
    gone: Annotated[
        str, typer.Option(help="Id of a removed article: count instead what is left of it.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Check every file and count of a snapshot; exit status 1 if anything is wrong."""
    parts = Parts(read_settings())
    if gone:
        _verify_gone(parts, gone, as_json)
        return
    chosen = snapshot or parts.pointer.current()
    if not parts.pointer.exists(chosen):
        raise SnapshotMissing(f"There is no snapshot {chosen!r}; see `coopqa index status`.")
    opened = open_snapshot(parts.pointer.path(chosen), parts.embedder)
    if as_json:
        print_json({"snapshot": chosen, "sound": True, "passages": opened.manifest.passages})
    else:
        out.print(f"{chosen} is sound: {opened.manifest.passages} passages.")


def _verify_gone(parts: Parts, article_id: str, as_json: bool) -> None:
    """Count what is left of an article; exit status 1 unless it is nothing at all."""
    left = count_traces(parts, article_id)
    is_gone = not any(left.values())
    if as_json:
        print_json({"article_id": article_id, "gone": is_gone, "left": left})
    else:
        for kind, count in left.items():
            out.print(f"{count:>7} {kind.replace('_', ' ')}")
        out.print(f"{article_id} is {'gone' if is_gone else 'not gone'}.", markup=False)
    if not is_gone:
        raise typer.Exit(1)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show the snapshots, and which one is live."""
    pointer = Parts(read_settings()).pointer
    live, kept = pointer.live(), kept_snapshots(pointer)
    if as_json:
        print_json({"live": live, "snapshots": [asdict(snapshot) for snapshot in kept]})
        return
    for found in kept:
        mark = "live" if found.live else "    "
        holds = f"{found.articles} articles, {found.passages} passages"
        out.print(f"{mark} {found.id}  {found.damage or holds}", markup=False)
    if not live:
        out.print("Nothing is published yet; run `coopqa publish`.")


@app.command()
def point(
    snapshot: Annotated[str, typer.Argument(help="Id of a built snapshot.")],
    who: Who = "",
    why: Why = "",
) -> None:
    """Make a built snapshot live, without evaluating it; never one with a removed article."""
    point_to(Parts(read_settings()), snapshot, who, why)
    out.print(f"{snapshot} is live.")


@app.command()
def rollback(who: Who = "", why: Why = "") -> None:
    """Make the snapshot before the live one live again."""
    out.print(f"{roll_back(Parts(read_settings()), who, why)} is live.")
