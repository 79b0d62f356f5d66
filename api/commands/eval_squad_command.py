"""`coopqa eval squad`."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.commands.terminal import AsJson, out, print_json, progress
from eval.embedded_once import PartsForEvaluation, PartsOfExactModel
from eval.squad_cell import SquadCell
from eval.squad_file import SquadFile, read_squad
from eval.squad_precision import precision_cells
from eval.squad_report import squad_lines
from eval.squad_run import run_squad
from eval.suites import scratch_live
from qa.assemble import Parts
from qa.live import Live
from qa.settings import read_settings

English = Annotated[Path | None, typer.Option(help="The same questions in English, by id.")]
Seed = Annotated[int, typer.Option(help="Seed of the noise rules.")]


def squad(
    path: Annotated[Path, typer.Argument(help="A file in SQuAD format.")],
    english: English = None,
    fp32: Annotated[
        bool, typer.Option("--fp32", help="Only compare the embedding model in 8 and 32 bits.")
    ] = False,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Open-domain evaluation over all paragraphs of a file, in every way of typing."""
    parts, file = PartsForEvaluation(read_settings()), read_squad(path)
    translated = questions_by_id(english)
    with progress() as report:
        live = squad_live(file, path, parts)
        if fp32:
            exact = PartsOfExactModel(parts.settings)
            products = (live, parts), (squad_live(file, path, exact, "-fp32"), exact)
            cells = list(precision_cells(file, products, translated, seed, report))
        else:
            cells = run_squad(file, live, parts, translated, seed, report)
    show(cells, as_json=as_json)


def squad_live(file: SquadFile, path: Path, parts: Parts, suffix: str = "") -> Live:
    """Return a snapshot of a file's paragraphs, built once in the data folder."""
    folder = parts.settings.suites_dir / f"{path.stem}{suffix}"
    return scratch_live(file.articles, folder, parts)


def questions_by_id(path: Path | None) -> dict[str, str]:
    """Return the questions of a file, or nothing where none is given."""
    return {q.id: q.question for q in read_squad(path).questions} if path else {}


def show(cells: Sequence[SquadCell], *, as_json: bool) -> None:
    """Print tables as Markdown or JSON."""
    if as_json:
        print_json([asdict(cell) for cell in cells])
        return
    for line in squad_lines(cells):
        out.print(line, markup=False)
