"""`coopqa index log`."""

from dataclasses import asdict
from itertools import islice
from typing import Annotated

import typer

from api.commands.terminal import AsJson, out, print_json
from eval.publication_log import Entry, read_log
from qa.settings import read_settings

_LAST = 20
_ACTIONS = {"point": "shown again", "rollback": "rolled back"}


def log(
    last: Annotated[int, typer.Option(min=1, help="How many, the newest.")] = _LAST,
    as_json: AsJson = False,
) -> None:
    """Show the record of publications and of the ways back, the newest first; times are UTC."""
    entries = list(islice(read_log(read_settings()), last))
    if as_json:
        print_json([asdict(entry) for entry in entries])
        return
    for entry in entries:
        out.print(f"{_when(entry)}  {_what(entry):14}  {entry.snapshot or '-'}", markup=False)
        for line in _why(entry):
            out.print(f"    {line}", style="dim", markup=False)
    if not entries:
        out.print("Nothing is published yet; run `coopqa publish`.")


def _when(entry: Entry) -> str:
    """Return the time in UTC, to the second."""
    return entry.at[:19].replace("T", " ")


def _what(entry: Entry) -> str:
    codes = {found["code"] for found in entry.reasons}
    if entry.action != "publish":
        return _ACTIONS.get(entry.action, entry.action)
    if entry.published:
        return "forced" if entry.forced else "published"
    return "unchanged" if codes == {"unchanged"} else "busy" if codes == {"busy"} else "refused"


def _why(entry: Entry) -> list[str]:
    by = f"by {entry.who}" if entry.who else ""
    said = ": ".join(filter(None, (by, entry.why)))
    because = "in spite of" if entry.forced else "because"
    return [
        *filter(None, [said]),
        *(f"{because}: {found['text']}" for found in entry.reasons),
        *([f"gone: {', '.join(entry.removed)}"] if entry.removed else ()),
    ]
