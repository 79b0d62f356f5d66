"""The `coopqa` command."""

import sys
from typing import Annotated

import typer

from api.commands import (
    corpus_commands,
    eval_commands,
    feedback_commands,
    index_commands,
    reader_commands,
)
from api.commands.ask_command import ask
from api.commands.bench_command import bench
from api.commands.doctor_command import doctor
from api.commands.publish_command import publish
from api.commands.serve_command import serve
from api.commands.terminal import err
from api.commands.watch_command import watch
from corpus.errors import CoopQaError

app = typer.Typer(
    help="Cited, verbatim answers from a hospital's articles.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(ask)
app.command()(serve)
app.command()(publish)
app.command()(watch)
app.command()(doctor)
app.command()(bench)
app.add_typer(corpus_commands.app, name="corpus")
app.add_typer(index_commands.app, name="index")
app.add_typer(eval_commands.app, name="eval")
app.add_typer(reader_commands.app, name="reader")
app.add_typer(feedback_commands.app, name="feedback")


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    if version:
        err.print("coop-qa 0.1.0")
        raise typer.Exit


def main() -> None:
    """Run a command; an expected error is one line on standard error and exit status 1."""
    try:
        app()
    except CoopQaError as error:
        err.print(f"coopqa: {error}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
