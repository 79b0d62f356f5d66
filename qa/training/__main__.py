"""Train one stage: `python -m qa.training STAGE --base DIR --data DIR... --out DIR`."""

import argparse
import json
import logging
from pathlib import Path

import torch
from tokenizers import Tokenizer

from qa.reader_input import ReaderInput
from qa.reader_network import load_network
from qa.training.batches import TrainingBatches
from qa.training.evaluation import read_gold
from qa.training.examples import Example, across_languages, read_examples
from qa.training.recipe import RECIPE, Recipe, Stage, read_recipe
from qa.training.trainer import StageTrainer


def read_sets(folders: list[Path], stage: Stage) -> dict[str, list[Example]]:
    """Read the sets of a stage's mixture; `A>B` asks the questions of A over the contexts of B."""
    files = {path.name.split(".")[0]: path for folder in folders for path in folder.iterdir()}
    sets = {name: read_examples(files[name]) for name in stage.mixture if ">" not in name}
    for pair in stage.mixture:
        if ">" in pair:
            first, second = (read_examples(files[name]) for name in pair.split(">"))
            sets[pair] = across_languages(first, second)
    return sets


def train_stage(recipe: Recipe, options: argparse.Namespace) -> None:
    """Train or resume the stage that the options name."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(recipe.seed)
    stage = recipe.stage(options.stage)
    layout = ReaderInput(Tokenizer.from_file(str(options.base / "tokenizer.json")))
    network = load_network(options.base)
    pad = json.loads((options.base / "config.json").read_text("utf-8"))["pad_token_id"]
    batches = TrainingBatches(read_sets(options.data, stage), recipe, stage, layout, pad)
    dev = {path.stem: read_gold(path) for path in options.dev}
    trainer = StageTrainer(network, recipe, stage, dev, options.out)
    progress = trainer.resume(options.after)
    logging.info("stage %s from second %.0f", stage.name, progress.seconds)
    trainer.train(batches, layout)


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(prog="python -m qa.training", description=__doc__)
    parser.add_argument("stage")
    parser.add_argument("--base", type=Path, required=True, help="unpacked embedding model")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders of sets")
    parser.add_argument(
        "--dev", type=Path, nargs="*", default=[], help="dev files, SQuAD-style or sets"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--after", help="stage whose last checkpoint to start from")
    parser.add_argument("--recipe", type=Path, default=RECIPE)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train_stage(read_recipe(options.recipe), options)


if __name__ == "__main__":
    main()
