import json
import shutil
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from eval.publish_lock import lock_path, locked
from qa.settings import Settings
from tests.keeping import LAO, NHAT, Keeper, a_keeper


@pytest.fixture
def keeper(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Keeper:
    keeper = a_keeper(monkeypatch, capsys, tmp_path)
    monkeypatch.setenv("COOPQA_PORT", "0")
    keeper.write("lào.txt", LAO)
    return keeper


def findings(keeper: Keeper) -> dict[str, tuple[str, str]]:
    ran = keeper.run("doctor", "--json")
    found = {f["check"]: (f["status"], f["text"] + " → " + f["next_step"]) for f in ran.json}
    assert (ran.status == 1) == any(status == "broken" for status, _ in found.values())
    return found


def finding(keeper: Keeper, check: str, status: str, *words: str) -> None:
    found = findings(keeper)[check]
    assert found[0] == status
    for word in words:
        assert word in found[1]


def everything_below(folder: Path) -> dict[str, bytes]:
    # SQLite keeps two files beside a database that somebody has open.
    files = (p for p in folder.rglob("*") if p.is_file() and not p.name.endswith(("-wal", "-shm")))
    return {str(p): p.read_bytes() for p in files}


def test_before_the_first_start_nothing_is_broken_and_nothing_is_made(keeper: Keeper):
    found = findings(keeper)
    assert {check for check, (status, _) in found.items() if status == "look"} == {
        "models", "live snapshot",
    }  # fmt: skip
    assert not keeper.data.exists()
    shown = keeper.run("doctor")
    assert shown.status == 0
    assert "✓ settings: " in shown.out
    assert "! live snapshot: No snapshot was published yet" in shown.out
    assert "→ coopqa publish\n" in shown.out


def test_looking_changes_nothing(keeper: Keeper):
    keeper.seed()
    before = everything_below(keeper.data)
    findings(keeper)
    assert everything_below(keeper.data) == before


def test_pending_changes_and_removals_are_named(keeper: Keeper):
    keeper.write("nhật.txt", NHAT)
    keeper.seed()
    finding(keeper, "changes", "ok", "users see what is stored")
    finding(keeper, "removals", "ok")
    keeper.run("corpus", "remove", "nhat", "--yes")
    finding(keeper, "changes", "look", "1 pending: nhat", "coopqa publish")
    finding(keeper, "removals", "look", "not final yet: nhat", "coopqa publish")


def test_a_damaged_snapshot_is_broken(keeper: Keeper):
    built = keeper.seed()
    vectors = keeper.data / "snapshots" / built / "sentences.npy"
    vectors.write_bytes(vectors.read_bytes()[:-4])
    finding(keeper, "live snapshot", "broken", "sentences.npy", "coopqa index rollback")


def test_a_missing_table_of_articles_is_broken_and_the_other_checks_go_on(keeper: Keeper):
    built = keeper.seed()
    (keeper.data / "snapshots" / built / "passages.db").unlink()
    found = findings(keeper)
    assert found["live snapshot"][0] == "broken"
    assert found["pending changes"][0] == "broken"
    assert found["corpus folder"][0] == "ok"


def test_a_snapshot_of_another_model_is_said(keeper: Keeper, monkeypatch: pytest.MonkeyPatch):
    keeper.seed()
    finding(keeper, "fitted models", "look", "hash-1", "coopqa eval fit")
    monkeypatch.setenv("COOPQA_EMBEDDING_MODEL", "other/model")
    finding(keeper, "fitted models", "broken", "built with hash-1, not other/model")
    monkeypatch.setenv("COOPQA_EMBEDDING_MODEL", "/nowhere/model")
    finding(keeper, "models", "broken", "/nowhere/model", "COOPQA_EMBEDDING_MODEL")


def test_a_damaged_model_is_broken(keeper: Keeper):
    folder = keeper.data / "models" / "some-model"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"x")
    (folder / "checksums.json").write_text(json.dumps({"model.onnx": "0" * 64}))
    finding(keeper, "models", "broken", "model.onnx changed", f"delete {folder}")


def test_a_database_that_is_none_is_broken(keeper: Keeper):
    keeper.data.mkdir()
    (keeper.data / "coopqa.db").write_bytes(b"not a database" * 100)
    finding(keeper, "database", "broken", "not a database", "COOPQA_DATABASE_URL")


def test_a_database_server_that_is_not_there_is_broken(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COOPQA_DATABASE_URL", "postgresql+psycopg://me:hidden@127.0.0.1:1/x")
    ran = keeper.run("doctor")
    assert ran.status == 1
    assert "✗ database: " in ran.out
    assert "hidden" not in ran.out


def test_a_data_folder_that_cannot_be_written_is_broken(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
):
    keeper.folder.parent.joinpath("file").write_text("")
    monkeypatch.setenv("COOPQA_DATA_DIR", str(keeper.folder.parent / "file" / "data"))
    finding(keeper, "data folder", "broken", "cannot be written", "COOPQA_DATA_DIR")


@pytest.mark.parametrize(("free", "status"), [(10**8, "broken"), (10**9, "look"), (10**10, "ok")])
def test_a_disk_that_fills_up_is_said(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, free: int, status: str
):
    usage = shutil.disk_usage(keeper.folder)._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    finding(keeper, "free disk", status, f"{free / 1e9:.1f} GB free")


def test_an_unknown_setting_is_the_only_thing_said(keeper: Keeper, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COOPQA_PROT", "1")
    assert set(findings(keeper)) == {"settings"}
    finding(keeper, "settings", "broken", "did you mean COOPQA_PORT?")


def test_a_port_of_another_program_is_broken_and_our_own_is_not(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("COOPQA_PORT", str(taken.getsockname()[1]))
        taken.listen(0)
        monkeypatch.setattr("api.commands.doctor_machine._TIMEOUT_S", 0.2)
        finding(keeper, "port", "broken", "in use by another program", "COOPQA_PORT")
    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        monkeypatch.setenv("COOPQA_PORT", str(server.server_port))
        monkeypatch.setattr("api.commands.doctor_machine._TIMEOUT_S", 20)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            finding(keeper, "port", "ok", "coop-qa answers")
        finally:
            server.shutdown()
            thread.join()


def test_an_interrupted_publication_and_a_running_one_are_told_apart(keeper: Keeper):
    keeper.seed()
    (keeper.data / "snapshots" / ".building-abc").mkdir()
    finding(keeper, "publication", "look", ".building-abc", "clears it")
    with locked(lock_path(Settings(data_dir=keeper.data))):
        finding(keeper, "publication", "ok", "one is running (process ")


def test_a_corpus_folder_without_articles_wants_a_look(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
):
    finding(keeper, "corpus folder", "ok", "1 files")
    (keeper.folder / "lào.txt").unlink()
    finding(keeper, "corpus folder", "look", "COOPQA_CORPUS_DIR")
    monkeypatch.setenv("COOPQA_CORPUS_DIR", "nowhere")
    finding(keeper, "corpus folder", "look", "There is no folder nowhere")


class Healthy(BaseHTTPRequestHandler):
    """What a running service says."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "up"}')

    def log_message(self, *_: object) -> None:
        pass
