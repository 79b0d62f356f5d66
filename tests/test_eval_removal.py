"""What was removed is gone: from every file, from every answer that was kept, and for good."""

import dataclasses
import json
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from corpus.article import Article
from corpus.errors import ArticleGone, ArticleNotFound, PublicationBusy, SnapshotMissing
from corpus.folder import read_folder
from eval.gate import read_rules
from eval.point import point_to, roll_back
from eval.publish import Publisher
from eval.publish_lock import alone
from eval.question_set import read_questions
from eval.removal import recover
from eval.traces import count_traces
from eval.verdict import PublishOutcome
from index.kept import kept_snapshots
from index.manifest import read_manifest
from index.passage_table import read_versions
from index.snapshot import PASSAGES, open_snapshot
from qa.feedback_store import Verdict
from tests.conftest import ROOT
from tests.fakes import steady_confidence
from tests.invented import invented, keeper_parts, publish
from tests.keeping import a_keeper

KINDS = {
    "versions", "snapshots", "passages", "postings", "cached_vectors", "conversations",
    "feedback", "runs",
}  # fmt: skip
SECRET = "Bà Lê Thị Kín Đáo được ghép thận ngày 3 tháng 5"
LAO = dataclasses.replace(
    invented("lao", 1), text=f"{invented('lao', 1).text}\n\n{SECRET}.\n\nHai bên cảm ơn nhau."
)


SHIPPED = read_folder(ROOT / "corpus/articles").articles
PRICES = Article(
    "bang-gia",
    "Hướng dẫn khám bệnh",
    "Hướng dẫn khám bệnh\n\nNội soi dạ dày giá 1.150.000 đồng.\n\nĐặt lịch: 0967 115 108.",
    "Bệnh viện Đa khoa Sông Hồng",
)
ASKED = read_questions(ROOT / "eval/datasets/cooperation.jsonl")[::4]


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def parts(data):
    """Three articles, published twice; one of them has an older version."""
    parts = keeper_parts(data)
    for article in (invented("lao", 0), invented("nhat", 0), invented("phap", 0)):
        parts.store.put(article)
    assert publish(parts).published
    parts.store.put(LAO)
    assert publish(parts).published
    yield parts
    parts.engine.dispose()


def files_with(data: Path, words: str) -> list[Path]:
    files = [p for p in data.rglob("*") if p.is_file()]
    assert len(files) > 10
    forms = [words.encode(), json.dumps(words).encode(), words.encode("utf-16-le")]
    return [p for p in files if any(form in p.read_bytes() for form in forms)]


def held_by(parts) -> dict[str, set[str]]:
    pointer = parts.pointer
    return {i: set(read_versions(pointer.path(i) / PASSAGES)) for i in pointer.ids()}


def test_nothing_goes_before_a_snapshot_without_it_is_published(parts, data):
    parts.store.remove("lao")
    recover(parts)
    assert all("lao" in held for held in held_by(parts).values())
    assert len(parts.store.versions("lao")) == 2
    left = count_traces(parts, "lao")
    assert {k for k, n in left.items() if n} == KINDS - {"conversations", "feedback"}
    assert files_with(data, SECRET)


def test_a_publication_purges_what_was_removed_and_gives_a_receipt(parts, data):
    before = parts.pointer.ids()
    parts.store.remove("lao")
    removed_at = parts.store.removed()["lao"]
    outcome = publish(parts)
    (receipt,) = outcome.receipts
    assert (receipt.article_id, receipt.removed_at) == ("lao", removed_at)
    assert receipt.left == dict.fromkeys(receipt.left, 0)
    assert set(receipt.left) == KINDS
    kept = json.loads((data / "evaluation/receipts/lao.json").read_text("utf-8"))
    assert kept == dataclasses.asdict(receipt)
    assert count_traces(parts, "lao") == receipt.left
    assert list(held_by(parts).values()) == [{"nhat", "phap"}] * 3
    assert not set(before) & set(parts.pointer.ids())
    assert publish(parts).receipts == ()


def test_no_file_holds_a_word_of_it(parts, data):
    vars(parts).update(confidence=steady_confidence(answer_threshold=0.0))
    with TestClient(create_app(parts)) as client:
        asked = client.post(
            "/v1/chat", json={"message": "Bà Lê Thị Kín Đáo được ghép thận khi nào"}
        )
        assert SECRET in asked.json()["citations"][0]["quote"]
        said = {"question": "?", "answer": SECRET, "snapshot": "s", "verdict": "up"}
        client.post("/v1/feedback", json=said)
        parts.store.remove("lao")
        assert publish(parts).receipts
        for words in (SECRET, LAO.title, LAO.text.split("\n\n")[1]):
            assert files_with(data, words) == []
        assert client.get(f"/v1/chat/{asked.json()['conversation']}").status_code == 200
        assert [f.answer for f in parts.feedback.all()] == ["…"]


def test_its_links_answer_that_it_was_removed(parts):
    quoted = {"start": 0, "end": 3, "quote": LAO.text[:3]}
    with TestClient(create_app(parts)) as client:
        parts.store.remove("lao")
        publish(parts)
        for version in ("", LAO.version, "sha256:0"):
            for path in ("/articles/lao?v=", "/v1/articles/lao?version="):
                assert client.get(path + version).status_code == 410
            place = {"article_id": "lao", "article_version": version or LAO.version, **quoted}
            answer = client.post("/v1/verify", json=place).json()
            assert (answer["valid"], answer["reason"]) == (False, "removed_article")


def test_words_of_other_articles_stay_in_conversations(parts):
    answer = {
        "answer": f"{SECRET}\nNhật",
        "spans": [
            {"text": SECRET, "article_id": "lao", "citation": 1},
            {"text": "Nhật", "article_id": "nhat", "citation": 2},
        ],
        "citations": [
            {"article_id": "lao", "quote": SECRET, "heading": "H", "title": "T", "start": 5},
            {"article_id": "nhat", "quote": "Nhật.", "heading": "", "title": "N", "start": 1},
        ],
        "suggestions": [{"article_id": "lao", "quote": "q", "title": "T"}],
    }
    stored = json.dumps(answer, ensure_ascii=False)
    conversation = parts.conversations.begin()
    parts.conversations.add(conversation, "hỏi", stored)
    parts.store.remove("lao")
    publish(parts)
    # One that was under way when the article was purged.
    parts.conversations.add(conversation, "hỏi", stored)
    for turn in parts.conversations.turns(conversation):
        left = json.loads(turn.answer)
        assert left["answer"] == "…\nNhật"
        assert [c["quote"] for c in left["citations"]] == ["…", "Nhật."]
        assert left["citations"][0] == {
            "article_id": "lao", "quote": "…", "heading": "…", "title": "…", "start": 5,
        }  # fmt: skip
        assert left["suggestions"][0]["quote"] == "…"


def test_feedback_is_blanked_only_where_it_quotes_the_article(parts):
    def said(answer: str, *articles: str) -> None:
        named = tuple({"article_id": a} for a in articles)
        parts.feedback.add(
            Verdict(verdict="up", question="?", answer=answer, snapshot="s", citations=named)
        )

    said("gì đó", "lao")
    said("gì đó", "nhat")
    said(f"{SECRET}\nHai bên cảm ơn nhau.")
    said(f"{SECRET}\nkhông ở đâu cả")
    parts.store.remove("lao")
    publish(parts)
    said("gì đó", "nhat", "lao")
    answers = [f.answer for f in parts.feedback.all()]
    assert answers == ["…", "gì đó", "…", f"{SECRET}\nkhông ở đâu cả", "…"]


def test_kept_snapshots_can_still_be_shown_without_it(parts):
    first, second = parts.pointer.ids()
    nhat = read_versions(parts.pointer.path(first) / PASSAGES)["nhat"]
    parts.store.put(invented("nhat", 1))
    parts.store.remove("lao")
    third = publish(parts).snapshot
    back = roll_back(parts, "Lan", "thử")
    assert back != second
    assert back.partition("-")[0] == second.partition("-")[0]
    opened = open_snapshot(parts.pointer.path(back), parts.embedder)
    assert {i: a.version for i, a in opened.table.articles.items()} == {
        "nhat": nhat, "phap": invented("phap", 0).version,
    }  # fmt: skip
    assert parts.pointer.ids()[-1] == third
    with pytest.raises(SnapshotMissing):
        point_to(parts, second)


def test_a_snapshot_made_anew_keeps_the_time_of_its_first_build(parts):
    before = [kept.built_at for kept in kept_snapshots(parts.pointer)]
    parts.store.remove("lao")
    publish(parts)
    parts.store.remove("phap")
    publish(parts)
    kept = kept_snapshots(parts.pointer)
    assert [k.built_at for k in kept[:2]] == before
    assert len(kept) == 4
    # A removal is due where what is live was made after it, whenever it was first built.
    assert read_manifest(parts.pointer.path(kept[0].id)).built_at > kept[2].built_at


def test_compaction_embeds_nothing_again(parts):
    parts.store.remove("lao")
    parts.embedder.embedded.clear()
    publish(parts)
    # The integrity check makes the vectors of its sample anew.
    assert len(parts.embedder.embedded) == len(set(parts.embedder.embedded))


def test_a_text_that_another_article_has_keeps_its_vector(parts):
    parts.store.put(dataclasses.replace(LAO, id="ban-sao"))
    publish(parts)
    parts.store.remove("lao")
    (receipt,) = publish(parts).receipts
    assert receipt.left["cached_vectors"] == 0
    with_copy = len(parts.cache)
    parts.store.remove("ban-sao")
    publish(parts)
    assert len(parts.cache) < with_copy


def test_a_snapshot_that_cannot_be_made_anew_is_deleted(parts):
    first, second = parts.pointer.ids()
    (parts.pointer.path(first) / "sentences.npy").write_bytes(b"broken")
    (parts.pointer.path(second) / PASSAGES).write_bytes(b"broken")
    parts.store.remove("lao")
    outcome = publish(parts)
    assert outcome.receipts
    assert parts.pointer.ids() == [outcome.snapshot]
    with pytest.raises(SnapshotMissing, match="no earlier"):
        roll_back(parts)


def test_a_snapshot_of_nothing_else_is_deleted(tmp_path):
    parts = keeper_parts(tmp_path)
    parts.store.put(LAO)
    publish(parts)
    parts.store.remove("lao")
    parts.store.put(invented("nhat", 0))
    outcome = publish(parts)
    assert [r.article_id for r in outcome.receipts] == ["lao"]
    assert parts.pointer.ids() == [outcome.snapshot]


def test_a_rollback_never_revives_it(parts, monkeypatch):
    parts.store.remove("lao")
    with monkeypatch.context() as interrupted:
        interrupted.setattr("eval.removal.compact", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            publish(parts)
    for revive in (roll_back, lambda p: point_to(p, p.pointer.ids()[0])):
        with pytest.raises(ArticleGone, match="would bring back lao"):
            revive(parts)
    recover(parts)
    assert count_traces(parts, "lao") == dict.fromkeys(KINDS, 0)
    roll_back(parts)
    assert "lao" not in held_by(parts)[parts.pointer.current()]


STEPS = ("compact", "forget_runs", "rewrite", "count_traces", "write_receipt")


@pytest.mark.parametrize("step", STEPS)
def test_what_was_interrupted_is_finished_by_the_next_start(parts, data, monkeypatch, step):
    parts.store.remove("lao")
    with monkeypatch.context() as interrupted:
        interrupted.setattr(f"eval.removal.{step}", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            publish(parts)
    after = keeper_parts(data)
    recover(after)
    assert files_with(data, SECRET) == []
    assert (data / "evaluation/receipts/lao.json").exists()
    assert count_traces(after, "lao") == dict.fromkeys(KINDS, 0)


def test_a_removal_that_failed_does_not_undo_the_publication(parts, monkeypatch, caplog):
    def full(_engine):
        raise OSError(28, "No space left on device")

    parts.store.remove("lao")
    monkeypatch.setattr("eval.removal.rewrite", full)
    outcome = publish(parts)
    assert (outcome.published, outcome.receipts) == (True, ())
    assert "publish again" in caplog.text
    monkeypatch.undo()
    assert [r.article_id for r in publish(parts).receipts] == ["lao"]


def test_an_article_may_come_back_before_its_removal_is_published(parts):
    parts.store.remove("lao")
    parts.store.put(LAO)
    assert publish(parts).receipts == ()
    assert parts.store.get("lao") == LAO
    assert len(parts.store.versions("lao")) == 2


def test_an_article_may_come_back_after_its_removal_and_be_removed_again(parts, data):
    parts.store.remove("lao")
    (first,) = publish(parts).receipts
    new = invented("lao", 7)
    parts.store.put(new)
    outcome = publish(parts)
    assert outcome.receipts == ()
    assert held_by(parts)[outcome.live] == {"lao", "nhat", "phap"}
    assert parts.store.versions("lao") == [new.version]
    with pytest.raises(ArticleNotFound):
        parts.store.get("lao", LAO.version)
    roll_back(parts)
    publish(parts)
    parts.store.remove("lao")
    (second,) = publish(parts).receipts
    assert second.removed_at > first.removed_at
    assert files_with(data, new.text.split("\n\n")[1]) == []


def test_a_removal_waits_while_an_older_snapshot_without_it_is_live(tmp_path):
    parts = keeper_parts(tmp_path)
    parts.store.put(invented("nhat", 0))
    publish(parts)
    parts.store.put(LAO)
    held = publish(parts).snapshot
    roll_back(parts)
    parts.store.remove("lao")
    recover(parts)
    assert parts.store.versions("lao") == [LAO.version]
    point_to(parts, held)
    assert [r.article_id for r in publish(parts).receipts] == ["lao"]


def test_versions_are_kept_as_long_as_the_rule_says(tmp_path):
    parts = keeper_parts(tmp_path, keep_versions=2, keep_snapshots=2)
    made = [invented("lao", n) for n in range(5)]
    for article in made:
        parts.store.put(article)
        publish(parts)
    assert parts.store.versions("lao") == [a.version for a in made[-2:]]
    roll_back(parts)
    parts.store.put(made[0])
    for number in range(5, 8):
        parts.store.put(invented("lao", number))
    assert len(parts.store.versions("lao")) == 6
    publish(parts)
    # Those of the rollback's target and of the newest snapshots, and the two newest.
    kept = [made[3], made[4], invented("lao", 6), invented("lao", 7)]
    assert parts.store.versions("lao") == [a.version for a in kept]


def test_while_one_publishes_another_is_told_who_it_is(parts):
    with alone(parts.settings):
        for move in (roll_back, lambda p: point_to(p, p.pointer.current())):
            with pytest.raises(PublicationBusy, match=r"process \d+ since"):
                move(parts)
        outcome = publish(parts)
        assert [r.code for r in outcome.reasons] == ["busy"]
        unfinished = parts.pointer.folder / ".building-of-another"
        unfinished.mkdir()
        recover(parts)
        assert unfinished.exists()
    recover(parts)
    assert not unfinished.exists()


def test_every_change_of_the_live_snapshot_is_recorded_with_who_and_why(parts, data):
    back = roll_back(parts, "Lan", "sai số liệu")
    lines = (data / "evaluation/publish_log.jsonl").read_text("utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    assert [e["action"] for e in entries] == ["publish", "publish", "rollback"]
    assert entries[0]["who"] == "kiểm thử"
    last = {k: entries[2][k] for k in ("snapshot", "who", "why")}
    assert last == {"snapshot": back, "who": "Lan", "why": "sai số liệu"}


def test_verify_counts_what_is_left_and_fails_unless_it_is_nothing(monkeypatch, capsys, tmp_path):
    keeper = a_keeper(monkeypatch, capsys, tmp_path)
    parts = keeper_parts(keeper.data)
    for article in (LAO, invented("nhat", 0)):
        parts.store.put(article)
    publish(parts)
    parts.store.remove("lao")
    there = keeper.run("index", "verify", "--gone", "lao", "--json")
    assert (there.status, there.json["gone"], there.json["left"]["versions"]) == (1, False, 1)
    publish(parts)
    gone = keeper.run("index", "verify", "--gone", "lao", "--json")
    assert (gone.status, gone.json["gone"]) == (0, True)
    assert gone.json["left"] == dict.fromkeys(KINDS, 0)
    assert "lao is gone." in keeper.run("index", "verify", "--gone", "lao").out


def test_a_rightful_removal_of_an_article_with_a_telephone_number_is_not_refused(tmp_path):
    parts = keeper_parts(tmp_path)
    rules = replace(read_rules(), floors={"verbatim": 1.0, "no_error": 1.0})

    def gated() -> PublishOutcome:
        return Publisher(parts, ASKED, "sample", rules).publish()

    for article in SHIPPED:
        parts.store.put(article)
    assert gated().published
    parts.store.put(PRICES)
    with_it = gated()
    assert (with_it.reasons, with_it.published) == ((), True)
    parts.store.remove("bang-gia")
    without = gated()
    assert (without.reasons, without.published) == ((), True)
    assert [r.article_id for r in without.receipts] == ["bang-gia"]
    parts.engine.dispose()


def _interrupt(*_):
    raise KeyboardInterrupt
