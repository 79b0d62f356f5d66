"""`coopqa corpus check`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.commands.corpus_output import (
    article_out,
    changes_out,
    print_absent,
    print_changes,
    print_doubts,
    print_refused,
    print_unchanged,
)
from api.commands.corpus_reading import plan_folder, plan_named
from api.commands.quiet_store import quiet_store
from api.commands.terminal import AsJson, print_json
from corpus.flaws import flaws_of
from corpus.near_duplicates import near_duplicates
from qa.assemble import Parts
from qa.settings import read_settings

_NAMED = "Files and folders; else the corpus folder."


def check(
    paths: Annotated[list[Path] | None, typer.Argument(help=_NAMED, metavar="[PATH...]")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what `sync` (or `add`, for named files) would do, and what looks doubtful; no change.

    Doubtful are articles alike, without organisation, date or headings, with no date but that of a
    PDF file, with damaged letters, or shrunk by more than half. Exit status 1 when a file is
    refused; doubts alone are 0.
    """
    parts = Parts(read_settings())
    store = quiet_store(parts)
    plan = plan_named(store, paths) if paths else plan_folder(store, parts.settings.corpus_dir)
    absent = () if paths else plan.absent
    flaws = [
        flaw
        for article, change in zip(plan.articles, plan.changes, strict=True)
        for flaw in flaws_of(article, change)
    ]
    ours = {a.id for a in plan.articles}
    everything = [*plan.articles, *(a for a in store.articles() if a.id not in ours)]
    alike = [r for r in near_duplicates(everything) if {r.first, r.second} & ours]
    if as_json:
        print_json(
            {
                "articles": [{"id": a.id, **article_out(a)} for a in plan.articles],
                **changes_out(plan.changes, plan.refused),
                "absent": list(absent),
                "flaws": [asdict(flaw) for flaw in flaws],
                "alike": [asdict(pair) for pair in alike],
            }
        )
    else:
        print_changes(plan.changes)
        print_absent(absent)
        print_doubts(flaws, alike)
        print_refused(plan.refused)
        print_unchanged()
    if plan.refused:
        raise typer.Exit(1)
