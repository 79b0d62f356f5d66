"""From data to a reader that can be shipped: examples, stages, packing, comparison.

Every step finds what is there already, so an interrupted run goes on where it was.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from corpus.errors import TrainingError
from corpus.progress import Progress as Report
from eval.reader_examples import domain_examples
from eval.reader_forms import FormFigures, compare_forms
from index.e5_weights import BUNDLED_SHA256, unpack_e5
from index.onnx_model import OnnxModel, shared_tokenizer
from qa.reader_input import ReaderInput
from qa.reader_network import ReaderNetwork, load_network
from qa.reader_weights import join_reader, pack_reader
from qa.span_model import OnnxSpanModel
from qa.training.batches import TrainingBatches
from qa.training.checkpoint import TRAINED, average_weights, find_checkpoint, read_progress
from qa.training.evaluation import GoldQuestion, read_gold
from qa.training.examples import Example, write_examples
from qa.training.network import has_bfloat16, load_trained
from qa.training.recipe import Recipe, Stage
from qa.training.run_record import RunRecord
from qa.training.sets import find_sets, read_sets
from qa.training.trainer import StageTrainer, torch_scorer

log = logging.getLogger(__name__)

READER = "reader_model"
_EXAMPLES = "examples"
_TRAINED_ON, _MEASURED_BY = ("domain", "train"), ("domain_dev", "dev")
_FIXED_BYTES, _BYTES_PER_TOKEN = 2_000_000_000, 2_500_000
"""Of memory in training; measured with batches of 2,560 tokens."""


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What to train from, and where to; `datasets` is a domain set, `out` keeps the checkpoints."""

    recipe: Recipe
    data: tuple[Path, ...]
    dev: tuple[Path, ...]
    datasets: Path
    models_dir: Path
    out: Path
    threads: int


@dataclass(frozen=True, slots=True)
class TrainedReader:
    """The folder with weights and manifest, and what the reader is worth on each dev file."""

    folder: Path
    figures: dict[str, FormFigures]


def train_reader(plan: TrainingPlan, stages: list[Stage], report: Report) -> None:
    """Train the stages in order, each from its checkpoint or from the end of the stage before it.

    Raises:
        TrainingError: data, memory or the stage before is missing, or a checkpoint is foreign.
    """
    waiting = [stage for stage in stages if not _is_finished(plan, stage)]
    _check_memory(plan.recipe)
    _make_examples(plan, *_TRAINED_ON)
    _make_examples(plan, *_MEASURED_BY)
    sets = _read_sets(plan, waiting)
    counts = {name: len(examples) for name, examples in sets.items()}
    RunRecord(plan.recipe.sha256, BUNDLED_SHA256, counts).claim(plan.out)
    dev = _read_dev(plan)
    if not has_bfloat16():
        log.warning("this processor lacks bfloat16; training in float32, several times slower")
    torch.set_num_threads(plan.threads)
    for stage in waiting:
        _train(plan, stage, sets, dev, report)


def ship_reader(plan: TrainingPlan, report: Report) -> TrainedReader:
    """Pack the last stage's weights into `out/reader_model`, and compare the two forms on dev.

    Raises:
        TrainingError: a stage is not finished.
    """
    finished = {stage.name: _checkpoint(plan, stage) for stage in plan.recipe.stages}
    progress = {name: read_progress(folder) for name, folder in finished.items()}
    card: dict[str, object] = {
        "recipe_sha256": plan.recipe.sha256,
        "recipe": asdict(plan.recipe),
        "examples": {name: stage.taken for name, stage in progress.items()},
    }
    return _ship(plan, finished[plan.recipe.stages[-1].name] / TRAINED, card, report)


def ship_average(
    plan: TrainingPlan, checkpoints: Sequence[Path], shares: Sequence[float], report: Report
) -> TrainedReader:
    """Pack the mean of the weights of several checkpoints, as `ship_reader` does with one.

    "Model soups" (Wortsman et al. 2022): runs that share their beginning may be averaged.

    Raises:
        TrainingError: a share is not above 0, or a checkpoint is named twice.
        ForeignCheckpoint: a folder is no checkpoint, or not of the same network as the first.
    """
    if min(shares) <= 0 or len(set(checkpoints)) < len(checkpoints):
        raise TrainingError("Name each checkpoint once, with a share above 0.")
    progress = {str(folder): read_progress(folder) for folder in checkpoints}
    card: dict[str, object] = {
        "shares": dict(zip(progress, shares, strict=True)),
        "examples": {name: stage.taken for name, stage in progress.items()},
    }
    averaged = plan.out / "average" / TRAINED
    average_weights(checkpoints, shares, averaged)
    _make_examples(plan, *_MEASURED_BY)
    return _ship(plan, averaged, card, report)


def _ship(
    plan: TrainingPlan, trained: Path, card: dict[str, object], report: Report
) -> TrainedReader:
    folder = plan.out / READER
    report("pack", 0, 1)
    pack_reader(trained, plan.models_dir, folder, card)
    shipped = OnnxSpanModel(OnnxModel(join_reader(plan.models_dir, folder), plan.threads))
    report("pack", 1, 1)
    network = load_network(unpack_e5(plan.models_dir)).train(False)
    load_trained(network, trained)
    exact = torch_scorer(network, exact=True)
    figures = compare_forms(_read_dev(plan), shipped.layout, exact, shipped.score, report)
    dev = {name: form.as_dict() for name, form in figures.items()}
    pack_reader(trained, plan.models_dir, folder, {**card, "dev": dev})
    return TrainedReader(folder, figures)


def _train(
    plan: TrainingPlan,
    stage: Stage,
    sets: dict[str, list[Example]],
    dev: dict[str, list[GoldQuestion]],
    report: Report,
) -> None:
    before = plan.recipe.before(stage.name)
    if before:
        _checkpoint(plan, before)
    torch.manual_seed(plan.recipe.seed)
    base = unpack_e5(plan.models_dir)
    layout = ReaderInput(shared_tokenizer(base / "tokenizer.json"))
    network: ReaderNetwork = load_network(base)
    pad = json.loads((base / "config.json").read_text("utf-8"))["pad_token_id"]
    trainer = StageTrainer(network, plan.recipe, stage, dev, plan.out)
    progress = trainer.resume(before.name if before else None)
    log.info("stage %s from second %.0f", stage.name, progress.seconds)
    trainer.train(TrainingBatches(sets, plan.recipe, stage, layout, pad), layout, report)


def _make_examples(plan: TrainingPlan, name: str, split: str) -> None:
    examples = domain_examples(plan.datasets, split)
    write_examples(plan.out / _EXAMPLES / f"{name}.jsonl", examples)


def _read_sets(plan: TrainingPlan, stages: list[Stage]) -> dict[str, list[Example]]:
    mixture = dict.fromkeys(pair for stage in stages for pair in stage.mixture)
    return read_sets(find_sets([*plan.data, plan.out / _EXAMPLES]), mixture)


def _read_dev(plan: TrainingPlan) -> dict[str, list[GoldQuestion]]:
    files = (*plan.dev, plan.out / _EXAMPLES / "domain_dev.jsonl")
    return {path.stem: read_gold(path) for path in files}


def _checkpoint(plan: TrainingPlan, stage: Stage) -> Path:
    found = find_checkpoint(plan.out / stage.name)
    if found is None or not read_progress(found).finished:
        raise TrainingError(
            f"The stage {stage.name!r} is not finished in {plan.out}; train it first."
        )
    return found


def _is_finished(plan: TrainingPlan, stage: Stage) -> bool:
    found = find_checkpoint(plan.out / stage.name)
    return found is not None and read_progress(found).finished


def _check_memory(recipe: Recipe) -> None:
    needed = _FIXED_BYTES + _BYTES_PER_TOKEN * recipe.batch_tokens
    available = _available_bytes()
    if available is not None and available < needed:
        raise TrainingError(
            f"Training needs about {needed / 1e9:.1f} GB of memory, and {available / 1e9:.1f} GB "
            "are free; end other programs, or give a recipe with a lower batch_tokens."
        )


def _available_bytes() -> int | None:
    """Return the memory that programs can still have; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return None
    sizes = dict(line.split(":", 1) for line in lines)
    return 1024 * int(sizes["MemAvailable"].split()[0]) if "MemAvailable" in sizes else None
