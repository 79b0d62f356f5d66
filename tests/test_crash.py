"""Whatever stops a process wherever it writes: the service starts, whole, and nothing is lost."""

import shutil
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from eval.publish import Publisher
from tests.crash_run import context, crash, make_base
from tests.invented import invented, keeper_parts, publish

SEEDS = range(1, 21)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crash") / "base"
    make_base(folder)
    return folder


@pytest.mark.parametrize("seed", SEEDS)
def test_a_crash_at_any_write_point_leaves_a_whole_service(base: Path, tmp_path: Path, seed: int):
    run = crash(seed, base, tmp_path / "data")
    assert run.wrong == [], run


def test_a_crash_with_the_real_model_leaves_a_whole_service(models_dir: Path, tmp_path: Path):
    make_base(tmp_path / "base", models_dir)
    run = crash(21, tmp_path / "base", tmp_path / "data", models_dir)
    assert run.wrong == [], run


def test_of_two_processes_that_publish_one_is_told_who_the_other_is(base: Path, tmp_path: Path):
    data = Path(shutil.copytree(base, tmp_path / "data"))
    parts = keeper_parts(data)
    before = parts.pointer.current()
    parts.store.put(invented("uc", 0))
    at_it, go_on = context.Event(), context.Event()
    first = context.Process(target=_publish_slowly, args=(data, at_it, go_on))
    first.start()
    assert at_it.wait(60)
    (busy,) = publish(parts).reasons
    assert (busy.code, f"process {first.pid} since" in busy.text("en")) == ("busy", True)
    assert parts.pointer.current() == before
    go_on.set()
    first.join(60)
    assert first.exitcode == 0
    assert "uc" in parts.live().snapshot.table.articles


def _publish_slowly(data: Path, at_it: Event, go_on: Event) -> None:
    def progress(step: str, _done: int, _all: int) -> None:
        if step == "verify":
            at_it.set()
            go_on.wait(60)

    Publisher(keeper_parts(data), progress=progress).publish()
