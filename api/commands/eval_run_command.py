"""`coopqa eval run`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from api.commands.terminal import out, progress
from eval.baseline import Baseline
from eval.compare import compare_runs
from eval.gate import measured_reasons, read_rules
from eval.in_process import InProcess
from eval.over_http import OverHttp
from eval.readings import Suite
from eval.report import Report, write_report
from eval.report_text import comparison_lines, junit_xml, report_lines
from eval.run import Answerer, run_set
from eval.run_folder import RunFolder
from eval.score import Scores, score_run
from eval.suites import NAMES, open_suite, suite_articles
from eval.verdict import Verdict
from qa.assemble import Parts
from qa.settings import read_settings

SetName = Annotated[str, typer.Argument(help=f"One of {', '.join(NAMES)}.")]


def run(
    name: SetName = "cooperation",
    url: Annotated[str, typer.Option(help="Ask a running service instead.")] = "",
    folder: Annotated[Path | None, typer.Option(help="Folder of the run.")] = None,
    against: Annotated[
        Path | None, typer.Option(help="An earlier run: compare, and judge by the gate's rules.")
    ] = None,
    plain: Annotated[bool, typer.Option(help="Ask the plain recipe instead.")] = False,
    resume: Annotated[bool, typer.Option(help="Go on with an interrupted run.")] = False,
) -> None:
    """Ask every question of a set; write a run folder with a report (HTML, JUnit XML).

    The plain recipe is asked too and stands beside ours. Exit status 1 where a measure is below
    the floors of the gate or, with --against, dropped by its rules.
    """
    parts = Parts(read_settings())
    suite = open_suite(name, parts)
    before = score_run(RunFolder(against)) if against else None
    kind = "plain" if plain else "http" if url else "ours"
    runs = parts.settings.runs_dir
    target = folder or runs / f"{name.replace('/', '-')}-{kind}-{suite.live.snapshot.id}"
    answerer = OverHttp(url) if url else answerer_of(suite, parts, plain=plain)
    finished = _run(suite, answerer, target, resume=resume)
    recipe = None if plain else answerer_of(suite, parts, plain=True)
    beside = score_run(_run(suite, recipe, runs / f"{target.name}-beside")) if recipe else None
    report = _report(finished, before, beside, judged=not plain)
    write_report(report, finished.report)
    (target / "junit.xml").write_text(junit_xml(report), "utf-8")
    for line in report_lines(report):
        out.print(line, markup=False)
    for line in comparison_lines(report.comparison) if report.comparison else ():
        out.print(line, markup=False)
    out.print(f"report: {finished.report}", markup=False)
    if report.verdict and not report.verdict.publishes:
        raise typer.Exit(1)


def answerer_of(suite: Suite, parts: Parts, *, plain: bool) -> Answerer:
    """Return what answers a suite in this process: the product, or the plain recipe."""
    if plain:
        return Baseline(suite_articles(suite.name), parts.embedder, parts.cache)
    return InProcess(lambda: suite.live, parts.retriever, parts.reader, parts.confidence)


def _run(suite: Suite, answerer: Answerer, folder: Path, *, resume: bool = False) -> RunFolder:
    if not resume:
        RunFolder(folder).clear()
    with progress() as report:
        return run_set(
            suite.questions, answerer, folder, suite.name,
            lambda done, total: report("ask", done, total),
        )  # fmt: skip


def _report(
    finished: RunFolder, before: Scores | None, beside: Scores | None, *, judged: bool
) -> Report:
    scores = score_run(finished)
    comparison = compare_runs(before, scores) if before else None
    # The plain recipe has no floors to keep.
    rules = read_rules() if judged else replace(read_rules(), floors={})
    reasons = measured_reasons(scores, comparison, rules)
    verdict = Verdict(tuple(reasons), first=before is None) if comparison or reasons else None
    return Report(
        finished, scores, verdict=verdict, before=before, comparison=comparison, baseline=beside
    )
