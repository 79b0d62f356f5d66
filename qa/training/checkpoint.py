"""Checkpoints of a training run: written whole or not at all."""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from corpus.errors import ForeignCheckpoint

TRAINED = "trained.safetensors"
_MOMENTS = "optimizer.safetensors"
_STATE = "state.json"
_AFRESH = "delete the folder to train the stage afresh, or give another --out"


@dataclass(slots=True)
class Progress:
    """Where a run stands; `seconds` count training only, in this stage."""

    stage: str
    seconds: float = 0.0
    steps: int = 0
    examples: int = 0
    taken: dict[str, int] = field(default_factory=dict)
    finished: bool = False


def save_checkpoint(
    folder: Path,
    trained: dict[str, nn.Parameter],
    optimizer: torch.optim.Optimizer,
    progress: Progress,
) -> None:
    """Replace the checkpoint in `folder`; a crash leaves the old one or the new one."""
    unfinished, old = folder.with_suffix(".new"), folder.with_suffix(".old")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    save_file({name: p.detach() for name, p in trained.items()}, unfinished / TRAINED)
    save_file(_moments(trained, optimizer), unfinished / _MOMENTS)
    (unfinished / _STATE).write_text(json.dumps(asdict(progress), indent=1), "utf-8")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.rename(folder, old)
    os.rename(unfinished, folder)
    shutil.rmtree(old, ignore_errors=True)


def find_checkpoint(folder: Path) -> Path | None:
    """Return the newest whole checkpoint: `folder`, or what a crash left of it."""
    for candidate in (folder, folder.with_suffix(".new"), folder.with_suffix(".old")):
        if (candidate / _STATE).is_file():
            return candidate
    return None


def load_checkpoint(
    folder: Path, trained: dict[str, nn.Parameter], optimizer: torch.optim.Optimizer
) -> Progress:
    """Put the checkpoint's weights and moments into place.

    Raises:
        ForeignCheckpoint: it is damaged, or of another network.
    """
    progress = read_progress(folder)
    try:
        weights, moments = load_file(folder / TRAINED), load_file(folder / _MOMENTS)
        kinds = ("exp_avg", "exp_avg_sq", "step")
        states = {name: {k: moments[f"{name}/{k}"] for k in kinds} for name in trained}
    except (OSError, SafetensorError, KeyError) as error:
        raise ForeignCheckpoint(f"{folder} cannot be gone on from ({error}); {_AFRESH}.") from error
    if {n: t.shape for n, t in weights.items()} != {n: p.shape for n, p in trained.items()}:
        raise ForeignCheckpoint(f"{folder} is of another network; {_AFRESH}.")
    with torch.no_grad():
        for name, parameter in trained.items():
            parameter.copy_(weights[name])
            optimizer.state[parameter] = states[name]
    return progress


def read_progress(folder: Path) -> Progress:
    """Return where the run of a checkpoint stood.

    Raises:
        ForeignCheckpoint: it does not say so.
    """
    try:
        return Progress(**json.loads((folder / _STATE).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ForeignCheckpoint(f"{folder / _STATE} is damaged ({error}); {_AFRESH}.") from error


def average_weights(folders: Sequence[Path], shares: Sequence[float], target: Path) -> None:
    """Write the mean of the checkpoints' weights, each with its share.

    Raises:
        ForeignCheckpoint: a folder is no checkpoint, or not of the same network as the first.
    """
    mean: dict[str, Tensor] = {}
    for folder, share in zip(folders, shares, strict=True):
        try:
            weights = load_file(folder / TRAINED)
        except (OSError, SafetensorError) as error:
            raise ForeignCheckpoint(f"{folder} is no checkpoint ({error}).") from error
        shapes = {name: tensor.shape for name, tensor in weights.items()}
        if mean and shapes != {name: tensor.shape for name, tensor in mean.items()}:
            raise ForeignCheckpoint(f"{folder} is of another network than {folders[0]}.")
        for name, tensor in weights.items():
            mean[name] = mean.get(name, 0) + tensor.float() * (share / sum(shares))
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".new")
    save_file({name: tensor.contiguous() for name, tensor in mean.items()}, unfinished)
    os.replace(unfinished, target)


def _moments(
    trained: dict[str, nn.Parameter], optimizer: torch.optim.Optimizer
) -> dict[str, Tensor]:
    return {
        f"{name}/{kind}": value.detach().clone()
        for name, parameter in trained.items()
        for kind, value in optimizer.state[parameter].items()
    }
