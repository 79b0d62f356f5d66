"""How articles and their versions lie in the SQL database."""

from datetime import UTC, datetime

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, Row, String, Table, Text

from corpus.article import Article
from corpus.clean import CLEANER_VERSION
from corpus.database import metadata

ARTICLES = Table(
    "articles",
    metadata,
    Column("id", String(400), primary_key=True),
    # The version that the next snapshot will show; empty once the article is removed.
    Column("version", String(40), nullable=False),
    Column("removed_at", String(40), nullable=False, default=""),
)
VERSIONS = Table(
    "versions",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("version", String(40), primary_key=True),
    Column("title", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("organisation_inferred", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("date", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("page_starts", JSON, nullable=False),
    Column("cleaner", Integer, nullable=False),
    Column("added_at", String(40), nullable=False),
)


def version_row(article: Article) -> dict[str, object]:
    """Return the row of an article's version."""
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
        "added_at": now(),
    }


def article_of(row: Row[tuple[object, ...]]) -> Article:
    """Return the article of a version's row."""
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


def now() -> str:
    """Return the time as it is stored; texts sort as the times do."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
