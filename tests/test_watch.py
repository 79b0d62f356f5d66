import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.commands.watch_command import Watch
from corpus.quiet_folder import folder_state
from eval.gate import read_rules
from eval.publication_log import read_log
from eval.publish_lock import lock_path, locked
from eval.verdict import PublishOutcome
from index.pending import live_articles
from qa.assemble import Parts
from qa.settings import Settings
from tests.conftest import ROOT
from tests.keeping import LAO, NHAT, PHAP, Keeper, a_keeper


@pytest.fixture
def keeper(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Keeper:
    # Tiny articles and a toy model: what the gate measures is not what is tested here.
    rules = replace(read_rules(), known_item_floors={"verbatim": 1.0})
    monkeypatch.setattr("eval.publish.read_rules", lambda: rules)
    keeper = a_keeper(monkeypatch, capsys, tmp_path)
    for name, text in (("lào.txt", LAO), ("nhật.txt", NHAT)):
        keeper.write(name, text)
    return keeper


@pytest.fixture
def parts(keeper: Keeper) -> Iterator[Parts]:
    parts = keeper.parts()
    yield parts
    parts.engine.dispose()


def look(watched: Watch, keeper: Keeper) -> PublishOutcome | None:
    return watched.look(folder_state(keeper.folder))


def live(parts: Parts) -> list[str]:
    return sorted(live_articles(parts.pointer))


def test_what_is_new_in_the_folder_is_published(keeper: Keeper, parts: Parts):
    watched = Watch(parts)
    assert watched.is_news(folder_state(keeper.folder))
    assert look(watched, keeper).published
    assert live(parts) == ["lao", "nhat"]
    assert not watched.is_news(folder_state(keeper.folder))
    keeper.write("pháp.txt", PHAP)
    assert watched.is_news(folder_state(keeper.folder))
    assert look(watched, keeper).published
    assert live(parts) == ["lao", "nhat", "phap"]


def test_a_touched_file_is_no_new_publication(keeper: Keeper, parts: Parts):
    watched = Watch(parts)
    first = look(watched, keeper).snapshot
    os.utime(keeper.folder / "lào.txt", (1, 1))
    assert watched.is_news(folder_state(keeper.folder))
    assert look(watched, keeper) is None
    assert parts.pointer.current() == first


def test_what_the_gate_refuses_is_said_and_the_next_change_mends_it(
    keeper: Keeper, parts: Parts, capsys: pytest.CaptureFixture[str]
):
    text = LAO + "".join(f"\nĐoàn số {n} của Bệnh viện Sông Hồng sang thăm.\n" for n in range(9))
    keeper.write("lào.txt", text)
    watched = Watch(parts)
    first = look(watched, keeper).snapshot
    keeper.write("lào.txt", LAO[:40])
    capsys.readouterr()
    refused = look(watched, keeper)
    assert not refused.published
    said = capsys.readouterr().err
    assert "was not published; watching goes on" in said
    assert "because: " in said and str(refused.report) in said
    assert parts.pointer.current() == first
    assert not watched.is_news(folder_state(keeper.folder))
    keeper.write("lào.txt", text + "\nThêm một dòng về Lào.\n")
    assert look(watched, keeper).published


def test_a_file_that_is_gone_is_removed_only_when_told(
    keeper: Keeper, parts: Parts, capsys: pytest.CaptureFixture[str]
):
    keeper.write("pháp.txt", PHAP)
    watched = Watch(parts)
    look(watched, keeper)
    (keeper.folder / "nhật.txt").unlink()
    assert look(watched, keeper) is None
    assert "not removed (without --remove): nhat" in capsys.readouterr().err
    assert look(Watch(parts, removes=True), keeper).published
    assert live(parts) == ["lao", "phap"]


def test_half_of_a_corpus_does_not_go_at_once(
    keeper: Keeper, parts: Parts, capsys: pytest.CaptureFixture[str]
):
    keeper.write("pháp.txt", PHAP)
    watched = Watch(parts, removes=True)
    look(watched, keeper)
    for name in ("lào.txt", "nhật.txt"):
        (keeper.folder / name).unlink()
    assert look(watched, keeper) is None
    assert "not removed (most of the articles): lao, nhat" in capsys.readouterr().err
    (keeper.folder / "pháp.txt").unlink()
    assert look(watched, keeper) is None
    assert "No article could be read" in " ".join(capsys.readouterr().err.split())
    assert live(parts) == ["lao", "nhat", "phap"]


def test_another_publication_is_waited_for(
    keeper: Keeper, parts: Parts, capsys: pytest.CaptureFixture[str]
):
    watched, state = Watch(parts), folder_state(keeper.folder)
    with locked(lock_path(Settings(data_dir=keeper.data))) as holder:
        assert holder == ""
        assert not watched.look(state).published
        for _ in range(2):
            assert watched.look(state) is None
            assert watched.is_news(state)
        assert len(list(read_log(parts.settings))) == 1
    assert capsys.readouterr().err.count("It is tried again") == 1
    assert watched.is_news(state)
    assert watched.look(state).published
    assert not watched.is_news(state)


def test_a_full_disk_does_not_end_the_watch(
    keeper: Keeper,
    parts: Parts,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    watched = Watch(parts)
    with monkeypatch.context() as patch:
        patch.setattr("eval.publish.build_snapshot", full)
        assert look(watched, keeper) is None
    assert "No space left on device" in capsys.readouterr().err
    keeper.write("pháp.txt", PHAP)
    assert look(watched, keeper).published


def test_without_a_folder_there_is_nothing_to_watch(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COOPQA_CORPUS_DIR", "nowhere")
    ran = keeper.run("watch")
    assert (ran.status, ran.out) == (1, "")
    assert "COOPQA_CORPUS_DIR" in ran.err


def test_it_wakes_when_a_file_comes_and_leaves_cleanly_on_an_interrupt(
    keeper: Keeper, tmp_path: Path
):
    keeper.seed()
    started = subprocess.Popen(
        [sys.executable, "-m", "api", "watch", "--debounce", "0.2"],
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "COOPQA_CORPUS_DIR": str(keeper.folder),
            "COOPQA_DATA_DIR": str(keeper.data),
            "COOPQA_READER_MODEL": "sentence",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert started.stderr is not None
        for line in started.stderr:
            if "watching" in line:
                break
        (keeper.folder / "ảnh.png").write_bytes(b"\x89PNG")
        for line in started.stderr:
            if "refused ảnh.png" in line:
                break
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=120)
    finally:
        started.kill()
    assert started.returncode == 0
    assert out == ""
    assert err.splitlines()[-1] == "no longer watching; what is live stays live"
    assert "Traceback" not in err
