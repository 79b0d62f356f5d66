"""The articles and all their versions: the truth from which snapshots are built."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from corpus.article import Article
from corpus.clean import CLEANER_VERSION
from corpus.database import metadata
from corpus.errors import ArticleNotFound

_articles = Table(
    "articles",
    metadata,
    Column("id", String(400), primary_key=True),
    # The version that the next snapshot will show; empty once the article is removed.
    Column("version", String(40), nullable=False),
    Column("removed_at", String(40), nullable=False, default=""),
)
_versions = Table(
    "versions",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("version", String(40), primary_key=True),
    Column("title", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("organisation_inferred", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("date", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("page_starts", JSON, nullable=False),
    Column("cleaner", Integer, nullable=False),
    Column("added_at", String(40), nullable=False),
)


class ArticleStore:
    """Articles by id; each change of text makes a version, which is never changed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, article: Article) -> bool:
        """Store an article as current; return whether its text or metadata changed."""
        with self._engine.begin() as connection:
            if self._find(connection, article.id) == article:
                return False
            row = connection.execute(
                select(_articles.c.id).where(_articles.c.id == article.id)
            ).first()
            values = {"version": article.version, "removed_at": ""}
            if row is None:
                connection.execute(insert(_articles).values(id=article.id, **values))
            else:
                connection.execute(
                    update(_articles).where(_articles.c.id == article.id).values(**values)
                )
            connection.execute(
                delete(_versions).where(
                    _versions.c.article_id == article.id, _versions.c.version == article.version
                )
            )
            connection.execute(insert(_versions).values(**_version_row(article)))
        return True

    def remove(self, article_id: str) -> None:
        """Take an article out of the next snapshot; ArticleNotFound when it is not there."""
        with self._engine.begin() as connection:
            done = connection.execute(
                update(_articles)
                .where(_articles.c.id == article_id, _articles.c.removed_at == "")
                .values(version="", removed_at=_now())
            )
            if not done.rowcount:
                raise ArticleNotFound(f"There is no article {article_id!r}.")

    def get(self, article_id: str, version: str = "") -> Article:
        """Return an article's current version or the named one; ArticleNotFound if none."""
        with self._engine.connect() as connection:
            article = self._find(connection, article_id, version)
        if article is None:
            which = f"version {version!r} of article" if version else "article"
            raise ArticleNotFound(f"There is no {which} {article_id!r}.")
        return article

    def articles(self) -> list[Article]:
        """Return the current articles in order of id."""
        query = (
            select(_versions)
            .join(
                _articles,
                (_articles.c.id == _versions.c.article_id)
                & (_articles.c.version == _versions.c.version),
            )
            .order_by(_articles.c.id)
        )
        with self._engine.connect() as connection:
            return [_article(row) for row in connection.execute(query)]

    def removed(self) -> dict[str, str]:
        """Return the ids of removed articles with the time of removal."""
        query = select(_articles.c.id, _articles.c.removed_at).where(_articles.c.removed_at != "")
        with self._engine.connect() as connection:
            return {row.id: row.removed_at for row in connection.execute(query)}

    def versions(self, article_id: str) -> list[str]:
        """Return the versions kept of an article, oldest first."""
        query = (
            select(_versions.c.version)
            .where(_versions.c.article_id == article_id)
            .order_by(_versions.c.added_at)
        )
        with self._engine.connect() as connection:
            return list(connection.scalars(query))

    def purge(self, article_id: str) -> int:
        """Delete every version of a removed article; return how many there were."""
        with self._engine.begin() as connection:
            return connection.execute(
                delete(_versions).where(_versions.c.article_id == article_id)
            ).rowcount

    @staticmethod
    def _find(connection: Connection, article_id: str, version: str = "") -> Article | None:
        wanted = version or (
            select(_articles.c.version).where(_articles.c.id == article_id).scalar_subquery()
        )
        row = connection.execute(
            select(_versions).where(
                _versions.c.article_id == article_id, _versions.c.version == wanted
            )
        ).first()
        return None if row is None else _article(row)


def _version_row(article: Article) -> dict[str, object]:
    return {
        "article_id": article.id,
        "version": article.version,
        "title": article.title,
        "organisation": article.organisation,
        "organisation_inferred": article.organisation_inferred,
        "source": article.source,
        "date": article.date,
        "text": article.text,
        "page_starts": list(article.page_starts),
        "cleaner": CLEANER_VERSION,
        "added_at": _now(),
    }


def _article(row: Row[tuple[object, ...]]) -> Article:
    return Article(
        id=row.article_id,
        title=row.title,
        text=row.text,
        organisation=row.organisation,
        organisation_inferred=row.organisation_inferred,
        source=row.source,
        date=row.date,
        page_starts=tuple(row.page_starts),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
