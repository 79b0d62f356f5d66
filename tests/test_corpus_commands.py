import io
import os
import shutil
import sys
from pathlib import Path

import pytest

from corpus.article import Article, version_of
from corpus.database import open_database
from corpus.errors import ArticleDiffers, ArticleNotFound, InvalidRequest, UnreadableArticle
from corpus.folder import read_article
from corpus.intake import Change, change_between, check_id, put, take_out
from corpus.loaders import Metadata
from corpus.store import ArticleStore
from eval.publish import Publisher
from eval.reason import reason
from eval.verdict import PublishOutcome
from tests.conftest import ROOT
from tests.format_folder import pdf_files
from tests.keeping import LAO, NHAT, PHAP, Keeper, a_keeper

SONG_HONG = "Bệnh viện Sông Hồng"


def take_in(
    path: Path, store: ArticleStore, article_id: str, stated: Metadata, *, replaces: bool = True
) -> Change:
    """What the commands and HTTP do with a file."""
    check_id(article_id)
    return put(store, read_article(path, article_id, stated), replaces=replaces)


@pytest.fixture
def keeper(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Keeper:
    return a_keeper(monkeypatch, capsys, tmp_path)


class Typed(io.StringIO):
    """A terminal at which somebody types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def store() -> ArticleStore:
    return ArticleStore(open_database("sqlite://"))


# Intake


def test_a_file_taken_in_is_an_added_article(tmp_path: Path, store: ArticleStore):
    path = tmp_path / "x.txt"
    path.write_text(LAO, "utf-8")
    stated = Metadata(title="Lào", organisation="BV A", date="2024", source="https://a.example")
    change = take_in(path, store, "hop-tac--lao", stated)
    assert (change.kind, change.article_id) == ("added", "hop-tac--lao")
    assert (change.version, change.old_version) == (version_of(LAO), "")
    assert (change.length_chars, change.old_length_chars) == (len(LAO), 0)
    article = store.get("hop-tac--lao")
    assert (article.title, article.organisation) == ("Lào", "BV A")
    assert (article.date, article.source) == ("2024", "https://a.example")
    assert article.organisation_inferred is False
    assert path.read_text("utf-8") == LAO


def test_another_text_replaces_only_what_was_to_be_replaced(tmp_path: Path, store: ArticleStore):
    path = tmp_path / "x.txt"
    path.write_text(LAO, "utf-8")
    take_in(path, store, "x", Metadata())
    assert take_in(path, store, "x", Metadata(), replaces=False).kind == "unchanged"
    path.write_text(NHAT, "utf-8")
    with pytest.raises(ArticleDiffers, match="'x' is there with another text"):
        take_in(path, store, "x", Metadata(), replaces=False)
    assert store.get("x").text == LAO
    change = take_in(path, store, "x", Metadata())
    assert (change.kind, change.parts) == ("changed", ("text", "title"))
    assert (change.version, change.old_version) == (version_of(NHAT), version_of(LAO))
    assert store.get("x", version_of(LAO)).text == LAO


def test_other_metadata_of_the_same_text_need_no_leave(tmp_path: Path, store: ArticleStore):
    path = tmp_path / "x.txt"
    path.write_text(LAO, "utf-8")
    take_in(path, store, "x", Metadata())
    change = take_in(path, store, "x", Metadata(date="2024-01-01"), replaces=False)
    assert (change.kind, change.parts) == ("changed", ("date",))


def test_a_stated_organisation_is_not_lost_to_an_inferred_one(store: ArticleStore):
    put(store, Article("x", "X", LAO, "BV A"))
    read = Article("x", "X", NHAT, "BV B", organisation_inferred=True)
    assert put(store, read).parts == ("text",)
    assert store.get("x").organisation == "BV A"
    assert store.get("x").organisation_inferred is False
    assert put(store, Article("x", "X", NHAT, "BV C")).parts == ("organisation",)


@pytest.mark.parametrize("article_id", ["a", "a-b", "a--b-2", "x" * 400])
def test_an_id_that_a_file_could_have_is_one(article_id: str):
    check_id(article_id)


@pytest.mark.parametrize(
    ("article_id", "words"),
    [
        ("Hợp tác", "it would be 'hop-tac'"),
        ("a/b", "it would be 'a--b'"),
        ("../../etc/passwd", "it would be 'etc--passwd'"),
        ("a---b", "it would be 'a--b'"),
        ("v1.2", "it would be 'v1-2'"),
        ("a\n", "it would be 'a'"),
        ("", "is not an article id"),
        ("…", "is not an article id"),
        ("\x00", "is not an article id"),
        ("x" * 401, "at most 400"),
    ],
)
def test_an_id_that_no_file_could_have_is_refused(
    tmp_path: Path, store: ArticleStore, article_id: str, words: str
):
    path = tmp_path / "x.txt"
    path.write_text(LAO, "utf-8")
    with pytest.raises(InvalidRequest, match=words):
        take_in(path, store, article_id, Metadata())
    assert store.articles() == []


def test_a_file_that_is_not_there_leaves_the_store_alone(tmp_path: Path, store: ArticleStore):
    (tmp_path / "x.txt").write_text("\n", "utf-8")
    with pytest.raises(UnreadableArticle, match="empty"):
        take_in(tmp_path / "x.txt", store, "x", Metadata())
    with pytest.raises(FileNotFoundError):
        take_in(tmp_path / "y.txt", store, "y", Metadata())
    assert store.articles() == []


def test_a_removal_is_said_once_and_an_unknown_id_names_the_nearest(store: ArticleStore):
    put(store, Article("hop-tac-lao", "X", LAO))
    with pytest.raises(ArticleNotFound, match="did you mean 'hop-tac-lao'"):
        take_out(store, "hop-tac-loa")
    with pytest.raises(ArticleNotFound, match="see `coopqa corpus list`"):
        take_out(store, "zzz")
    change = take_out(store, "hop-tac-lao")
    assert (change.kind, change.version, change.old_version) == ("removed", "", version_of(LAO))
    with pytest.raises(ArticleNotFound, match=r"was removed already \(20"):
        take_out(store, "hop-tac-lao")
    assert put(store, Article("hop-tac-lao", "X", LAO)).kind == "added"


def test_an_article_in_neither_state_is_no_change():
    with pytest.raises(ValueError, match="neither"):
        change_between(None, None)


# corpus add


def test_add_says_what_became_of_each_file(keeper: Keeper, tmp_path: Path):
    folder = tmp_path / "mới"
    folder.mkdir()
    (folder / "Hợp tác Lào.txt").write_text(LAO, "utf-8")
    (folder / "Hợp tác Lào.toml").write_text('organisation = "BV A"\n', "utf-8")
    (folder / "hỏng.pdf").write_bytes(b"%PDF-1.4 nothing")
    (tmp_path / "nhật.md").write_text(NHAT, "utf-8")
    ran = keeper.run("corpus", "add", folder, tmp_path / "nhật.md", "nowhere.txt", "--json")
    assert ran.status == 1
    assert ran.changes == {"hop-tac-lao": "added", "nhat": "added"}
    assert set(ran.refused) == {"hỏng.pdf", "nowhere.txt"}
    assert "no such file" in ran.refused["nowhere.txt"]
    rows = keeper.run("corpus", "list", "--json").json
    assert [(r["id"], r["organisation"], r["state"]) for r in rows] == [
        ("hop-tac-lao", "BV A", "pending add"),
        ("nhat", SONG_HONG, "pending add"),
    ]
    again = keeper.run("corpus", "add", folder / "Hợp tác Lào.txt")
    assert again.status == 0
    assert again.out == "unchanged hop-tac-lao\n1 unchanged, 0 refused\n"


def test_add_states_what_the_file_does_not_say(keeper: Keeper):
    path = keeper.write("a.txt", LAO)
    ran = keeper.run(
        "corpus", "add", path, "--id", "lao", "--title", "Lào", "--organisation", "BV B",
        "--date", "2024-05-01", "--source", "https://b.example",
    )  # fmt: skip
    assert ran.status == 0
    assert f"added lao: Lào ({len(LAO)} characters)\n" in ran.out
    assert "coopqa publish" in ran.out
    (row,) = keeper.run("corpus", "list", "--json").json
    assert (row["organisation"], row["date"]) == ("BV B", "2024-05-01")
    assert "BV B · Lào · 2024-05-01" in keeper.run("corpus", "list").out


def test_add_does_not_put_one_file_in_the_place_of_another_unasked(keeper: Keeper, tmp_path: Path):
    keeper.run("corpus", "add", keeper.write("lịch.txt", LAO))
    (tmp_path / "lịch.txt").write_text(NHAT, "utf-8")
    ran = keeper.run("corpus", "add", tmp_path / "lịch.txt", "--json")
    assert ran.status == 1
    assert "--replace" in ran.refused["lich"] and "--id" in ran.refused["lich"]
    ran = keeper.run("corpus", "add", tmp_path / "lịch.txt", "--replace")
    assert ran.status == 0
    assert f"changed lich: text, title, {len(LAO)} to {len(NHAT)} characters\n" in ran.out
    (row,) = keeper.run("corpus", "list", "--versions", "--json").json
    assert row["versions"] == [version_of(LAO), version_of(NHAT)]
    assert version_of(LAO) in keeper.run("corpus", "list", "--versions").out


def test_add_takes_neither_of_two_files_with_one_id(keeper: Keeper, tmp_path: Path):
    first, second = keeper.write("Bài Một.txt", LAO), tmp_path / "bai-mot.md"
    second.write_text(NHAT, "utf-8")
    ran = keeper.run("corpus", "add", first, second, "--replace", "--json")
    assert ran.status == 1
    (reason,) = ran.refused.values()
    assert "Bài Một.txt" in reason and "bai-mot.md" in reason
    assert keeper.run("corpus", "list", "--json").json == []


@pytest.mark.parametrize("option", [("--id", "a"), ("--title", "A")])
def test_add_gives_one_id_or_title_to_one_file_only(keeper: Keeper, option: tuple[str, str]):
    files = keeper.write("a.txt", LAO), keeper.write("b.txt", NHAT)
    for paths in (files, (keeper.folder,)):
        ran = keeper.run("corpus", "add", *paths, *option)
        assert (ran.status, ran.out) == (1, "")
        assert "for one file" in ran.err


def test_add_refuses_an_id_and_says_what_it_would_be(keeper: Keeper):
    ran = keeper.run("corpus", "add", keeper.write("a.txt", LAO), "--id", "../Hợp tác")
    assert (ran.status, ran.out) == (1, "")
    assert "it would be 'hop-tac'" in ran.err


def test_an_empty_folder_a_picture_and_a_way_out_are_refused(keeper: Keeper, tmp_path: Path):
    (tmp_path / "secret.txt").write_text(NHAT, "utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    (keeper.folder / "ra ngoài.txt").symlink_to(tmp_path / "secret.txt")
    (keeper.folder / "ảnh.png").write_bytes(b"\x89PNG")
    ran = keeper.run("corpus", "add", keeper.folder, empty, "--json")
    assert ran.status == 1
    assert ran.changes == {}
    assert "leads out of the folder" in ran.refused["ra ngoài.txt"]
    assert ".png" in ran.refused["ảnh.png"]
    assert "no article file" in ran.refused[str(empty)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_refused(keeper: Keeper):
    path = keeper.write("a.txt", LAO)
    path.chmod(0)
    assert "Permission denied" in keeper.run("corpus", "add", path).err


# corpus remove


def test_remove_takes_what_is_there_and_refuses_the_rest(keeper: Keeper):
    keeper.write("lào.txt", LAO)
    keeper.write("nhật.txt", NHAT)
    keeper.seed()
    ran = keeper.run("corpus", "remove", "lao", "nhatt", "--yes", "--json")
    assert ran.status == 1
    assert ran.changes == {"lao": "removed"}
    assert "did you mean 'nhat'" in ran.refused["nhatt"]
    states = {r["id"]: r["state"] for r in keeper.run("corpus", "list", "--json").json}
    assert states == {"lao": "pending removal", "nhat": "live"}
    again = keeper.run("corpus", "remove", "lao", "--yes")
    assert again.status == 1
    assert "was removed already" in again.err
    back = keeper.run("corpus", "add", keeper.folder / "lào.txt")
    assert back.out.startswith("added lao")
    assert keeper.run("corpus", "list", "--pending", "--json").json == []


def test_remove_asks_nobody_only_when_told(keeper: Keeper, monkeypatch: pytest.MonkeyPatch):
    keeper.write("lào.txt", LAO)
    keeper.seed()
    ran = keeper.run("corpus", "remove", "lao")
    assert ran.status == 1
    assert "--yes" in ran.err
    for answer, left in (("n", 1), ("y", 0)):
        monkeypatch.setattr(sys, "stdin", Typed(f"{answer}\n"))
        asked = keeper.run("corpus", "remove", "lao")
        assert "no rollback brings it back" in " ".join(asked.err.split())
        live = keeper.run("corpus", "list", "--json").json
        assert sum(row["state"] == "live" for row in live) == left


# corpus list


def test_list_says_of_each_article_whether_users_see_it(keeper: Keeper):
    for name, text in (("lào.txt", LAO), ("nhật.txt", NHAT), ("pháp.txt", PHAP)):
        keeper.write(name, text)
    keeper.seed()
    keeper.write("lào.txt", LAO.replace("14", "15"))
    keeper.write("mỹ.txt", LAO.replace("Lào", "Mỹ"))
    keeper.run("corpus", "sync")
    keeper.run("corpus", "remove", "nhat", "--yes")
    rows = keeper.run("corpus", "list", "--json").json
    assert {r["id"]: r["state"] for r in rows} == {
        "lao": "pending change",
        "my": "pending add",
        "nhat": "pending removal",
        "phap": "live",
    }
    pending = keeper.run("corpus", "list", "--pending", "--json").json
    assert [r["id"] for r in pending] == ["lao", "my", "nhat"]
    assert "phap" not in keeper.run("corpus", "list", "--pending").out


def test_a_removed_article_that_was_never_shown_is_pending_until_it_is_purged(keeper: Keeper):
    keeper.run("corpus", "add", keeper.write("lào.txt", LAO))
    keeper.run("corpus", "remove", "lao", "--yes")
    (row,) = keeper.run("corpus", "list", "--json").json
    assert row == {"id": "lao", "state": "pending removal"}
    assert keeper.run("corpus", "list").out == "pending removal lao\n"


# corpus check


def test_check_warns_of_what_a_keeper_should_see(keeper: Keeper):
    long = "\n".join(f"Dòng {n} kể chuyện hợp tác ở tỉnh số {n * 7}." for n in range(200))
    keeper.write("cũ.txt", long)
    keeper.seed()
    keeper.write("cũ.txt", long[:2000])
    keeper.write("bản sao.txt", long[:2000])
    keeper.write("đoạn dài.txt", "Hợp tác\n\n" + "Năm 2019 có một đoàn sang thăm. " * 150)
    keeper.write("gần giống.txt", long[:2000].replace("tỉnh số 7.", "huyện số 7.").upper())
    keeper.write("hỏng chữ.txt", LAO + "Ký t\ufffd lạ và bá»‡nh viện.\n")
    before = keeper.run("corpus", "list", "--json").out
    ran = keeper.run("corpus", "check", "--json")
    assert ran.status == 0
    assert ran.changes["cu"] == "changed" and ran.changes["ban-sao"] == "added"
    flaws = {(f["article_id"], f["code"]) for f in ran.json["flaws"]}
    assert {
        ("cu", "shrunk"), ("doan-dai", "long_paragraph"), ("doan-dai", "no_headings"),
        ("hong-chu", "damaged_characters"), ("hong-chu", "garbled"), ("cu", "no_organisation"),
        ("cu", "no_date"), ("hong-chu", "organisation_inferred"),
    } <= flaws  # fmt: skip
    alike = {(p["first"], p["second"]): p for p in ran.json["alike"]}
    assert set(alike) == {("ban-sao", "cu"), ("ban-sao", "gan-giong"), ("cu", "gan-giong")}
    assert alike["ban-sao", "cu"]["same_text"] is True
    assert 0.9 < alike["cu", "gan-giong"]["similarity"] < 1
    shown = keeper.run("corpus", "check").out
    assert "look at ban-sao and cu: the same text\n" in shown
    assert "look at cu: shrank from " in shown
    assert keeper.run("corpus", "list", "--json").out == before


def test_check_says_that_a_date_may_only_be_that_of_a_print(keeper: Keeper):
    pdf = pdf_files()["huong-dan.pdf"][0]
    for name in ("in.pdf", "công bố.pdf"):
        (keeper.folder / name).write_bytes(pdf)
    keeper.write("công bố.toml", 'date = "2019-05-02"')
    ran = keeper.run("corpus", "check", "--json")
    dates = {a["id"]: a["date"] for a in ran.json["articles"]}
    assert dates["in"] and dates["cong-bo"] == "2019-05-02"
    (flaw,) = [f for f in ran.json["flaws"] if f["code"] == "date_of_file"]
    assert flaw["article_id"] == "in"
    assert flaw["text"].startswith(f"the date {dates['in']} is when the PDF was made")
    # It is a doubt about what is read, and no difference from what is stored.
    keeper.seed()
    assert set(keeper.run("corpus", "check", "--json").changes.values()) == {"unchanged"}


def test_check_of_a_named_file_looks_at_the_store_too(keeper: Keeper, tmp_path: Path):
    keeper.write("lào.txt", LAO)
    keeper.seed()
    (tmp_path / "mới.txt").write_text(LAO, "utf-8")
    ran = keeper.run("corpus", "check", tmp_path / "mới.txt", "--json")
    assert ran.changes == {"moi": "added"}
    assert [(p["first"], p["second"]) for p in ran.json["alike"]] == [("lao", "moi")]
    assert ran.json["absent"] == []


def test_check_before_the_first_start_leaves_no_trace(keeper: Keeper):
    shutil.copytree(ROOT / "corpus" / "articles", keeper.folder, dirs_exist_ok=True)
    for command in (("check",), ("sync", "--dry-run")):
        ran = keeper.run("corpus", *command)
        assert (ran.status, ran.out.endswith("Nothing is changed yet.\n")) == (0, True)
        assert "coopqa publish" not in ran.out
    assert not keeper.data.exists()


@pytest.mark.parametrize("command", ["add", "remove", "sync", "check"])
def test_every_corpus_command_says_when_it_ends_with_1(keeper: Keeper, command: str):
    assert "Exit status 1" in keeper.run("corpus", command, "--help").out


# publish


@pytest.mark.parametrize(
    ("published", "said", "because"),
    [(False, "was not published", "because: "), (True, "is live", "in spite of: ")],
)
def test_publish_says_what_users_see_and_why(
    monkeypatch: pytest.MonkeyPatch, keeper: Keeper, published: bool, said: str, because: str
):
    keeper.write("lào.txt", LAO)
    shrunk = reason("article_shrunk", article="lao", before=9000, after=80)
    outcome = PublishOutcome(
        published, "new", "old", (shrunk,), Path("report.html"), forced=published
    )
    monkeypatch.setattr(Publisher, "publish", lambda *_: outcome)
    ran = keeper.run("publish", "--force", "--who", "An", "--why", "đúng là chỉ còn một nửa")
    assert ran.status == (0 if published else 1)
    assert ran.out.startswith(f"new {said}.\nreport: report.html\n")
    assert ("Users see what they saw before" in ran.out) is not published
    assert ran.err == f"{because}{shrunk.text('en')}\n"
