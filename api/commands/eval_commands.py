"""`coopqa eval ...`."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.eval_ablate_command import ablate
from api.commands.eval_run_command import SetName, answerer_of, run
from api.commands.eval_scale_command import scale
from api.commands.eval_squad_command import squad
from api.commands.terminal import out, progress
from corpus.folder import read_folder
from eval.compare import compare_runs
from eval.conversation_run import follow_ups, run_follow_ups, summarise, table
from eval.fit import fit_confidence, write_fitted
from eval.gate import measured_reasons, read_rules
from eval.noise_table import noise_lines, noise_scores
from eval.question_set import read_conversations
from eval.readings import read_suites
from eval.report import Report, write_report
from eval.report_text import comparison_lines
from eval.run_folder import RunFolder
from eval.score import score_run
from eval.set_checks import check_set
from eval.suites import DATASETS, FITTED_ON, NAMES, open_suite
from qa.assemble import Parts
from qa.confidence import FITTED
from qa.settings import read_settings

app = typer.Typer(help="How good the answers are.", no_args_is_help=True)
app.command()(run)
app.command()(squad)
app.command()(ablate)
app.command()(scale)
_WRONG_COSTS = 0.86
"""A wrong sentence is shown with its source and can be checked; a refusal of what the articles say
sends people away."""


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="A question set, JSON lines.")],
    articles: Annotated[Path, typer.Option(help="Folder of its articles.")] = Path(
        "corpus/articles"
    ),
    squad: Annotated[
        Path | None, typer.Option(help="A SQuAD file to compare overlap with.")
    ] = None,
) -> None:
    """Check offsets, versions, duplicates, leaks and balance; exit status 1 on any fault."""
    report = check_set(path, read_folder(articles).articles, squad)
    for line in report.lines():
        out.print(line, markup=False)
    raise typer.Exit(report.exit_status)


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(help="Run folder.")],
    after: Annotated[Path, typer.Argument(help="Run folder.")],
    gate: Annotated[bool, typer.Option(help="Exit status 1 where a rule is broken.")] = False,
) -> None:
    """Pair two runs question by question: what got better, what got worse."""
    scores = [score_run(RunFolder(folder)) for folder in (before, after)]
    comparison = compare_runs(*scores)
    for line in comparison_lines(comparison):
        out.print(line, markup=False)
    reasons = measured_reasons(scores[1], comparison, read_rules())
    if gate and reasons:
        for found in reasons:
            out.print(f"gate: {found.text('en')}", markup=False)
        raise typer.Exit(1)


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(help="Run folder.")],
    lang: Annotated[str, typer.Option(help="vi or en.")] = "vi",
) -> None:
    """Write the report of a run again."""
    finished = RunFolder(folder)
    path = write_report(Report(finished, score_run(finished)), finished.report, lang)
    out.print(str(path), markup=False)


@app.command()
def fit(
    write: Annotated[bool, typer.Option(help="Replace the shipped coefficients.")] = False,
) -> None:
    """Fit the confidence on sets that the reader was not trained on: domain dev and cooperation.

    The figures are cross-validated by article.
    """
    parts = Parts(read_settings())
    with progress() as report:
        labelled = read_suites(
            [open_suite(name, parts) for name in FITTED_ON],
            parts.retriever,
            parts.reader,
            progress=lambda done, total: report("read", done, total),
        )
    fitted = fit_confidence(labelled, parts.fitted_for, _WRONG_COSTS)
    for line in fitted.lines():
        out.print(line, markup=False)
    if write:
        write_fitted(fitted.fitted, FITTED)
        out.print(f"written to {FITTED}", markup=False)


@app.command()
def noise(
    name: SetName = "cooperation",
    plain: Annotated[bool, typer.Option(help="Ask the plain recipe, for comparison.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the noise rules.")] = 1,
) -> None:
    """Ask a set as typed and by every noise rule; print the measures as a table."""
    parts = Parts(read_settings())
    suite = open_suite(name, parts)
    answerer = answerer_of(suite, parts, plain=plain)
    kind = "plain" if plain else "ours"
    folder = parts.settings.runs_dir / f"noise-{name.replace('/', '-')}-{kind}"
    with progress() as report:
        scores = noise_scores(name, suite.questions, answerer, folder, seed, report)
    for line in noise_lines(f"{name} ({kind})", scores):
        out.print(line, markup=False)


@app.command()
def conversations(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(NAMES)}.")] = "domain/dev",
) -> None:
    """Show how well follow-ups are understood: ours, without history, and written by hand."""
    parts = Parts(read_settings())
    suite = open_suite(name, parts)
    asked = follow_ups(
        read_conversations(DATASETS / f"{name}_conversations.jsonl"), suite.questions
    )
    results = run_follow_ups(asked, suite.live, parts.retriever)
    out.print(table(summarise(results)), markup=False)
