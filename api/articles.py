"""The routes that show what the service knows."""

from typing import Any

from fastapi import APIRouter

from api.answers import TheParts
from api.problem_responses import problems
from api.requests import PlainText
from api.responses import ArticleOut, ArticlesOut, ArticleTextOut
from corpus.article import Article
from corpus.errors import ArticleGone, ArticleNotFound
from qa.assemble import Parts

router = APIRouter(tags=["articles"])


@router.get("/v1/articles", responses=problems(503))
def articles(parts: TheParts) -> ArticlesOut:
    """List the articles of the live snapshot."""
    live = parts.live().snapshot.table.articles
    return ArticlesOut(articles=[ArticleOut(**_fields(live[i])) for i in sorted(live)])


@router.get("/v1/articles/{article_id}", responses=problems(404, 410, 422, 503))
def article(article_id: PlainText, parts: TheParts, version: PlainText = "") -> ArticleTextOut:
    """Return an article with its text: the live version, or the one named."""
    found, _ = article_version(parts, article_id, version)
    return ArticleTextOut(**_fields(found), text=found.text)


def article_version(parts: Parts, article_id: str, version: str) -> tuple[Article, bool]:
    """Return a version of an article and whether it is the live one; "" means the live one.

    Raises:
        ArticleGone: the article was removed for good.
        ArticleNotFound: there is no such article or version.
    """
    live = parts.live().snapshot.table.articles.get(article_id)
    if live and version in ("", live.version):
        return live, True
    try:
        if not version:
            raise ArticleNotFound(f"There is no article {article_id!r}.")
        return parts.store.get(article_id, version), False
    except ArticleNotFound:
        if live is None and article_id in parts.store.removed():
            raise ArticleGone(f"The article {article_id!r} was removed.") from None
        raise


def _fields(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "version": article.version,
        "title": article.title,
        "organisation": article.organisation,
        "source": article.source,
        "date": article.date,
        "length_chars": len(article.text),
    }
