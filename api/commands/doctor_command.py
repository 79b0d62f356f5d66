"""`coopqa doctor`."""

from collections.abc import Callable, Iterator
from dataclasses import asdict

import typer
from sqlalchemy.exc import SQLAlchemyError

from api.commands import doctor_corpus, doctor_machine
from api.commands.doctor_finding import Finding
from api.commands.terminal import AsJson, out, print_json
from corpus.errors import CoopQaError, InvalidSetting
from qa.assemble import Parts
from qa.settings import read_settings

Check = Callable[[Parts], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    doctor_machine.data_folder,
    doctor_machine.free_disk,
    doctor_machine.database,
    doctor_machine.models,
    doctor_corpus.live_snapshot,
    doctor_corpus.fitted_models,
    doctor_machine.port,
    doctor_corpus.unfinished,
    doctor_corpus.removals,
    doctor_corpus.corpus_folder,
    doctor_corpus.pending_changes,
)
_MARKS = {"ok": "✓", "look": "!", "broken": "✗"}


def doctor(as_json: AsJson = False) -> None:
    """Look for everything that can be wrong with this installation, and say what to do next.

    Changes nothing. Exit status 1 when something is broken (✗); what wants a look (!) is 0.
    """
    findings = list(_findings())
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for found in findings:
            step = f" → {found.next_step}" if found.next_step else ""
            out.print(f"{_MARKS[found.status]} {found.check}: {found.text}{step}", markup=False)
    if any(finding.status == "broken" for finding in findings):
        raise typer.Exit(1)


def _findings() -> Iterator[Finding]:
    try:
        parts = Parts(read_settings())
    except InvalidSetting as error:
        yield Finding("settings", "broken", str(error), "see docs/settings.md")
        return
    yield Finding("settings", "ok", "every COOPQA_ variable is known and in range")
    for check in CHECKS:
        try:
            yield from check(parts)
        except (CoopQaError, OSError, SQLAlchemyError) as error:
            yield Finding(check.__name__.replace("_", " "), "broken", str(error))
