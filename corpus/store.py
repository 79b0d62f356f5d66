"""The articles and all their versions: the truth from which snapshots are built."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import Connection, Engine, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from corpus.article import Article
from corpus.article_tables import ARTICLES, VERSIONS, article_of, now, version_row
from corpus.errors import ArticleNotFound


class ArticleStore:
    """Articles by id; each change of text makes a version, which is never changed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, article: Article) -> bool:
        """Store an article as current; return whether its text or metadata changed."""
        try:
            return self._put(article)
        except IntegrityError:
            # Another process has just put the first article of this id.
            return self._put(article)

    def _put(self, article: Article) -> bool:
        with self._engine.begin() as connection:
            if self._find(connection, article.id) == article:
                return False
            values = {"version": article.version, "removed_at": ""}
            known = connection.execute(
                update(ARTICLES).where(ARTICLES.c.id == article.id).values(**values)
            )
            if not known.rowcount:
                connection.execute(insert(ARTICLES).values(id=article.id, **values))
            connection.execute(
                delete(VERSIONS).where(
                    VERSIONS.c.article_id == article.id, VERSIONS.c.version == article.version
                )
            )
            connection.execute(insert(VERSIONS).values(**version_row(article)))
        return True

    def remove(self, article_id: str) -> None:
        """Take an article out of the next snapshot; ArticleNotFound when it is not there."""
        with self._engine.begin() as connection:
            done = connection.execute(
                update(ARTICLES)
                .where(ARTICLES.c.id == article_id, ARTICLES.c.removed_at == "")
                .values(version="", removed_at=now())
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
        query = select(VERSIONS).join(
            ARTICLES,
            (ARTICLES.c.id == VERSIONS.c.article_id) & (ARTICLES.c.version == VERSIONS.c.version),
        )
        with self._engine.connect() as connection:
            articles = [article_of(row) for row in connection.execute(query)]
        # Not by the database, whose order of letters is its own.
        return sorted(articles, key=lambda article: article.id)

    def removed(self) -> dict[str, str]:
        """Return the ids of removed articles with the time of removal."""
        query = select(ARTICLES.c.id, ARTICLES.c.removed_at).where(ARTICLES.c.removed_at != "")
        with self._engine.connect() as connection:
            return {row.id: row.removed_at for row in connection.execute(query)}

    def versions(self, article_id: str) -> list[str]:
        """Return the versions kept of an article, oldest first."""
        query = (
            select(VERSIONS.c.version)
            .where(VERSIONS.c.article_id == article_id)
            .order_by(VERSIONS.c.added_at)
        )
        with self._engine.connect() as connection:
            return list(connection.scalars(query))

    def purge(self, article_id: str) -> int:
        """Delete every version of an article that is removed; return how many there were."""
        removed = select(ARTICLES.c.id).where(ARTICLES.c.removed_at != "")
        with self._engine.begin() as connection:
            # Waits for the answers that are being stored, see `gone_articles`.
            connection.execute(removed.where(ARTICLES.c.id == article_id).with_for_update())
            return connection.execute(
                delete(VERSIONS).where(
                    VERSIONS.c.article_id == article_id, VERSIONS.c.article_id.in_(removed)
                )
            ).rowcount

    def drop_versions(self, count: int, kept: Collection[tuple[str, str]]) -> int:
        """Delete all but the newest versions of each article; return how many went.

        The current version stays, and so do the pairs of article and version in `kept`.
        """
        every = select(VERSIONS.c.article_id, VERSIONS.c.version, ARTICLES.c.version).join(ARTICLES)
        seen: Counter[str] = Counter()
        doomed: list[tuple[str, str]] = []
        with self._engine.begin() as connection:
            for article, version, current in connection.execute(
                every.order_by(VERSIONS.c.added_at.desc())
            ):
                seen[article] += 1
                if seen[article] > count and version != current and (article, version) not in kept:
                    doomed.append((article, version))
            for article, version in doomed:
                connection.execute(
                    delete(VERSIONS).where(
                        VERSIONS.c.article_id == article, VERSIONS.c.version == version
                    )
                )
        return len(doomed)

    @staticmethod
    def _find(connection: Connection, article_id: str, version: str = "") -> Article | None:
        wanted = version or (
            select(ARTICLES.c.version).where(ARTICLES.c.id == article_id).scalar_subquery()
        )
        row = connection.execute(
            select(VERSIONS).where(
                VERSIONS.c.article_id == article_id, VERSIONS.c.version == wanted
            )
        ).first()
        return None if row is None else article_of(row)


def gone_articles(connection: Connection, article_ids: Collection[str]) -> set[str]:
    """Return those of these articles whose removal is final: not one version is left.

    What the caller then stores is seen by whoever purges one of them, who waits for its commit: in
    SQLite if the caller has written before, in PostgreSQL by the lock on the articles.
    """
    ours = select(ARTICLES.c.id).where(ARTICLES.c.id.in_(article_ids))
    connection.execute(ours.order_by(ARTICLES.c.id).with_for_update(read=True))
    return set(
        connection.scalars(
            ours.where(
                ARTICLES.c.removed_at != "",
                ~exists().where(VERSIONS.c.article_id == ARTICLES.c.id),
            )
        )
    )
