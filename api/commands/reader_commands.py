"""`coopqa reader ...`."""

import logging
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.logging import RichHandler

from api.commands.terminal import AsJson, err, out, print_json, progress
from corpus.errors import TrainingError
from eval.reader_examples import count_kinds, domain_examples
from eval.reader_training import (
    TrainedReader,
    TrainingPlan,
    ship_average,
    ship_reader,
    train_reader,
)
from eval.suites import DATASETS
from qa.settings import read_settings
from qa.training.examples import write_examples
from qa.training.recipe import RECIPE, read_recipe

app = typer.Typer(help="Training of the reader.", no_args_is_help=True)

_LOWEST_PRIORITY = 19
_INTERRUPTED = 130

Datasets = Annotated[Path, typer.Option(help="Domain question set: articles and splits.")]


@app.command()
def examples(
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Folder to write into.")],
    datasets: Datasets = DATASETS / "domain",
) -> None:
    """Write the domain set as examples for the reader: domain.jsonl and domain_dev.jsonl."""
    for split, name in (("train", "domain"), ("dev", "domain_dev")):
        made = domain_examples(datasets, split)
        path = target / f"{name}.jsonl"
        write_examples(path, made)
        kinds = ", ".join(f"{count} {kind}" for kind, count in count_kinds(made).items())
        out.print(f"{path}: {len(made)} examples ({kinds})", markup=False)


@app.command()
def train(  # noqa: PLR0913  each is an option of the command
    data: Annotated[list[Path] | None, typer.Option(help="Folder of sets; may repeat.")] = None,
    dev: Annotated[
        list[Path] | None, typer.Option(help="SQuAD-style file to measure by; may repeat.")
    ] = None,
    target: Annotated[
        Path | None, typer.Option("--out", help="Folder of checkpoints and result.")
    ] = None,
    stage: Annotated[str, typer.Option(help="Train only this stage of the recipe.")] = "",
    recipe: Annotated[Path, typer.Option(help="Recipe file.")] = RECIPE,
    datasets: Datasets = DATASETS / "domain",
    threads: Annotated[int | None, typer.Option(min=1, help="Else COOPQA_THREADS.")] = None,
    as_json: AsJson = False,
) -> None:
    """Train the reader: from data to weights, manifest and figures in OUT/reader_model.

    The same command goes on with an interrupted run. Takes some hours, at the lowest priority.
    """
    settings = read_settings()
    read = read_recipe(recipe)
    plan = TrainingPlan(
        recipe=read,
        data=tuple(data or ()),
        dev=tuple(dev or ()),
        datasets=datasets,
        models_dir=settings.models_dir,
        out=target or settings.data_dir / "reader",
        threads=threads or settings.threads,
    )
    stages = [read.stage(stage)] if stage else list(read.stages)
    os.nice(_LOWEST_PRIORITY)
    _log_progress()
    try:
        with progress() as report:
            train_reader(plan, stages, report)
            if stages[-1] != read.stages[-1]:
                return
            trained = ship_reader(plan, report)
    except KeyboardInterrupt:
        err.print("interrupted; the same command goes on from the last checkpoint")
        raise typer.Exit(_INTERRUPTED) from None
    _show(trained, as_json)


@app.command()
def average(
    parts: Annotated[
        list[str], typer.Argument(metavar="CHECKPOINT=SHARE...", help="Such as OUT/domain=2.")
    ],
    target: Annotated[Path, typer.Option("--out", help="Folder of the result.")],
    dev: Annotated[
        list[Path] | None, typer.Option(help="SQuAD-style file to measure by; may repeat.")
    ] = None,
    datasets: Datasets = DATASETS / "domain",
    as_json: AsJson = False,
) -> None:
    """Average the weights of runs that share their beginning, and pack the mean as the reader.

    Weights, manifest and figures are written to OUT/reader_model.
    """
    settings = read_settings()
    named = [part.rpartition("=") for part in parts]
    try:
        shares = [float(share) for _, _, share in named]
    except ValueError:
        raise TrainingError(
            f"{parts} are not all CHECKPOINT=SHARE, such as run/domain=2."
        ) from None
    plan = TrainingPlan(
        recipe=read_recipe(),
        data=(),
        dev=tuple(dev or ()),
        datasets=datasets,
        models_dir=settings.models_dir,
        out=target,
        threads=settings.threads,
    )
    with progress() as report:
        trained = ship_average(plan, [Path(folder) for folder, _, _ in named], shares, report)
    _show(trained, as_json)


def _show(trained: TrainedReader, as_json: bool) -> None:
    if as_json:
        print_json({name: form.as_dict() for name, form in trained.figures.items()})
        return
    for name, form in trained.figures.items():
        out.print(f"{name}: {form.line()}", markup=False)
    out.print(f"{trained.folder} is the reader.", markup=False)


def _log_progress() -> None:
    """Let our own packages say on standard error what they do, below a bar where there is one."""
    if err.is_terminal:
        logging.basicConfig(level=logging.WARNING, handlers=[RichHandler(console=err)])
    else:
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    for package in ("eval", "qa"):
        logging.getLogger(package).setLevel(logging.INFO)
