from pathlib import Path

import pytest

from corpus.article import Article
from corpus.folder import read_folder
from corpus.near_duplicates import near_duplicates
from corpus.quiet_folder import RememberingReader, folder_state, wait_until_quiet
from tests.conftest import ARTICLES
from tests.keeping import LAO, NHAT, PHAP, Keeper, a_keeper


@pytest.fixture
def keeper(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Keeper:
    """Lào and Nhật are in the folder, in the store and live."""
    keeper = a_keeper(monkeypatch, capsys, tmp_path)
    keeper.write("lào.txt", LAO)
    keeper.write("châu á/nhật.txt", NHAT)
    keeper.seed()
    return keeper


def states(keeper: Keeper) -> dict[str, str]:
    return {row["id"]: row["state"] for row in keeper.run("corpus", "list", "--json").json}


def test_sync_of_what_is_the_same_changes_nothing(keeper: Keeper):
    ran = keeper.run("corpus", "sync", "--json")
    assert ran.status == 0
    assert ran.json == {"changes": [], "refused": [], "absent": []}
    assert states(keeper) == {"chau-a--nhat": "live", "lao": "live"}


def test_sync_adds_and_changes_and_names_what_it_does_not_remove(keeper: Keeper):
    keeper.write("lào.txt", LAO.replace("14", "15"))
    keeper.write("pháp.txt", PHAP)
    (keeper.folder / "châu á" / "nhật.txt").unlink()
    expected = {"lao": "changed", "phap": "added"}
    dry = keeper.run("corpus", "sync", "--dry-run", "--json")
    assert (dry.changes, dry.json["absent"]) == (expected, ["chau-a--nhat"])
    assert states(keeper) == {"chau-a--nhat": "live", "lao": "live"}
    ran = keeper.run("corpus", "sync", "--json")
    assert (ran.status, ran.changes, ran.json["absent"]) == (0, expected, ["chau-a--nhat"])
    assert states(keeper)["chau-a--nhat"] == "live"
    assert "only in the store: chau-a--nhat\n" in keeper.run("corpus", "sync").out
    gone = keeper.run("corpus", "sync", "--remove", "--json")
    assert (gone.changes, gone.json["absent"]) == ({"chau-a--nhat": "removed"}, [])
    assert states(keeper)["chau-a--nhat"] == "pending removal"


def test_a_file_that_cannot_be_read_keeps_its_article(keeper: Keeper):
    keeper.write("lào.txt", "")
    ran = keeper.run("corpus", "sync", "--remove", "--json")
    assert ran.status == 1
    assert (ran.changes, ran.json["absent"]) == ({}, [])
    assert "empty" in ran.refused["lào.txt"]
    assert states(keeper)["lao"] == "live"


def test_a_picture_beside_an_article_says_nothing_of_it(keeper: Keeper):
    (keeper.folder / "lào.png").write_bytes(b"\x89PNG")
    ran = keeper.run("corpus", "sync", "--json")
    assert set(ran.refused) == {"lào.png"}
    (keeper.folder / "lào.txt").unlink()
    assert keeper.run("corpus", "sync", "--json").json["absent"] == ["lao"]


def test_two_files_of_one_id_leave_the_article_as_it_is(keeper: Keeper):
    keeper.write("lào.txt", PHAP)
    keeper.write("LÀO.md", NHAT)
    ran = keeper.run("corpus", "sync", "--remove", "--json")
    assert ran.status == 1
    assert (ran.changes, ran.json["absent"]) == ({}, [])
    assert "both become the article 'lao'" in " ".join(ran.refused.values())
    assert states(keeper)["lao"] == "live"


def test_a_forgotten_file_does_not_undo_a_removal(keeper: Keeper):
    keeper.run("corpus", "remove", "lao", "--yes")
    ran = keeper.run("corpus", "sync", "--json")
    assert ran.status == 1
    assert "coopqa corpus add" in ran.refused["lao"]
    assert states(keeper)["lao"] == "pending removal"
    assert keeper.run("corpus", "add", keeper.folder / "lào.txt").status == 0
    assert keeper.run("corpus", "sync").status == 0
    assert states(keeper)["lao"] == "live"


@pytest.mark.parametrize("leave", [(), ("hỏng.pdf",)])
def test_a_folder_that_reads_empty_removes_nothing(keeper: Keeper, leave: tuple[str, ...]):
    (keeper.folder / "lào.txt").unlink()
    (keeper.folder / "châu á" / "nhật.txt").unlink()
    for name in leave:
        keeper.write(name, "%PDF-1.4 nothing")
    for command in (("sync", "--remove"), ("sync", "--dry-run"), ("check",)):
        ran = keeper.run("corpus", *command)
        assert (ran.status, ran.out) == (1, "")
        assert "nothing is compared or removed" in ran.err
    assert states(keeper) == {"chau-a--nhat": "live", "lao": "live"}


def test_what_was_stated_on_adding_outlives_a_sync(keeper: Keeper):
    path = keeper.folder / "lào.txt"
    keeper.run("corpus", "add", path, "--organisation", "Bệnh viện Khác")
    assert keeper.run("corpus", "sync", "--json").changes == {}
    keeper.write("lào.txt", LAO.replace("14", "15"))
    assert keeper.run("corpus", "sync", "--json").changes == {"lao": "changed"}
    row = next(r for r in keeper.run("corpus", "list", "--json").json if r["id"] == "lao")
    assert (row["organisation"], row["organisation_inferred"]) == ("Bệnh viện Khác", False)


def test_an_id_too_long_for_the_store_is_refused(keeper: Keeper):
    keeper.write("/".join(["thư mục dài" * 10] * 5) + "/a.txt", PHAP)
    ran = keeper.run("corpus", "sync", "--json")
    assert (ran.status, ran.changes) == (1, {})
    assert "shorter names" in " ".join(ran.refused.values())


# Quiet folders


def test_the_state_of_a_folder_is_that_of_its_articles_and_sidecars(keeper: Keeper):
    before = folder_state(keeper.folder)
    assert len(before) == 2
    keeper.write("~$lào.docx", "x")
    keeper.write(".ẩn.txt", "x")
    assert folder_state(keeper.folder) == before
    keeper.write("lào.toml", 'date = "2024"')
    assert set(folder_state(keeper.folder)) - set(before) == {keeper.folder / "lào.toml"}
    assert folder_state(keeper.folder / "nowhere") == {}


def test_a_growing_file_is_waited_for(keeper: Keeper, monkeypatch: pytest.MonkeyPatch):
    path, slept = keeper.folder / "lào.txt", []

    def copy_goes_on(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) < 4:
            path.write_text(LAO * len(slept), "utf-8")

    monkeypatch.setattr("time.sleep", copy_goes_on)
    state = wait_until_quiet(keeper.folder, 5)
    assert slept == [5, 5, 5, 5]
    assert state[path][0] == len((LAO * 3).encode())


def test_a_file_that_did_not_change_is_read_once(keeper: Keeper):
    read, path = RememberingReader(), keeper.folder / "lào.txt"
    first = read(path, "lao")
    assert read(path, "lao") is first
    keeper.write("lào.toml", 'organisation = "BV A"')
    assert read(path, "lao").organisation == "BV A"
    keeper.write("lào.txt", PHAP)
    assert read(path, "lao").text == PHAP


# Near duplicates


def test_one_word_changed_in_a_page_is_nearly_the_same():
    words = [f"từ{n}" for n in range(300)]
    other = [*words[:150], "khác", *words[151:]]
    (pair,) = near_duplicates(
        [Article("a", "", " ".join(words)), Article("b", "", " ".join(other))]
    )
    assert (pair.first, pair.second, pair.same_text) == ("a", "b", False)
    # Of 298 triples each, 3 are not shared.
    assert pair.similarity == pytest.approx(295 / 301)


def test_a_copy_without_marks_is_found_and_half_a_page_is_not():
    text = " ".join(f"Bệnh viện {n} hợp tác với nước số {n}." for n in range(60))
    bare = text.replace("ệ", "e").replace("ợ", "o").replace("á", "a").replace("ớ", "o")
    half = Article("half", "", text[: len(text) // 2])
    (pair,) = near_duplicates(
        [Article("a", "", text), Article("b", "", bare.replace("ư", "u").upper()), half]
    )
    assert (pair.first, pair.second, pair.same_text) == ("a", "b", False)


def test_short_texts_and_the_shipped_articles_are_no_trouble():
    assert near_duplicates(read_folder(ARTICLES).articles) == ()
    assert near_duplicates([]) == ()
    (pair,) = near_duplicates([Article("a", "", "Một"), Article("b", "", "Một")])
    assert (pair.similarity, pair.same_text) == (1.0, True)
