"""The long runs of crashes, of a keeper and of askers, with their record: python -m tests.soak."""

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
from tests.load_run import Load, LoadRun, percentile, run_load
from tests.model_run import ModelRun

_ROOT = Path(__file__).parents[2]
PAGE = _ROOT / "docs" / "soak.md"
_HEAD = """# Long runs

What `make soak` did: processes killed and disks filled at drawn write points, random work of a
keeper compared with plain dictionaries, and many who ask while snapshots are published
(tests/crash_run.py, tests/model_run.py, tests/load_run.py). Run again what a line says with
`python -m tests.soak --seed SEED`. The newest run comes first.
"""
_LONGEST_P95_MS = 500.0


def main() -> int:
    """Run, write the record, and return 1 if anything was wrong."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", choices=list(_RUNS), help="one of the runs")
    asked.add_argument("--crashes", type=int, default=300)
    asked.add_argument("--operations", type=int, default=10_000)
    asked.add_argument("--askers", type=int, default=50)
    asked.add_argument("--publications", type=int, default=20)
    asked.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    chosen = asked.parse_args()
    _say(f"seed {chosen.seed}")
    lines = [f"## {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, seed {chosen.seed}"]
    wrong = False
    for name in [chosen.only] if chosen.only else _RUNS:
        with tempfile.TemporaryDirectory() as folder:
            said, failed = _RUNS[name](Path(folder), chosen)
        lines += ["", *said]
        wrong |= failed
    _record(lines)
    _say("\n".join(lines))
    return int(wrong)


def _crash(folder: Path, chosen: argparse.Namespace) -> tuple[list[str], bool]:
    runs = _crashes(folder, chosen.seed, chosen.crashes)
    return _crash_lines(runs, chosen.seed), any(r.wrong for r in runs)


def _model(folder: Path, chosen: argparse.Namespace) -> tuple[list[str], bool]:
    model = ModelRun(folder / "model", chosen.seed)
    took_s = _timed(lambda: model.run(chosen.operations))
    lines = [
        f"Model: {model.done.total()} operations in {took_s:.0f} s "
        f"({', '.join(f'{n} {name}' for name, n in sorted(model.done.items()))}), "
        f"{len(model.differences)} differences.",
        *(f"- {difference}" for difference in model.differences),
    ]
    return lines, bool(model.differences)


def _load(folder: Path, chosen: argparse.Namespace) -> tuple[list[str], bool]:
    load = Load(askers=chosen.askers, publications=chosen.publications, seed=chosen.seed)
    run = run_load(load, folder, _ROOT / "var" / "test-models")
    if percentile(run.beside_ms, 0.95) > _LONGEST_P95_MS:
        run.wrong.append(f"p95 beside publications is above {_LONGEST_P95_MS:.0f} ms")
    return _load_lines(load, run), bool(run.wrong)


_RUNS = {"crash": _crash, "model": _model, "load": _load}


def _load_lines(load: Load, run: LoadRun) -> list[str]:
    publications = f"{len(run.publish_s)} publications of {_mean(run.publish_s):.0f} s"
    return [
        f"Load: {load.askers} askers, {load.think_s:.0f} s of thought between two questions, "
        f"beside {publications} (niceness 10, one thread); {len(run.wrong)} wrong. {run.about}.",
        "",
        "| milliseconds | questions | p50 | p95 | p99 | longest |",
        "|---|---|---|---|---|---|",
        _waits_line("no publication", run.quiet_ms),
        _waits_line("beside publications", run.beside_ms),
        *(f"- {wrong}" for wrong in run.wrong[:20]),
    ]


def _waits_line(name: str, waits: list[float]) -> str:
    figures = (f"{percentile(waits, share):.0f}" for share in (0.5, 0.95, 0.99, 1.0))
    return f"| {name} | {len(waits)} | {' | '.join(figures)} |"


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


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
