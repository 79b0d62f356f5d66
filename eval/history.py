"""The numbers of earlier publications: no text of articles, so that it may outlive them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.score import Scores

MEASURES = ("right", "in_quote", "success@5", "refused", "answered", "refusal_auroc")


@dataclass(frozen=True, slots=True)
class PastRun:
    """When a snapshot was evaluated, over which set, and what it was worth."""

    snapshot: str
    set_fingerprint: str
    published: bool
    values: Mapping[str, float]


def past_run(snapshot: str, fingerprint: str, published: bool, scores: Scores) -> PastRun:
    """Return the numbers of a run that are kept."""
    found = {m: e.value for m in MEASURES if (e := scores.get(m))}
    return PastRun(snapshot, fingerprint, published, {m: round(v, 4) for m, v in found.items()})


def add_past_run(path: Path, run: PastRun) -> None:
    """Append one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(run)) + "\n")


def read_past_runs(path: Path, last: int = 20) -> list[PastRun]:
    """Return the last runs, oldest first; a line that was cut off is passed over."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    runs: list[PastRun] = []
    for line in lines[-last:]:
        try:
            runs.append(PastRun(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return runs
