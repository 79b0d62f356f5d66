"""What a folder of checkpoints belongs to: no run goes on with another recipe or other data."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.errors import ForeignCheckpoint

_FILE = "run.json"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The recipe, the weights that training starts from, and how many examples each set has."""

    recipe_sha256: str
    base_sha256: str
    sets: dict[str, int]

    def claim(self, folder: Path) -> None:
        """Write the record into the folder, or compare it with the one that is there.

        Raises:
            ForeignCheckpoint: the folder belongs to a run of another recipe or other data.
        """
        path = folder / _FILE
        sets = self.sets
        if path.is_file():
            there = _read(path)
            sets = {**there.sets, **sets}
            changed = [name for name in self.sets if there.sets.get(name, sets[name]) != sets[name]]
            differs = {
                "another recipe": there.recipe_sha256 != self.recipe_sha256,
                "other bundled weights": there.base_sha256 != self.base_sha256,
                f"other data ({', '.join(changed)})": bool(changed),
            }
            if found := [what for what, is_so in differs.items() if is_so]:
                raise ForeignCheckpoint(
                    f"{folder} holds a run of {' and '.join(found)}; give another --out, or delete "
                    "the folder to begin afresh."
                )
        folder.mkdir(parents=True, exist_ok=True)
        record = asdict(RunRecord(self.recipe_sha256, self.base_sha256, sets))
        unfinished = path.with_suffix(".new")
        unfinished.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
        unfinished.replace(path)


def _read(path: Path) -> RunRecord:
    try:
        return RunRecord(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ForeignCheckpoint(f"{path} is damaged ({error}); give another --out.") from error
