"""`coopqa publish`."""

from typing import Annotated

import typer

from api.commands.terminal import AsJson, err, out, print_json, progress
from corpus.errors import InvalidRequest
from eval.publish import Publisher
from eval.suites import known_golds
from eval.verdict import Force
from qa.assemble import Parts, seed_store
from qa.settings import read_settings


def publish(
    force: Annotated[bool, typer.Option(help="Publish in spite of the gate.")] = False,
    who: Annotated[str, typer.Option(help="With --force: your name, for the record.")] = "",
    why: Annotated[str, typer.Option(help="With --force: the reason, for the record.")] = "",
    as_json: AsJson = False,
) -> None:
    """Build, verify, evaluate and, if the gate passes, show the articles of the store."""
    if force and not (who and why):
        raise InvalidRequest("--force needs --who and --why; both are recorded.")
    parts = Parts(read_settings())
    seed_store(parts)
    with progress() as report:
        publisher = Publisher(parts, known_golds(parts), "cooperation", progress=report)
        outcome = publisher.publish(Force(who, why) if force else None)
    if outcome.published:
        parts.pointer.keep_last(parts.settings.keep_snapshots)
    if as_json:
        print_json(
            {
                "published": outcome.published,
                "snapshot": outcome.snapshot,
                "live": outcome.live,
                "reasons": [r.text("en") for r in outcome.reasons],
                "report": str(outcome.report or ""),
            }
        )
    else:
        said = "is live" if outcome.published else "was not published"
        out.print(f"{outcome.snapshot or 'nothing'} {said}.")
        for found in outcome.reasons:
            err.print(f"because: {found.text('en')}", markup=False)
        if outcome.report:
            out.print(f"report: {outcome.report}", markup=False)
    if not outcome.published:
        raise typer.Exit(1)
