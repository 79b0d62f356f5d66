import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from corpus.article import Article, version_of
from corpus.database import SCHEMA_VERSION, open_database, sqlite_url
from corpus.errors import ArticleNotFound, InvalidSetting
from corpus.store import ArticleStore

LAO = Article(
    id="lao",
    title="Hợp tác với Lào",
    text="Hợp tác với Lào\n\nNăm 2019 cử 14 bác sĩ. \U0001f1f1\U0001f1e6 a\u0323\u0302",
    organisation="Bệnh viện Sông Lam",
    organisation_inferred=True,
    source="https://songlam.example/lao",
    date="2019-05-02",
)
NHAT = Article("nhat", "Nhật Bản", "Nhật Bản\n\nKý năm 2020.")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(sqlite_url(tmp_path / "coopqa.db"))
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> ArticleStore:
    return ArticleStore(engine)


def test_an_article_comes_back_as_it_was_put(store: ArticleStore):
    assert store.put(LAO) is True
    assert store.get("lao") == LAO
    assert store.get("lao", LAO.version) == LAO
    assert store.articles() == [LAO]
    assert store.versions("lao") == [LAO.version]


def test_a_version_is_sixteen_hexadecimal_digits_of_the_text():
    assert version_of("") == "sha256:e3b0c44298fc1c14"
    assert version_of("Bỉ") == "sha256:9ef15091a558b01e"


def test_the_same_article_again_changes_nothing(store: ArticleStore):
    store.put(LAO)
    assert store.put(LAO) is False
    assert store.versions("lao") == [LAO.version]


def test_an_edit_makes_a_version_and_the_old_one_stays_readable(store: ArticleStore):
    store.put(LAO)
    edited = replace(LAO, text=LAO.text + "\nThêm.")
    assert store.put(edited) is True
    assert store.get("lao") == edited
    assert store.get("lao", LAO.version) == LAO
    assert store.versions("lao") == [LAO.version, edited.version]
    assert store.articles() == [edited]


def test_an_edit_that_is_taken_back_makes_the_old_version_current(store: ArticleStore):
    edited = replace(LAO, text=LAO.text + "\nThêm.")
    for article in (LAO, edited, LAO):
        assert store.put(article) is True
    assert store.get("lao") == LAO
    assert set(store.versions("lao")) == {LAO.version, edited.version}


def test_new_metadata_is_a_change_without_a_version(store: ArticleStore):
    store.put(LAO)
    named = replace(LAO, organisation="Bệnh viện Đa khoa Sông Lam", organisation_inferred=False)
    assert store.put(named) is True
    assert store.get("lao") == named
    assert store.versions("lao") == [LAO.version]


def test_articles_come_in_the_order_of_their_ids(store: ArticleStore):
    for article in (NHAT, LAO):
        store.put(article)
    assert [a.id for a in store.articles()] == ["lao", "nhat"]


def test_a_removed_article_is_in_no_list_but_its_versions_wait_for_the_purge(store: ArticleStore):
    store.put(LAO)
    store.put(NHAT)
    store.remove("lao")
    assert store.articles() == [NHAT]
    assert list(store.removed()) == ["lao"]
    with pytest.raises(ArticleNotFound, match="no article 'lao'"):
        store.get("lao")
    assert store.get("lao", LAO.version) == LAO
    assert store.purge("lao") == 1
    assert store.versions("lao") == []
    with pytest.raises(ArticleNotFound, match="version"):
        store.get("lao", LAO.version)
    assert list(store.removed()) == ["lao"]


def test_a_removed_article_can_come_back(store: ArticleStore):
    store.put(LAO)
    store.remove("lao")
    assert store.put(LAO) is True
    assert store.articles() == [LAO]
    assert store.removed() == {}


def test_what_is_not_there_is_an_error_that_names_it(store: ArticleStore):
    for call in (store.get, store.remove):
        with pytest.raises(ArticleNotFound, match="no article 'nowhere'"):
            call("nowhere")
    store.put(LAO)
    store.remove("lao")
    with pytest.raises(ArticleNotFound):
        store.remove("lao")
    with pytest.raises(ArticleNotFound, match="version 'sha256:0' of article 'lao'"):
        store.get("lao", "sha256:0")
    assert store.versions("nowhere") == []
    assert store.purge("nowhere") == 0


def test_what_was_stored_is_there_after_a_restart(tmp_path: Path):
    for expected in ([], [LAO]):
        engine = open_database(sqlite_url(tmp_path / "coopqa.db"))
        assert ArticleStore(engine).articles() == expected
        ArticleStore(engine).put(LAO)
        engine.dispose()


def test_purged_text_is_not_left_in_the_file(tmp_path: Path, engine: Engine, store: ArticleStore):
    secret = "một tên người không được ở lại"
    store.put(Article("riêng", "Riêng", secret * 50))
    store.remove("riêng")
    store.purge("riêng")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    for path in tmp_path.iterdir():
        assert secret.encode() not in path.read_bytes(), path.name


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////nowhere/at/all/x.db", "postgresql+no://"])
def test_an_address_that_is_no_database_is_an_error_that_names_the_setting(url: str):
    with pytest.raises(InvalidSetting, match="COOPQA_DATABASE_URL"):
        open_database(url)


def test_many_who_open_an_empty_database_at_once_and_put_the_same_are_all_served(tmp_path: Path):
    open_and_put_at_once(sqlite_url(tmp_path / "coopqa.db"))


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path, engine: Engine):
    refuses_a_newer_version(sqlite_url(tmp_path / "coopqa.db"), engine)


def test_a_database_without_a_version_is_of_the_first(tmp_path: Path, engine: Engine):
    takes_no_version_as_the_first(sqlite_url(tmp_path / "coopqa.db"), engine)


def test_a_missing_driver_is_an_error_that_names_the_extra(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InvalidSetting, match="COOPQA_DATABASE_URL.*with its extra postgresql"):
        open_database("postgresql://me:hidden@localhost/coopqa")


def open_and_put_at_once(url: str) -> None:
    def work(_: int) -> bool:
        engine = open_database(url)
        changed = ArticleStore(engine).put(LAO)
        engine.dispose()
        return changed

    with ThreadPoolExecutor(8) as pool:
        assert any(pool.map(work, range(8)))
    engine = open_database(url)
    assert ArticleStore(engine).articles() == [LAO]
    engine.dispose()


def refuses_a_newer_version(url: str, engine: Engine) -> None:
    newer = f"UPDATE schema_version SET version = {SCHEMA_VERSION + 1}"
    with engine.begin() as connection:
        connection.execute(text(newer))
        connection.execute(text("DROP TABLE versions"))
    with pytest.raises(InvalidSetting, match="newer coop-qa .version 2, this one knows 1"):
        open_database(url)
    assert "versions" not in inspect(engine).get_table_names()


def takes_no_version_as_the_first(url: str, engine: Engine) -> None:
    ArticleStore(engine).put(LAO)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE schema_version"))
    again = open_database(url)
    assert ArticleStore(again).articles() == [LAO]
    with again.connect() as connection:
        assert connection.scalars(text("SELECT version FROM schema_version")).all() == [1]
    again.dispose()
