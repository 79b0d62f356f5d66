"""`coopqa feedback ...`: from what staff said to candidates for the question set."""

import json
from pathlib import Path
from typing import Annotated

import typer

from api.commands.terminal import AsJson, out, print_json
from qa.assemble import Parts
from qa.feedback_store import Feedback
from qa.settings import read_settings

app = typer.Typer(help="What staff said of answers.", no_args_is_help=True)


@app.command("list")
def list_feedback(
    reviewed: Annotated[bool, typer.Option(help="Only what was reviewed.")] = False,
    as_json: AsJson = False,
) -> None:
    """List verdicts, oldest first."""
    found = [f for f in _parts().feedback.all() if f.reviewed_by or not reviewed]
    if as_json:
        print_json([_fields(f) for f in found])
        return
    for said in found:
        mark = f"reviewed by {said.reviewed_by}" if said.reviewed_by else "not reviewed"
        out.print(f"{said.id} {said.at} {said.verdict} ({mark}): {said.question}", markup=False)
        if said.comment:
            out.print(f"    {said.comment}", markup=False)


@app.command()
def review(
    number: Annotated[int, typer.Argument(help="Number of the verdict.")],
    by: Annotated[str, typer.Option(help="Your name, for the record.")],
) -> None:
    """Mark a verdict as reviewed, so that it is exported."""
    _parts().feedback.mark_reviewed(number, by)
    out.print(f"{number} is reviewed by {by}.", markup=False)


@app.command()
def export(
    path: Annotated[Path, typer.Argument(help="File of candidates to write, JSON lines.")],
) -> None:
    """Write reviewed verdicts as questions with an empty gold for a person to fill.

    Nothing is ever added to a question set by itself.
    """
    reviewed = [f for f in _parts().feedback.all() if f.reviewed_by]
    lines = (json.dumps(_candidate(f), ensure_ascii=False) + "\n" for f in reviewed)
    path.write_text("".join(lines), "utf-8")
    out.print(f"{len(reviewed)} candidates written to {path}", markup=False)


def _candidate(said: Feedback) -> dict[str, object]:
    return {
        "id": f"feedback-{said.id}",
        "question": said.question,
        "gold": [],
        "shown": said.answer,
        "cited": list(said.citations),
        "verdict": said.verdict,
        "comment": said.comment,
        "snapshot": said.snapshot,
        "reviewed_by": said.reviewed_by,
        "reviewed_at": said.reviewed_at,
    }


def _fields(said: Feedback) -> dict[str, object]:
    return {**_candidate(said), "id": said.id, "at": said.at}


def _parts() -> Parts:
    return Parts(read_settings())
