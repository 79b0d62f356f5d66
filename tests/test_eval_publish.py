"""Sabotage: what goes wrong in a corpus or an index must be named, and what is right must pass."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

import index.build
import qa.pipeline
from corpus.article import Article
from corpus.errors import ArticleNotFound
from corpus.folder import read_folder
from eval.gate import read_rules
from eval.publish import Publisher
from eval.question_set import read_questions
from eval.verdict import Force, Verdict
from index.embedding_cache import EmbeddingCache
from index.terms import pairs, syllables
from qa.assemble import Parts
from qa.confidence import FittedConfidence
from qa.settings import read_settings
from tests.fakes import HashEmbedder

FOLDER = Path(__file__).parent.parent
ARTICLES = read_folder(FOLDER / "corpus/articles").articles
ALL = read_questions(FOLDER / "eval/datasets/cooperation.jsonl")
QUESTIONS = Random(5).sample([q for q in ALL if q.lang == "vi" and not q.history], 60)
RULES = replace(read_rules(), floors={"verbatim": 1.0, "no_error": 1.0})
BV108, TMH = sorted(a.id for a in ARTICLES)
UNDATED = [replace(a, date="") for a in ARTICLES]
"""What is live when a test begins: to publish the articles is then a change."""


class Store:
    """The articles and versions of a store that lives in memory."""

    def __init__(self, articles, removed=()):
        self.current = {a.id: a for a in articles}
        self.old = {(a.id, a.version): a for a in ARTICLES}
        self.gone = dict.fromkeys(removed, "2026-01-01")

    def articles(self):
        return [a for _, a in sorted(self.current.items()) if a.id not in self.gone]

    def removed(self):
        return self.gone

    def get(self, article_id, version=""):
        if (article_id, version) not in self.old:
            raise ArticleNotFound("none")
        return self.old[article_id, version]

    def versions(self, article_id):
        return [] if article_id in self.gone else [v for a, v in self.old if a == article_id]

    def purge(self, article_id):
        assert article_id in self.gone

    def drop_versions(self, count, kept):
        assert count == 5
        assert {(a.id, a.version) for a in self.articles()} <= set(kept)


class Shuffled(EmbeddingCache):
    """Gives every text the vector of another one."""

    def embed(self, *arguments):
        return np.roll(super().embed(*arguments), 7, axis=0)


class SmallParts(Parts):
    """The parts of the product with a fast embedder and a confidence of one feature."""

    store = Store(ARTICLES)
    embedder = HashEmbedder()
    cache_class = EmbeddingCache
    confidence = FittedConfidence(-3.0, {"sentence_coverage": 5.0}, 0.5, 0.5, "test")

    @property
    def cache(self):
        return self.cache_class(self.settings.data_dir / "embeddings.db")


def parts_in(folder, **changed):
    """Return parts of their own class, so that nothing leaks from test to test."""
    return type("Changed", (SmallParts,), changed)(
        read_settings(data_dir=folder, reader_model="sentence")
    )


def publish(parts, questions=QUESTIONS, force=None):
    return Publisher(parts, questions, "sample", RULES).publish(force)


def codes(outcome):
    return {r.code for r in outcome.reasons}


def named(outcome, code):
    """Return what the reasons of one code name: measure, part or article."""
    return {dict(r.details).get(k) for r in outcome.reasons if r.code == code
            for k in ("measure", "part", "article") if k in dict(r.details)}  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    outcome = publish(parts_in(folder, store=Store(UNDATED)))
    assert outcome.published, [r.text("en") for r in outcome.reasons]
    return folder


@pytest.fixture
def folder(published, tmp_path):
    return Path(shutil.copytree(published, tmp_path / "data"))


def test_a_clean_run_raises_no_alarm(folder):
    live = parts_in(folder).pointer.current()
    outcome = publish(parts_in(folder))
    assert (outcome.reasons, outcome.published) == ((), True)
    assert outcome.snapshot != live
    assert outcome.report.read_text("utf-8").startswith("<!doctype html>")


def test_an_article_that_answers_what_nothing_answered_raises_no_alarm(folder):
    absent = next(q for q in QUESTIONS if q.id == "c-387")
    text = f"Tin mới\n\n{absent.question.strip('?')} là ở tầng hai."
    new = Article("moi", "Tin mới", text, "Bệnh viện Sông Hồng")
    outcome = publish(parts_in(folder, store=Store([*ARTICLES, new])))
    assert (outcome.reasons, outcome.published) == ((), True)
    assert outcome.look_at.newly == 1
    html = outcome.report.read_text("utf-8")
    listed, _, failed = html.partition('<h2 id="newly">')[2].partition('<h2 id="failed">')
    assert absent.id in listed
    assert f'<span class="tag">{absent.id}</span>' not in failed


def test_a_rightful_removal_raises_no_alarm_and_retires_its_golds(folder):
    outcome = publish(parts_in(folder, store=Store(ARTICLES, removed=[TMH])))
    assert (outcome.reasons, outcome.published) == ((), True)
    run = outcome.report.parent / "questions.jsonl"
    assert TMH not in {i.article_id for q in read_questions(run) for i in q.gold}


def test_no_run_or_report_holds_a_word_of_a_removed_article(folder):
    words = "Kể từ năm 1993 cho tới nay"
    assert any(words in p.read_text("utf-8") for p in folder.glob("evaluation/**/*.json*"))
    publish(parts_in(folder, store=Store(ARTICLES, removed=[TMH])))
    files = [p for p in folder.glob("evaluation/**/*") if p.is_file()]
    assert len(files) > 5
    assert not [p for p in files if words in p.read_text("utf-8")]


@pytest.mark.soak
def test_ten_clean_runs_raise_no_alarm(folder):
    dated = [[replace(a, date=f"2026-01-{n:02}") for a in ARTICLES] for n in range(1, 11)]
    outcomes = [publish(parts_in(folder, store=Store(articles))) for articles in dated]
    assert [(o.reasons, o.published) for o in outcomes] == [((), True)] * 10


def test_without_a_change_nothing_is_built_and_the_rollback_target_stays(folder):
    first = parts_in(folder).pointer.current()
    second = publish(parts_in(folder)).snapshot
    parts = parts_in(folder)
    for _ in range(2):
        outcome = publish(parts)
        assert (outcome.unchanged, outcome.published, outcome.snapshot) == (True, False, "")
    assert (outcome.live, parts.pointer.ids(), parts.pointer.previous()) == (
        second, [first, second], first,
    )  # fmt: skip
    (said,) = outcome.reasons
    assert said.text("vi").startswith(f"Không có gì thay đổi từ bản đang dùng ({second})")
    assert said.text("en").startswith(f"Nothing has changed since the live snapshot ({second})")
    log = (folder / "evaluation/publish_log.jsonl").read_text("utf-8").splitlines()
    assert json.loads(log[-1])["reasons"][0]["code"] == "unchanged"


def test_without_a_change_it_is_built_again_when_forced(folder):
    live = publish(parts_in(folder)).snapshot
    outcome = publish(parts_in(folder), force=Force("Lan", "kiểm thử"))
    assert (outcome.published, outcome.forced, outcome.reasons) == (True, False, ())
    assert outcome.snapshot > live


def test_without_a_change_it_is_built_again_by_another_model(folder):
    publish(parts_in(folder))
    assert publish(parts_in(folder, embedder=HashEmbedder("hash-2"))).published


def test_without_a_change_it_is_built_again_where_the_live_one_is_damaged(folder):
    live = publish(parts_in(folder)).snapshot
    parts = parts_in(folder)
    (parts.pointer.path(live) / "sentences.npy").write_bytes(b"broken")
    assert publish(parts).published


def test_without_a_change_it_is_built_again_where_passages_are_cut_otherwise(folder, monkeypatch):
    publish(parts_in(folder))
    monkeypatch.setattr("corpus.split._TOGETHER_MAX_CHARS", 100)
    assert publish(parts_in(folder)).snapshot


def test_without_a_change_it_is_built_again_where_keywords_are_made_otherwise(folder, monkeypatch):
    publish(parts_in(folder))

    def reversed_words(text):
        return [word[::-1] for word in syllables(text)]

    monkeypatch.setattr("index.build.marked_terms", reversed_words)
    monkeypatch.setattr("eval.integrity.marked_terms", reversed_words)
    assert publish(parts_in(folder)).snapshot


def test_without_a_change_an_unfinished_removal_is_finished(folder):
    without = Store(ARTICLES, removed=[TMH])
    assert publish(parts_in(folder, store=without)).published
    assert publish(parts_in(folder, store=without)).unchanged
    (folder / f"evaluation/receipts/{TMH}.json").unlink()
    assert [r.article_id for r in publish(parts_in(folder, store=without)).receipts] == [TMH]


def test_a_shuffled_index_is_named(folder):
    outcome = publish(parts_in(folder, cache_class=Shuffled))
    assert not outcome.published
    assert "vectors" in named(outcome, "integrity")


def test_a_changed_tokenizer_is_named(folder, monkeypatch):
    def other(text):
        words = [word[::-1] for word in syllables(text)]
        return words + pairs(words)

    monkeypatch.setattr(index.build, "folded_terms", other)
    outcome = publish(parts_in(folder))
    assert not outcome.published
    assert "folded_keywords" in named(outcome, "integrity")


def test_citations_off_by_one_are_named(folder, monkeypatch):
    cite = qa.pipeline.cite

    def off_by_one(chosen):
        spans, citations = cite(chosen)
        moved = tuple(replace(c, start=c.start + 1, end=c.end + 1) for c in citations)
        return spans, moved

    monkeypatch.setattr(qa.pipeline, "cite", off_by_one)
    assert "no_error" in named(publish(parts_in(folder)), "floor")
    monkeypatch.setattr(qa.pipeline, "verified", lambda answer, _articles: answer)
    assert "verbatim" in named(publish(parts_in(folder)), "floor")


def test_always_answering_is_named(folder):
    bold = replace(SmallParts.confidence, answer_threshold=0.0)
    outcome = publish(parts_in(folder, confidence=bold))
    assert not outcome.published
    assert "refused" in named(outcome, "drop")


def test_always_answering_is_named_though_new_articles_hide_some_of_it(folder):
    bold = replace(SmallParts.confidence, answer_threshold=0.0)
    new = [replace(a, id=f"moi-{a.id}", text=f"Mới. {a.text}") for a in ARTICLES]
    invented = [Article(f"a{n}", "Tin", f"Có tin {n} về bệnh viện.", "Viện X") for n in range(3)]
    outcome = publish(parts_in(folder, confidence=bold, store=Store([*ARTICLES, *new, *invented])))
    assert not outcome.published
    assert codes(outcome) & {"newly_answered", "drop"}


def test_always_answering_falls_below_the_floor_after_a_removal(folder):
    bold = replace(SmallParts.confidence, answer_threshold=0.0)
    parts = parts_in(folder, confidence=bold, store=Store(ARTICLES, removed=[TMH]))
    rules = replace(RULES, floors={"refused": read_rules().floors["refused"]})
    outcome = Publisher(parts, QUESTIONS, "sample", rules).publish()
    assert not outcome.published
    assert named(outcome, "floor") == {"refused"}


def test_progress_names_the_snapshot_that_is_asked(folder):
    heard = []
    parts = parts_in(folder)
    shutil.rmtree(parts.settings.publication_runs_dir / parts.pointer.current())
    publisher = Publisher(parts, QUESTIONS, "sample", RULES, lambda step, *_: heard.append(step))
    assert publisher.publish().published
    assert [s for s in dict.fromkeys(heard) if "ask" in s] == ["ask_new", "ask_live"]


def test_always_refusing_is_named(folder):
    timid = replace(SmallParts.confidence, answer_threshold=1.1)
    outcome = publish(parts_in(folder, confidence=timid))
    assert not outcome.published
    assert "answered" in named(outcome, "drop")


def test_an_article_that_nobody_removed_is_named(folder):
    kept = [a for a in ARTICLES if a.id != TMH]
    outcome = publish(parts_in(folder, store=Store(kept)))
    assert not outcome.published
    assert named(outcome, "article_missing") == {TMH}
    assert "golds_lost" in codes(outcome)


def test_an_emptied_article_is_named(folder):
    emptied = [replace(a, text=a.text[:80]) if a.id == TMH else a for a in ARTICLES]
    outcome = publish(parts_in(folder, store=Store(emptied)))
    assert not outcome.published
    assert named(outcome, "article_shrunk") == {TMH}
    assert "golds_stale" in codes(outcome)


def test_a_refusal_leaves_the_old_snapshot_live(folder):
    parts = parts_in(folder, cache_class=Shuffled)
    before = parts.pointer.current()
    outcome = publish(parts)
    assert (parts.pointer.current(), outcome.live) == (before, before)


def test_force_publishes_and_records_who_and_why(folder):
    parts = parts_in(folder, cache_class=Shuffled)
    outcome = publish(parts, force=Force("Lan", "kiểm thử"))
    assert (outcome.published, outcome.forced) == (True, True)
    assert parts.pointer.current() == outcome.snapshot
    log = (folder / "evaluation/publish_log.jsonl").read_text("utf-8").splitlines()
    assert json.loads(log[-1])["force"] == {"who": "Lan", "why": "kiểm thử"}


def test_of_two_publishers_one_is_told_why_it_has_to_wait(folder):
    parts = parts_in(folder)
    heard = []

    def second(step, _done, _all):
        if step == "verify" and not heard:
            heard.append(publish(parts_in(folder)))

    outcome = Publisher(parts, QUESTIONS, "sample", RULES, second).publish()
    assert outcome.published
    assert (codes(heard[0]), heard[0].published) == ({"busy"}, False)
    assert "process" in heard[0].reasons[0].text("en")


def test_a_corpus_without_golds_is_gated_by_known_items(tmp_path):
    outcome = publish(parts_in(tmp_path), questions=())
    assert outcome.published, [r.text("en") for r in outcome.reasons]
    assert "chưa có câu hỏi mẫu" in outcome.report.read_text("utf-8")


def test_a_verdict_without_reasons_publishes_without_force():
    assert Verdict((), first=True).publishes
