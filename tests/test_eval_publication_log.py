"""Who showed what, when and why, and what came to nothing, is recorded and can be read."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from eval.point import roll_back
from eval.publication_log import log_publication, read_log
from eval.publish_lock import alone
from eval.reason import reason
from eval.verdict import Force, PublishOutcome
from index.durable import append_line
from tests.invented import invented, keeper_parts, publish
from tests.keeping import Keeper, a_keeper


@pytest.fixture
def keeper(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Keeper:
    return a_keeper(monkeypatch, capsys, tmp_path)


def test_an_attempt_while_another_publishes_is_recorded(tmp_path: Path):
    parts = keeper_parts(tmp_path)
    parts.store.put(invented("lao", 0))
    with alone(parts.settings):
        outcome = publish(parts)
    assert (outcome.published, outcome.live) == (False, "")
    (entry,) = read_log(parts.settings)
    assert (entry.action, entry.published, entry.who) == ("publish", False, "kiểm thử")
    assert [found["code"] for found in entry.reasons] == ["busy"]
    parts.engine.dispose()


def test_lines_that_are_appended_at_once_stay_whole(tmp_path: Path):
    path = tmp_path / "log.jsonl"

    def append(name: str) -> None:
        for number in range(10):
            append_line(path, json.dumps([name, number, name * 30_000]))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(append, "abcd"))
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert sorted((name, number) for name, number, _ in lines) == [
        (name, number) for name in "abcd" for number in range(10)
    ]


def test_a_line_that_a_crash_cut_off_is_passed_over(keeper: Keeper):
    settings = keeper.parts().settings
    shown = PublishOutcome(True, "s-1", "s-1", (), None)
    log_publication(settings, shown, None)
    path = keeper.data / "evaluation/publish_log.jsonl"
    path.write_text(path.read_text("utf-8") + '{"action": "publ', "utf-8")
    log_publication(settings, shown, None, "An")
    assert [entry.who for entry in read_log(settings)] == ["An", ""]


def test_the_record_is_shown_with_the_newest_first(keeper: Keeper):
    assert keeper.run("index", "log").out == "Nothing is published yet; run `coopqa publish`.\n"
    parts = keeper.parts()
    for article_id in ("lao", "nhat"):
        parts.store.put(invented(article_id, 0))
        publish(parts)
    roll_back(parts, "Lan", "sai số liệu")
    shrunk = reason("article_shrunk", article="lao", before=9000, after=80)
    outcome = PublishOutcome(False, "s-3", "s-2", (shrunk,), None)
    log_publication(parts.settings, outcome, None)
    forced = PublishOutcome(True, "s-4", "s-4", (shrunk,), None, forced=True)
    log_publication(parts.settings, forced, Force("An", "đã rút gọn"))
    unchanged = PublishOutcome(False, "", "s-4", (reason("unchanged", live="s-4"),), None)
    log_publication(parts.settings, unchanged, None)
    parts.engine.dispose()

    lines = keeper.run("index", "log").out.splitlines()
    told = [line[21:].split("  ")[0].strip() for line in lines if not line.startswith(" ")]
    assert told == ["unchanged", "forced", "refused", "rolled back", "published", "published"]
    at = lines.index(next(line for line in lines if "s-4" in line and "forced" in line))
    assert lines[at + 1 : at + 3] == [
        "    by An: đã rút gọn",
        f"    in spite of: {shrunk.text('en')}",
    ]
    assert "    by Lan: sai số liệu" in lines
    assert f"    because: {shrunk.text('en')}" in lines

    entries = keeper.run("index", "log", "--json", "--last", "2").json
    assert [entry["snapshot"] for entry in entries] == ["", "s-4"]
    assert (entries[1]["forced"], entries[1]["force"]) == (
        True, {"who": "An", "why": "đã rút gọn"},
    )  # fmt: skip
    assert entries[1]["reasons"] == [shrunk.as_dict()]
