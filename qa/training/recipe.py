"""How the reader is trained: read from `recipe.toml`."""

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.errors import TrainingError

RECIPE = Path(__file__).with_name("recipe.toml")


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of training: its mixture of sets, its minutes, and its learning rate.

    The rate rises over `warmup_minutes`, stays, and falls linearly to `final_rate` times itself
    over the last `decay_minutes`.
    """

    name: str
    minutes: float
    warmup_minutes: float
    decay_minutes: float
    learning_rate: float
    final_rate: float
    mixture: dict[str, float]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what is learned; shares are chances per example."""

    seed: int
    first_trained_layer: int
    head_learning_rate: float
    weight_decay: float
    clip_norm: float
    batch_tokens: int
    window_sizes: tuple[int, ...]
    other_context_share: float
    other_element_share: float
    as_typed_share: float
    public_heading_share: float
    checkpoint_minutes: float
    evaluation_minutes: float
    evaluation_questions: int
    stages: tuple[Stage, ...]

    def stage(self, name: str) -> Stage:
        """Return the stage of this name.

        Raises:
            TrainingError: there is none.
        """
        for stage in self.stages:
            if stage.name == name:
                return stage
        known = ", ".join(stage.name for stage in self.stages)
        raise TrainingError(f"There is no stage {name!r} in the recipe; there are {known}.")

    def before(self, name: str) -> Stage | None:
        """Return the stage whose end the named one starts from."""
        place = self.stages.index(self.stage(name))
        return self.stages[place - 1] if place else None

    @property
    def sha256(self) -> str:
        """The name of these settings, whatever the file's comments."""
        return hashlib.sha256(json.dumps(asdict(self)).encode("utf-8")).hexdigest()


def read_recipe(path: Path = RECIPE) -> Recipe:
    """Read a recipe file.

    Raises:
        TrainingError: it is missing, no TOML, or lacks or adds a setting.
    """
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        stages = tuple(Stage(**stage) for stage in table.pop("stages"))
        return Recipe(**{**table, "window_sizes": tuple(table["window_sizes"])}, stages=stages)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{path} is no recipe ({error}); start from {RECIPE}.") from error


def learning_rate_share(stage: Stage, minute: float) -> float:
    """Return the factor of the learning rate at this minute: a trapezoid."""
    rise = min(1.0, (minute + 0.02) / stage.warmup_minutes) if stage.warmup_minutes else 1.0
    left = max(0.0, stage.minutes - minute)
    if left >= stage.decay_minutes or not stage.decay_minutes:
        return rise
    return rise * (stage.final_rate + (1 - stage.final_rate) * left / stage.decay_minutes)
