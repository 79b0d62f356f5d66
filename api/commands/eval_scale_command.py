"""`coopqa eval scale`."""

from dataclasses import asdict
from typing import Annotated

import typer

from api.commands.terminal import AsJson, out, print_json, progress
from eval.noise import varied
from eval.question_set import read_questions
from eval.scale_benchmark import ScaleParts, large_live, scale_lines, scale_rows, shipped_live
from eval.suites import DATASETS
from qa.settings import read_settings


def scale(
    passages: Annotated[int, typer.Option(min=100, help="At least so many passages.")] = 10_000,
    as_json: AsJson = False,
) -> None:
    """Time understanding and searching, as typed and without marks, beside the shipped corpus."""
    parts = ScaleParts(read_settings())
    asked = read_questions(DATASETS / "domain" / "dev.jsonl")
    unmarked = varied(asked, "no_marks", 1)
    with progress() as report:
        rows = [
            row
            for live in (shipped_live(parts), large_live(passages, parts))
            for row in scale_rows(live, parts, [*asked, *unmarked], report)
        ]
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    for line in scale_lines(rows):
        out.print(line, markup=False)
