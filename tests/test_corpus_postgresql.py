"""The stores on a real PostgreSQL, which sorts otherwise than SQLite and lets two write at once."""

import inspect
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from api.app import create_app
from corpus.article import Article
from corpus.database import open_database, rewrite
from corpus.errors import InvalidSetting
from corpus.store import ArticleStore, gone_articles
from qa.assemble import Parts
from qa.blank import BLANK
from scripts.postgresql import server_folder
from tests import test_corpus_store
from tests.invented import invented, keeper_parts, publish
from tests.model_run import ModelRun
from tests.postgresql_server import Server, running

PROGRAMS = server_folder()
pytestmark = pytest.mark.skipif(
    PROGRAMS is None, reason="no PostgreSQL; `python -m scripts.postgresql` installs it"
)
# What is promised of the store is promised of it on PostgreSQL too.
globals().update(
    (name, test)
    for name, test in vars(test_corpus_store).items()
    if name.startswith("test_") and set(inspect.signature(test).parameters) <= {"store", "url"}
    if "store" in inspect.signature(test).parameters
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    assert PROGRAMS
    with running(PROGRAMS) as server:
        yield server


@pytest.fixture
def url(server: Server) -> str:
    return server.make_database()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> ArticleStore:
    return ArticleStore(engine)


@pytest.fixture
def parts(url: str, tmp_path: Path) -> Iterator[Parts]:
    """A keeper's parts with their tables in PostgreSQL, two invented articles published."""
    parts = keeper_parts(tmp_path, database_url=url)
    parts.store.put(invented("lao", 0))
    parts.store.put(invented("nhat", 0))
    assert publish(parts).published
    yield parts
    parts.engine.dispose()


def test_articles_come_in_the_order_of_sqlite_whatever_the_language(store: ArticleStore):
    for article_id in ("ab", "a-c", "aa", "a--d"):
        store.put(Article(article_id, "Bỉ", "Bỉ\n\nKý."))
    assert [a.id for a in store.articles()] == ["a--d", "a-c", "aa", "ab"]


def test_many_who_open_an_empty_database_at_once_and_put_the_same_are_all_served(url: str):
    test_corpus_store.open_and_put_at_once(url)


def test_a_database_of_a_newer_version_is_refused(url: str, engine: Engine):
    test_corpus_store.refuses_a_newer_version(url, engine)


def test_a_database_without_a_version_is_of_the_first(url: str, engine: Engine):
    test_corpus_store.takes_no_version_as_the_first(url, engine)


def test_a_database_that_cannot_hold_vietnamese_is_refused(server: Server):
    url = server.make_database(
        "ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
    )
    with pytest.raises(InvalidSetting, match="database in SQL_ASCII.*ENCODING 'UTF8'"):
        open_database(url)


def test_a_server_that_is_not_there_is_an_error_that_names_the_setting(tmp_path: Path):
    with pytest.raises(InvalidSetting, match="COOPQA_DATABASE_URL.*cannot be opened"):
        open_database(f"postgresql://me@/x?host={tmp_path}")


def test_purged_text_is_in_no_file_of_the_database(
    server: Server, engine: Engine, store: ArticleStore
):
    secret = "một tên người không được ở lại"
    for number in range(9):
        store.put(invented(f"a{number}", 0))
    store.put(Article("riêng", secret, secret * 20))
    server.execute("CHECKPOINT")
    assert _holding(server, secret)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    store.remove("riêng")
    store.purge("riêng")
    rewrite(engine)
    server.execute("CHECKPOINT")
    assert _holding(server, secret) == []


def test_who_purges_waits_for_the_answer_that_is_being_stored(engine: Engine, store: ArticleStore):
    store.put(invented("lao", 0))
    store.remove("lao")
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as connection:
            assert gone_articles(connection, ["lao"]) == set()
            purging = pool.submit(store.purge, "lao")
            with pytest.raises(StillWaiting):
                purging.result(0.5)
        assert purging.result(30) == 1
    with engine.connect() as connection:
        assert gone_articles(connection, ["lao"]) == {"lao"}


def test_a_conversation_and_a_verdict_lose_the_words_of_a_removed_article(parts: Parts):
    with TestClient(create_app(parts)) as client:
        asked = invented("lao", 0).text.split("\n\n")[1]
        said = client.post("/v1/chat", json={"message": asked}).json()
        assert said["citations"][0]["article_id"] == "lao"
        verdict = {k: said[k] for k in ("conversation", "turn", "question", "answer", "snapshot")}
        for _ in range(2):
            assert client.post("/v1/feedback", json={**verdict, "verdict": "up"}).is_success
        assert len(parts.feedback.all()) == 1
        parts.store.remove("lao")
        (receipt,) = publish(parts).receipts
        assert (receipt.article_id, set(receipt.left.values())) == ("lao", {0})
        (turn,) = client.get(f"/v1/chat/{said['conversation']}").json()["turns"]
        assert (turn["answer"]["answer"], parts.feedback.all()[0].answer) == (BLANK, BLANK)
        assert client.delete(f"/v1/chat/{said['conversation']}").is_success
        assert client.get(f"/v1/chat/{said['conversation']}").status_code == 404


def test_a_keepers_random_work_agrees_with_plain_dictionaries(url: str, tmp_path: Path):
    run = ModelRun(tmp_path, seed=1, database_url=url)
    run.run(30)
    assert run.differences == []


def _holding(server: Server, words: str) -> list[Path]:
    files = (server.folder / "data" / "base").rglob("*")
    return [p for p in files if p.is_file() and words.encode() in p.read_bytes()]
