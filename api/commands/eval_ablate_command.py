"""`coopqa eval ablate`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from api.commands.eval_squad_command import English, Seed, questions_by_id, show, squad_live
from api.commands.terminal import AsJson, out, progress
from eval.ablation_confidence import ablate_confidence
from eval.ablation_run import AblationSet, ablate_search
from eval.embedded_once import PartsForEvaluation
from eval.readings import read_suites
from eval.squad_file import read_squad
from eval.squad_report import idle_lines
from eval.suites import FITTED_ON, open_suite
from qa.assemble import Parts
from qa.settings import read_settings

_SUITE = "domain/dev"


def ablate(
    path: Annotated[Path | None, typer.Option("--squad", help="A file in SQuAD format.")] = None,
    english: English = None,
    confidence: Annotated[
        bool, typer.Option(help="Read the questions, for the features of the confidence.")
    ] = True,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Leave out each part in turn and show what it earns, paired question by question."""
    parts = PartsForEvaluation(read_settings())
    with progress() as report:
        cells = [
            cell
            for asked in _sets(path, parts)
            for cell in ablate_search(
                asked, parts, questions_by_id(english) if asked.name != _SUITE else {}, seed, report
            )
        ]
        if confidence:
            labelled = read_suites(
                [open_suite(name, parts) for name in FITTED_ON],
                parts.retriever,
                parts.reader,
                progress=lambda done, total: report("confidence: read", done, total),
            )
            cells += ablate_confidence(labelled, report)
    show(cells, as_json=as_json)
    for line in () if as_json else idle_lines(cells):
        out.print(line, markup=False)


def _sets(path: Path | None, parts: Parts) -> Iterator[AblationSet]:
    """Yield the file's questions, whose titles are their facts, and the domain's."""
    if path:
        file = read_squad(path)
        asked = [q for q in file.questions if q.answerable]
        yield AblationSet(path.stem, squad_live(file, path, parts), asked, file.titles(asked))
    suite = open_suite(_SUITE, parts)
    asked = [q for q in suite.questions if q.answerable]
    yield AblationSet(_SUITE, suite.live, asked, [q.fact for q in asked])
