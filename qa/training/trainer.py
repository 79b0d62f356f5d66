"""The training loop: one stage at a time, within a budget of minutes, resumable."""

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import nn

from corpus.progress import Progress as Report
from qa.reader_input import ReaderInput, Window
from qa.reader_network import HEAD, ReaderNetwork
from qa.training.batches import Batch, TrainingBatches
from qa.training.checkpoint import Progress, find_checkpoint, load_checkpoint, save_checkpoint
from qa.training.evaluation import GoldQuestion, Scorer, measure_spans
from qa.training.network import freeze_below, quick_precision, span_loss
from qa.training.recipe import Recipe, Stage, learning_rate_share

log = logging.getLogger(__name__)
_LOG_SECONDS = 30


class StageTrainer:
    """Trains one stage and keeps `out/STAGE` (checkpoint) and `out/progress.jsonl` up to date."""

    def __init__(
        self,
        network: ReaderNetwork,
        recipe: Recipe,
        stage: Stage,
        dev: dict[str, list[GoldQuestion]],
        out: Path,
    ) -> None:
        """`dev` are the questions to measure by, under the names of their files."""
        self._network = network.train()
        self._recipe = recipe
        self._stage = stage
        self._dev = dev
        self._out = out
        self._trained = freeze_below(network, recipe.first_trained_layer)
        self._optimizer = _optimizer(self._trained, recipe, stage)
        self._progress = Progress(stage.name)

    def resume(self, after: str | None) -> Progress:
        """Go on from this stage's checkpoint, else start from the end of the stage `after`."""
        own = find_checkpoint(self._out / self._stage.name)
        before = find_checkpoint(self._out / after) if after else None
        if own:
            self._progress = load_checkpoint(own, self._trained, self._optimizer)
        elif before:
            load_checkpoint(before, self._trained, self._optimizer)
        return self._progress

    def train(self, batches: TrainingBatches, layout: ReaderInput, report: Report) -> None:
        """Train until the stage's minutes are used up; measure, save and report on the way."""
        progress, stage, recipe = self._progress, self._stage, self._recipe
        batches.taken.update(progress.taken)
        saved = measured = logged = progress.seconds
        losses: list[float] = []
        for batch in _timed(batches, lambda: progress.seconds < 60 * stage.minutes):
            began = time.monotonic()
            losses.append(self._step(batch))
            progress.seconds += time.monotonic() - began
            progress.steps += 1
            progress.examples += len(batch.ids)
            progress.taken = dict(batches.taken)
            report(stage.name, int(progress.seconds), int(60 * stage.minutes) + 1)
            if progress.seconds - logged > _LOG_SECONDS:
                self._report(losses, progress.seconds - logged)
                logged, losses = progress.seconds, []
            if progress.seconds - saved > 60 * recipe.checkpoint_minutes:
                saved = progress.seconds
                self._save()
            if progress.seconds - measured > 60 * recipe.evaluation_minutes:
                measured = progress.seconds
                self.measure(layout, recipe.evaluation_questions)
        progress.finished = True
        self._save()
        report(stage.name, int(60 * stage.minutes) + 1, int(60 * stage.minutes) + 1)
        self.measure(layout, None)

    def measure(self, layout: ReaderInput, questions: int | None) -> None:
        """Append the dev measures to `progress.jsonl`, over every nth question if limited."""
        for name, asked in self._dev.items():
            every = max(1, len(asked) // questions) if questions else 1
            measures = measure_spans(asked[::every], layout, torch_scorer(self._network))
            line = {"dev": name, **asdict(measures), **asdict(self._progress)}
            log.info("%s: %s", name, measures)
            with (self._out / "progress.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")

    def _step(self, batch: Batch) -> float:
        share = learning_rate_share(self._stage, self._progress.seconds / 60)
        for group in self._optimizer.param_groups:
            group["lr"] = share * group["full_lr"]
        choices = torch.from_numpy(batch.choices)
        with quick_precision():
            start, end = self._network(torch.from_numpy(batch.ids), torch.from_numpy(batch.mask))
        loss = span_loss(start, choices, torch.from_numpy(batch.starts))
        loss = (loss + span_loss(end, choices, torch.from_numpy(batch.ends))) / 2
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._trained.values(), self._recipe.clip_norm)
        self._optimizer.step()
        return float(loss.detach())

    def _report(self, losses: Sequence[float], seconds: float) -> None:
        progress = self._progress
        left = self._stage.minutes - progress.seconds / 60
        log.info(
            "%s: step %d, %d examples, loss %.3f, %.2f s a step, %.0f min left",
            *(progress.stage, progress.steps, progress.examples, float(np.mean(losses))),
            *(seconds / max(1, len(losses)), left),
        )

    def _save(self) -> None:
        self._out.mkdir(parents=True, exist_ok=True)
        folder = self._out / self._stage.name
        save_checkpoint(folder, self._trained, self._optimizer, self._progress)


def torch_scorer(network: ReaderNetwork, *, exact: bool = False) -> Scorer:
    """Score windows with the network, one window a time; `exact` in float32."""

    @torch.inference_mode()
    def score(windows: Sequence[Window]) -> list[tuple[np.ndarray, np.ndarray]]:
        scored = []
        for window in windows:
            ids = torch.tensor([window.ids])
            with nullcontext() if exact else quick_precision():
                start, end = network(ids, torch.ones_like(ids))
            scored.append((start[0].float().numpy(), end[0].float().numpy()))
        return scored

    return score


def _optimizer(
    trained: dict[str, nn.Parameter], recipe: Recipe, stage: Stage
) -> torch.optim.Optimizer:
    head = [p for name, p in trained.items() if name.startswith(HEAD)]
    body = [p for name, p in trained.items() if not name.startswith(HEAD)]
    head_rate = recipe.head_learning_rate * stage.learning_rate / 3e-4
    groups = [
        {"params": body, "full_lr": stage.learning_rate},
        {"params": head, "full_lr": head_rate},
    ]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.98), weight_decay=recipe.weight_decay)


def _timed(batches: TrainingBatches, goes_on: Callable[[], bool]) -> Iterator[Batch]:
    for batch in batches:
        if not goes_on():
            return
        yield batch
