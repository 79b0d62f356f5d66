"""The long crash and model runs, with their record: python -m tests.soak."""

import argparse
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.crash_run import Crash, crash, make_base
from tests.model_run import ModelRun

PAGE = Path(__file__).parents[2] / "docs" / "soak.md"
_HEAD = """# Long runs

What `make soak` did: processes killed and disks filled at drawn write points, and random work of a
keeper compared with plain dictionaries (tests/crash_run.py, tests/model_run.py). Run again what a
line says with `python -m tests.soak --seed SEED`. The newest run comes first.
"""


def main() -> int:
    """Run, write the record, and return 1 if anything was wrong."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--crashes", type=int, default=300)
    asked.add_argument("--operations", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    chosen = asked.parse_args()
    _say(f"seed {chosen.seed}")
    with tempfile.TemporaryDirectory() as folder:
        crashes = _crashes(Path(folder), chosen.seed, chosen.crashes)
        model = ModelRun(Path(folder) / "model", chosen.seed)
        model_s = _timed(lambda: model.run(chosen.operations))
    lines = [
        f"## {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, seed {chosen.seed}",
        "",
        *_crash_lines(crashes, chosen.seed),
        "",
        f"Model: {model.done.total()} operations in {model_s:.0f} s "
        f"({', '.join(f'{n} {name}' for name, n in sorted(model.done.items()))}), "
        f"{len(model.differences)} differences.",
        *(f"- {difference}" for difference in model.differences),
    ]
    _record(lines)
    _say("\n".join(lines))
    return int(bool(model.differences) or any(c.wrong for c in crashes))


def _crashes(folder: Path, seed: int, count: int) -> list[Crash]:
    make_base(folder / "base")
    runs: list[Crash] = []
    for number in range(count):
        runs.append(crash(seed + number, folder / "base", folder / f"run-{number}"))
        if runs[-1].wrong:
            _say(str(runs[-1]))
        if (number + 1) % 20 == 0:
            _say(f"crash {number + 1}/{count}")
    return runs


def _crash_lines(runs: list[Crash], seed: int) -> list[str]:
    kinds = sorted({r.fault.kind for r in runs})
    table = Counter((r.operation, r.fault.kind) for r in runs)
    bad = [r for r in runs if r.wrong]
    return [
        f"Crashes: {len(runs)} runs, seeds {seed} to {seed + len(runs) - 1}, {len(bad)} wrong.",
        "",
        f"| operation | {' | '.join(kinds)} |",
        f"|---|{'---|' * len(kinds)}",
        *(
            f"| {operation} | {' | '.join(str(table[operation, k]) for k in kinds)} |"
            for operation in sorted({r.operation for r in runs})
        ),
        *(f"- seed {r.seed}, {r.operation}, {r.fault}: {'; '.join(r.wrong)}" for r in bad),
    ]


def _record(lines: list[str]) -> None:
    earlier = PAGE.read_text("utf-8").removeprefix(_HEAD) if PAGE.exists() else ""
    PAGE.write_text(_HEAD + "\n" + "\n".join(lines) + "\n" + earlier, "utf-8")


def _timed(work: Callable[[], object]) -> float:
    begin = time.monotonic()
    work()
    return time.monotonic() - begin


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
