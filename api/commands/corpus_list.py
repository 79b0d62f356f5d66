"""`coopqa corpus list`."""

from typing import Annotated

import typer

from api.commands.corpus_output import article_out
from api.commands.terminal import AsJson, out, print_json
from corpus.article import Article
from index.pending import live_articles, pending
from qa.assemble import Parts
from qa.settings import read_settings

_STATES = {"added": "pending add", "changed": "pending change", "removed": "pending removal"}
_LIVE = "live"


def list_articles(
    only_pending: Annotated[
        bool, typer.Option("--pending", help="Only what the next publication changes.")
    ] = False,
    versions: Annotated[bool, typer.Option("--versions", help="With the versions kept.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the articles, and for each whether users see it as it is stored."""
    parts = Parts(read_settings())
    live = live_articles(parts.pointer)
    states = {c.article_id: _STATES[c.kind] for c in pending(parts.store, live)}
    # A removed article that was never shown is in neither: only its id is left to show.
    known = {**live, **{a.id: a for a in parts.store.articles()}}
    shown = states if only_pending else {**dict.fromkeys(known, _LIVE), **states}
    kept = {i: parts.store.versions(i) if versions else [] for i in shown}
    if as_json:
        about = {i: article_out(article) for i, article in known.items()}
        more = {i: {"versions": kept[i]} if versions else {} for i in shown}
        print_json(
            [{"id": i, "state": shown[i], **about.get(i, {}), **more[i]} for i in sorted(shown)]
        )
        return
    for i in sorted(shown):
        lines = [_about(known[i])] if i in known else []
        out.print(f"{shown[i]:15} {i}", markup=False)
        for line in (*lines, *kept[i]):
            out.print(f"    {line}", style="dim", markup=False)


def _about(article: Article) -> str:
    inferred = " (inferred)" if article.organisation and article.organisation_inferred else ""
    named = f"{article.organisation or 'no organisation'}{inferred}"
    parts = (named, article.title, article.date, f"{len(article.text):,} characters")
    return " · ".join(filter(None, parts))
