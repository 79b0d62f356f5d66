"""The articles and passages of one snapshot, read as they are asked for from a SQLite file."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from corpus.article import Article, Passage
from corpus.errors import ArticleNotFound, SnapshotDamaged

_SCHEMA = """
CREATE TABLE articles (id TEXT PRIMARY KEY, version TEXT, title TEXT, organisation TEXT,
    organisation_inferred INTEGER, source TEXT, date TEXT, text TEXT,
    page_starts TEXT) WITHOUT ROWID;
CREATE TABLE passages (number INTEGER PRIMARY KEY, id TEXT UNIQUE, article_id TEXT, start INTEGER,
    end INTEGER, text TEXT, headings TEXT, sentences TEXT, page INTEGER, first_sentence INTEGER);
"""
_PASSAGE = "id, article_id, start, end, text, headings, sentences, page"
_SENTENCES = "SELECT id, first_sentence, json_array_length(sentences) FROM passages ORDER BY number"


class PassageTable:
    """Passages by id, and the articles that they were cut from."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # One connection, opened now: a question under way goes on reading after the file's name
        # is gone. A read by key takes microseconds, so that threads may well take turns.
        self._turn = threading.Lock()
        try:
            self._connection = _open(path)
            # Asked of some two hundred passages for each question: too often for a query each.
            self._sentences = {
                passage_id: range(first, first + count)
                for passage_id, first, count in self._query(_SENTENCES)
            }
            self.passage_ids = list(self._sentences)
            self.articles = {a.id: a for a in self._articles()}
        except sqlite3.DatabaseError as error:
            raise SnapshotDamaged(f"{path} is not a readable passage table: {error}.") from error

    @staticmethod
    def write(path: Path, articles: Iterable[Article], passages: Iterable[Passage]) -> None:
        """Write a new table; passages keep their order."""
        connection = sqlite3.connect(path)
        connection.executescript(_SCHEMA)
        connection.executemany(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (a.id, a.version, a.title, a.organisation, a.organisation_inferred, a.source,
                 a.date, a.text, json.dumps(a.page_starts))
                for a in articles
            ),
        )  # fmt: skip
        first_sentence = 0
        for number, p in enumerate(passages):
            connection.execute(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (number, p.id, p.article_id, p.start, p.end, p.text, json.dumps(p.headings),
                 json.dumps(p.sentences), p.page, first_sentence),
            )  # fmt: skip
            first_sentence += len(p.sentences)
        connection.commit()
        connection.close()

    def article(self, article_id: str) -> Article:
        """Return an article of this snapshot; ArticleNotFound when it has none of that id."""
        try:
            return self.articles[article_id]
        except KeyError:
            raise ArticleNotFound(f"There is no article {article_id!r}.") from None

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        """Return passages in the order asked."""
        some = ", ".join("?" * len(passage_ids))
        rows = self._query(f"SELECT {_PASSAGE} FROM passages WHERE id IN ({some})", *passage_ids)
        found = {row[0]: _passage(row) for row in rows}
        if missing := set(passage_ids) - set(found):
            raise self._missing(min(missing))
        return [found[passage_id] for passage_id in passage_ids]

    def sentence_rows(self, passage_id: str) -> range:
        """Return the rows of a passage's sentences in the table of sentence vectors."""
        if passage_id not in self._sentences:
            raise self._missing(passage_id)
        return self._sentences[passage_id]

    def all_passages(self) -> Iterator[Passage]:
        """Yield every passage in order."""
        for row in self._query(f"SELECT {_PASSAGE} FROM passages ORDER BY number"):
            yield _passage(row)

    def _missing(self, passage_id: str) -> SnapshotDamaged:
        return SnapshotDamaged(f"{self._path} has no passage {passage_id!r}; run `index verify`.")

    def _articles(self) -> Iterator[Article]:
        for row in self._query("SELECT * FROM articles ORDER BY id"):
            article_id, _, title, organisation, inferred, source, date, text, pages = row
            yield Article(
                article_id, title, text, organisation, bool(inferred), source, date,
                tuple(json.loads(pages)),
            )  # fmt: skip

    def _query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._turn:
            return self._connection.execute(sql, values).fetchall()


def read_versions(path: Path) -> dict[str, str]:
    """Return the articles of a table with their versions, without reading the rest.

    Raises:
        SnapshotDamaged: it cannot be read.
    """
    try:
        with closing(_open(path)) as connection:
            return dict(connection.execute("SELECT id, version FROM articles"))
    except sqlite3.DatabaseError as error:
        raise SnapshotDamaged(f"{path} is not a readable passage table: {error}.") from error


def _open(path: Path) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


def _passage(row: Sequence[Any]) -> Passage:
    passage_id, article_id, start, end, text, headings, sentences, page = row
    return Passage(
        id=passage_id,
        article_id=article_id,
        start=start,
        end=end,
        text=text,
        headings=tuple(json.loads(headings)),
        sentences=tuple((a, b) for a, b in json.loads(sentences)),
        page=page,
    )
