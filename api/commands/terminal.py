"""What the commands share: the two streams, progress, and JSON for programs."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from corpus.progress import Progress as Report

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False)

_LINE_SECONDS = 1.0

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


@contextmanager
def progress() -> Iterator[Report]:
    """Show progress on a terminal as a bar, elsewhere as lines `STEP DONE/ALL`.

    A line comes when a step begins, at most once a second while it goes on, and when it ends.
    """
    if not err.is_terminal:
        yield _Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=err, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            bar.update(tasks[step], completed=done, total=total)

        yield report


class _Lines:
    """Progress for programs and logs."""

    def __init__(self) -> None:
        self._said = ("", 0, 0)
        self._said_at = 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        is_between = step == self._said[0] and 0 < done < total
        if self._said == (step, done, total) or (
            is_between and now - self._said_at < _LINE_SECONDS
        ):
            return
        self._said, self._said_at = (step, done, total), now
        sys.stderr.write(f"{step} {done}/{total}\n")
        sys.stderr.flush()
