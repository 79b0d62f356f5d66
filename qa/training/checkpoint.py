"""Checkpoints of a training run: written whole or not at all."""

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

TRAINED = "trained.safetensors"
_MOMENTS = "optimizer.safetensors"
_STATE = "state.json"


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
    """Put the checkpoint's weights and moments into place."""
    with torch.no_grad():
        for name, tensor in load_file(folder / TRAINED).items():
            trained[name].copy_(tensor)
    moments = load_file(folder / _MOMENTS)
    for name, parameter in trained.items():
        kinds = ("exp_avg", "exp_avg_sq", "step")
        optimizer.state[parameter] = {kind: moments[f"{name}/{kind}"] for kind in kinds}
    return Progress(**json.loads((folder / _STATE).read_text("utf-8")))


def _moments(
    trained: dict[str, nn.Parameter], optimizer: torch.optim.Optimizer
) -> dict[str, Tensor]:
    return {
        f"{name}/{kind}": value.detach().clone()
        for name, parameter in trained.items()
        for kind, value in optimizer.state[parameter].items()
    }
