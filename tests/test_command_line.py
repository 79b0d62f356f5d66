import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from api.commands import serve_command
from index.protocols import Embedder
from qa import assemble
from tests.command import Ran, Run, runner
from tests.conftest import ARTICLES, ROOT
from tests.fakes import steady_confidence
from tests.test_api_answers import A108, ANSWER_FIELDS, BELGIUM, CANTEEN, ENT


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    published: Path,
    embedder: Embedder,
) -> Run:
    """Run a command in this process over a copy of the published folder, named by `data`."""
    data = tmp_path / "data"
    shutil.copytree(published, data, symlinks=True)
    monkeypatch.chdir(tmp_path)  # where no developer's .env is
    monkeypatch.setenv("COOPQA_DATA_DIR", str(data))
    monkeypatch.setenv("COOPQA_CORPUS_DIR", str(ARTICLES))
    monkeypatch.setenv("COOPQA_READER_MODEL", "sentence")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(assemble, "load_embedder", lambda *_: embedder)
    monkeypatch.setattr(assemble.Parts, "confidence", steady_confidence())

    return runner(monkeypatch, capsys)


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty data folder and a corpus folder of one's own, which is returned."""
    corpus = tmp_path / "articles"
    corpus.mkdir()
    return corpus


@pytest.fixture
def run_fresh(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fresh: Path) -> Run:
    monkeypatch.setenv("COOPQA_DATA_DIR", str(tmp_path / "new"))
    monkeypatch.setenv("COOPQA_CORPUS_DIR", str(fresh))
    return run


def one_line(ran: Ran, words: str) -> None:
    assert ran.status == 1
    assert ran.out == ""
    assert ran.err.startswith("coopqa: ")
    assert ran.err.count("\n") == 1
    assert words in ran.err


def test_ask_shows_the_quote_and_where_it_stands(run: Run):
    ran = run("ask", BELGIUM)
    assert ran.status == 0
    assert "13,5 triệu Euro" in ran.out
    assert "[1] “" in ran.out
    assert "Bệnh viện Trung ương Quân đội 108 · Phạm vi Hợp tác quốc tế" in ran.out
    assert f"({A108}, 5921-6157)" in ran.out
    assert (ARTICLES / f"{A108}.txt").read_text("utf-8")[5921:6157] in ran.out


def test_ask_prints_json_for_programs(run: Run):
    ran = run("ask", "--json", BELGIUM)
    answer = ran.json
    assert list(answer) == ANSWER_FIELDS
    assert answer["citations"][0]["article_id"] == A108
    assert ran.status == 0


def test_ask_refuses_in_words_and_names_the_nearest_passages(run: Run):
    ran = run("ask", "--lang", "en", CANTEEN)
    assert ran.status == 0
    assert ran.out.startswith("The articles do not say.")


def test_ask_reads_only_the_named_article(run: Run):
    answer = run("ask", "--json", "--article", ENT, BELGIUM).json
    assert A108 not in json.dumps(answer)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ask", "  "), "empty"),
        (("ask", "a" * 2001), "2001 characters"),
        (("ask", "--article", "nowhere", "a"), "nowhere"),
        (("index", "verify", "nowhere"), "index status"),
        (("index", "verify", "../data"), "index status"),
        (("index", "point", "nowhere"), "There is no snapshot 'nowhere'"),
        (("index", "rollback"), "no earlier snapshot"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_status_1(
    run: Run, arguments: tuple[str, ...], words: str
):
    one_line(run(*arguments), words)


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("aks", "a"),
        ("ask", "--lang", "fr", "a"),
        ("ask", "--nope", "a"),
        ("index", "verify", "--nope"),
    ],
)
def test_a_wrong_command_is_status_2(run: Run, arguments: tuple[str, ...]):
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err != ""


def test_an_interrupted_command_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(assemble.Parts, "pipeline", interrupted)
    ran = run("ask", "a")
    assert (ran.status, ran.out) == (130, "")


def test_corpus_list_shows_the_store(run: Run):
    rows = run("corpus", "list", "--json").json
    assert [row["id"] for row in rows] == [A108, ENT]
    assert rows[0]["organisation"] == "Bệnh viện Trung ương Quân đội 108"
    assert rows[0]["organisation_inferred"] is True
    shown = run("corpus", "list")
    assert shown.status == 0
    assert A108 in shown.out and "(inferred)" in shown.out


def test_corpus_check_reads_every_file_and_changes_nothing(run_fresh: Run, fresh: Path):
    shutil.copytree(ARTICLES, fresh, dirs_exist_ok=True)
    (fresh / "hỏng.txt").write_bytes(b"\xc4\x91\xff\xfe\x80 abc")
    (fresh / "rỗng.txt").write_bytes(b"")
    (fresh / "ảnh.png").write_bytes(b"\x89PNG")
    ran = run_fresh("corpus", "check", "--json")
    assert ran.status == 1
    assert [a["id"] for a in ran.json["articles"]] == [A108, ENT]
    refused = {r["path"]: r["reason"] for r in ran.json["refused"]}
    assert set(refused) == {"hỏng.txt", "rỗng.txt", "ảnh.png"}
    assert "UTF-8" in refused["hỏng.txt"] and "empty" in refused["rỗng.txt"]
    assert ".png" in refused["ảnh.png"]
    shown = run_fresh("corpus", "check")
    assert shown.status == 1
    assert A108 in shown.out
    for name in refused:
        assert f"refused {name}: " in shown.err
    for broken in refused:
        (fresh / broken).unlink()
    assert run_fresh("corpus", "check").status == 0
    assert run_fresh("corpus", "list", "--json").json == []


def test_two_files_of_one_id_are_both_named(run_fresh: Run, fresh: Path):
    (fresh / "Bài Một.txt").write_text("Hợp tác với Lào năm 2019.\n", "utf-8")
    (fresh / "bai-mot.md").write_text("Hợp tác với Nhật năm 2020.\n", "utf-8")
    ran = run_fresh("corpus", "check")
    assert ran.status == 1
    assert "Bài Một.txt" in ran.err and "bai-mot.md" in ran.err


def test_a_build_leaves_out_what_cannot_be_read_names_it_and_ends_with_1(
    run_fresh: Run, fresh: Path
):
    (fresh / "lào.txt").write_text("Hợp tác với Lào\n\nNăm 2019 cử 14 bác sĩ.\n", "utf-8")
    (fresh / "hỏng.txt").write_bytes(b"\xc4\x91\xff\xfe\x80 abc")
    ran = run_fresh("index", "build", "--json")
    assert ran.status == 1
    assert "left out: hỏng.txt" in ran.err
    assert ran.json["articles"] == 1
    assert [a["id"] for a in run_fresh("corpus", "list", "--json").json] == ["lao"]
    again = run_fresh("index", "build", "--json")
    assert again.status == 0


def test_ask_on_a_fresh_machine_indexes_first_and_names_what_it_left_out(
    run_fresh: Run, fresh: Path
):
    (fresh / "lào.txt").write_text("Hợp tác với Lào\n\nNăm 2019 cử 14 bác sĩ.\n", "utf-8")
    (fresh / "hỏng.txt").write_bytes(b"\xc4\x91\xff\xfe\x80 abc")
    ran = run_fresh("ask", "--json", "Năm 2019 cử bao nhiêu bác sĩ?")
    assert ran.status == 0
    assert "left out: hỏng.txt" in ran.err
    assert "embed " in ran.err
    assert ran.json["citations"][0]["quote"] == "Năm 2019 cử 14 bác sĩ."


def test_a_folder_without_articles_is_said_plainly(
    run_fresh: Run, fresh: Path, monkeypatch: pytest.MonkeyPatch
):
    ran = run_fresh("ask", "a")
    one_line(ran, "add a .txt file")
    fresh.rmdir()
    one_line(run_fresh("ask", "a"), "COOPQA_CORPUS_DIR")
    one_line(run_fresh("corpus", "check"), "COOPQA_CORPUS_DIR")


def test_a_built_snapshot_is_live_only_when_it_is_pointed_to(run: Run):
    before = run("index", "status", "--json").json
    (first,) = [s["id"] for s in before["snapshots"]]
    assert before["live"] == first
    built = run("index", "build", "--json").json["id"]
    status = run("index", "status", "--json").json
    assert status["live"] == first
    assert {s["id"]: s["live"] for s in status["snapshots"]} == {first: True, built: False}
    assert run("index", "point", built).status == 0
    assert run("index", "status", "--json").json["live"] == built
    shown = run("index", "status").out
    assert f"live {built}  2 articles" in shown
    assert run("index", "rollback").out == f"{first} is live.\n"
    assert run("index", "status", "--json").json["live"] == first


def test_verify_finds_a_damaged_snapshot_and_says_what_to_do(run: Run, tmp_path: Path):
    live = run("index", "status", "--json").json["live"]
    sound = run("index", "verify", "--json")
    assert (sound.status, sound.json["snapshot"], sound.json["sound"]) == (0, live, True)
    assert run("index", "verify", live).out.startswith(f"{live} is sound: ")
    vectors = tmp_path / "data" / "snapshots" / live / "sentences.npy"
    vectors.write_bytes(vectors.read_bytes()[:-4])
    for ran in (run("index", "verify"), run("ask", "a")):
        one_line(ran, "sentences.npy")
        assert "coopqa index build" in ran.err
    assert run("index", "status").status == 0


def test_status_shows_a_snapshot_whose_manifest_is_damaged(run: Run, tmp_path: Path):
    built = run("index", "build", "--json").json["id"]
    (tmp_path / "data" / "snapshots" / built / "manifest.json").write_text("{")
    ran = run("index", "status", "--json")
    assert ran.status == 0
    damage = {s["id"]: s["damage"] for s in ran.json["snapshots"]}
    assert "no readable manifest" in damage.pop(built)
    assert list(damage.values()) == [""]
    assert "no readable manifest" in run("index", "status").out


def test_status_before_anything_is_published(run_fresh: Run):
    assert run_fresh("index", "status", "--json").json == {"live": "", "snapshots": []}
    assert "coopqa publish" in run_fresh("index", "status").out
    one_line(run_fresh("index", "verify"), "coopqa publish")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("COOPQA_PROT", "1", "COOPQA_PROT; did you mean COOPQA_PORT?"),
        ("COOPQA_ADMINKEY", "1", "did you mean COOPQA_ADMIN_KEY?"),
        ("coopqa_data_dri", "1", "did you mean COOPQA_DATA_DIR?"),
        ("COOPQA_PORT", "70000", "COOPQA_PORT"),
        ("COOPQA_PORT", "abc", "COOPQA_PORT"),
        ("COOPQA_THREADS", "0", "COOPQA_THREADS"),
        ("COOPQA_LOG_LEVEL", "loud", "COOPQA_LOG_LEVEL"),
        ("COOPQA_INDEX_BACKEND", "pinecone", "COOPQA_INDEX_BACKEND"),
        ("COOPQA_DATABASE_URL", "mysql://a", "sqlite: or postgresql"),
        ("COOPQA_ALLOWED_ORIGINS", "*", "must name origins"),
    ],
)
def test_a_setting_that_is_unknown_or_out_of_range_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
):
    monkeypatch.setenv(name, value)
    one_line(run("index", "status"), words)


def test_a_wrong_key_is_not_printed(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COOPQA_DATABASE_URL", "postgresql+nodriver://me:hidden@host/db")
    ran = run("corpus", "list")
    one_line(ran, "COOPQA_DATABASE_URL")
    assert "hidden" not in ran.err


@pytest.mark.parametrize(
    "command", [("ask", "a"), ("index", "status"), ("index", "build"), ("corpus", "list")]
)
def test_a_data_folder_that_cannot_be_written_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: tuple[str, ...]
):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file" / "data", Path("/proc/data")):
        monkeypatch.setenv("COOPQA_DATA_DIR", str(folder))
        one_line(run(*command), f"The data folder {folder} cannot be written")


def test_a_database_that_is_none_is_named(run: Run, tmp_path: Path):
    (tmp_path / "data" / "coopqa.db").write_bytes(b"not a database" * 100)
    for leftover in (tmp_path / "data").glob("coopqa.db-*"):
        leftover.unlink()
    one_line(run("corpus", "list"), "coopqa.db")


def test_a_port_in_use_is_said_before_anything_slow_happens(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(serve_command, "prepare", lambda _: pytest.fail("too late"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = run("serve", "--port", str(port))
    one_line(ran, f"Port {port} on 127.0.0.1 is in use; stop the other program or set COOPQA_PORT")


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7"])
def test_an_address_that_is_not_this_machine_is_said(run: Run, host: str):
    one_line(run("serve", "--host", host, "--port", "0"), "COOPQA_HOST")


def test_the_module_is_the_command(tmp_path: Path):
    ran = subprocess.run(
        [sys.executable, "-m", "api", "corpus", "check", "--json"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "COOPQA_CORPUS_DIR": str(ARTICLES)},
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    assert [a["id"] for a in json.loads(ran.stdout)["articles"]] == [A108, ENT]
    assert list(tmp_path.iterdir()) == []
