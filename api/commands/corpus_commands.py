"""`coopqa corpus ...`: every command ends with 1 when a file or an article was refused."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from api.commands.corpus_check import check
from api.commands.corpus_list import list_articles
from api.commands.corpus_output import show_changes
from api.commands.corpus_reading import plan_folder, plan_named
from api.commands.quiet_store import quiet_store
from api.commands.terminal import AsJson, err
from corpus.errors import ArticleDiffers, ArticleNotFound, InvalidRequest
from corpus.folder import Failure
from corpus.intake import Change, check_id, put, take_out
from corpus.loaded_text import Metadata
from corpus.sync import apply_sync
from qa.assemble import Parts
from qa.settings import read_settings

app = typer.Typer(
    help="The articles. What changes here is shown to users after `coopqa publish`.",
    no_args_is_help=True,
)
app.command("list")(list_articles)
app.command()(check)


@app.command()
def add(  # noqa: PLR0913 (each is an option)
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.", metavar="PATH...")],
    article_id: Annotated[str, typer.Option("--id", help="Id of the article, for one file.")] = "",
    title: Annotated[str, typer.Option(help="Instead of what the file says.")] = "",
    organisation: Annotated[str, typer.Option(help="Instead of what the file says.")] = "",
    date: Annotated[str, typer.Option(help="Instead of what the file says.")] = "",
    source: Annotated[str, typer.Option(help="Where it was published; an address.")] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Let a file change the text of an article.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take files into the store; they stay where they are.

    A file whose article is there with another text is refused without --replace, so that two
    different files of one name never take each other's place by accident; the old version is kept
    for old citations. Exit status 1 when a file was refused; the others are taken.
    """
    if article_id:
        check_id(article_id)
    if (article_id or title) and (len(paths) != 1 or paths[0].is_dir()):
        raise InvalidRequest("--id and --title are for one file; add the others without them.")
    stated = Metadata(title=title, organisation=organisation, source=source, date=date)
    store = Parts(read_settings()).store
    plan = plan_named(store, paths, article_id, stated)
    changes: list[Change] = []
    refused = list(plan.refused)
    for article in plan.articles:
        try:
            changes.append(put(store, article, replaces=replace))
        except ArticleDiffers as error:
            refused.append(Failure(article.id, str(error)))
    _end(changes, refused, (), as_json=as_json)


@app.command()
def remove(
    ids: Annotated[list[str], typer.Argument(help="Ids of articles.", metavar="ID...")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove articles from the next publication, which makes the removal final.

    Exit status 1 when one of them is not there; the others are removed.
    """
    if not yes:
        if not sys.stdin.isatty():
            raise InvalidRequest("Nobody can be asked here; say --yes to remove.")
        err.print(
            f"Removing {', '.join(ids)}: the next publication makes it final. It deletes every "
            "version, and no rollback brings it back; until then `coopqa corpus add` undoes it.",
            markup=False,
        )
        typer.confirm("Remove?", abort=True, err=True)
    store = Parts(read_settings()).store
    changes: list[Change] = []
    refused: list[Failure] = []
    for article_id in ids:
        try:
            changes.append(take_out(store, article_id))
        except ArticleNotFound as error:
            refused.append(Failure(article_id, str(error)))
    _end(changes, refused, (), as_json=as_json)


@app.command()
def sync(
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove what is only in the store, too.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the store like the corpus folder: new files are added, changed ones make new versions.

    Articles that are only in the store are named, and removed with --remove alone; a file that
    cannot be read keeps its article. Exit status 1 when a file was refused, or when the folder
    holds no article at all, which changes nothing.
    """
    parts = Parts(read_settings())
    store = quiet_store(parts) if dry_run else parts.store
    plan = plan_folder(store, parts.settings.corpus_dir)
    if dry_run:
        _end(plan.changes, plan.refused, plan.absent, as_json=as_json, dry_run=True)
        return
    changes = apply_sync(store, plan, removes=remove)
    _end(changes, plan.refused, () if remove else plan.absent, as_json=as_json)


def _end(
    changes: Sequence[Change],
    refused: Sequence[Failure],
    absent: Sequence[str],
    *,
    as_json: bool,
    dry_run: bool = False,
) -> None:
    show_changes(changes, refused, absent, as_json=as_json, dry_run=dry_run)
    if refused:
        raise typer.Exit(1)
