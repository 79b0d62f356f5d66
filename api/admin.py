"""The keeper's routes for articles: take in, remove, see what waits for publication."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.access import AdminOnly
from api.admin_schemas import (
    ChangeOut,
    DuplicateOut,
    PendingOut,
    RemovalOut,
    UnderstoodOut,
    UploadOut,
    UploadQuery,
)
from api.answers import TheParts
from api.problem_responses import problems
from api.requests import IsText
from api.uploads import BODY, Upload, received
from corpus.article import Article
from corpus.errors import ArticleGone, ArticleNotFound, SnapshotMissing
from corpus.folder import read_article
from corpus.intake import Change, as_stored, change_to, check_id, put, take_out
from corpus.near_duplicates import near_duplicates
from index.pending import pending
from index.snapshot import Snapshot
from qa.assemble import Parts
from qa.pipeline import Pipeline

router = APIRouter(tags=["keeper"], dependencies=[AdminOnly])

ArticleId = Annotated[str, Path(max_length=400), IsText]
_OPENING_CHARS = 400
_QUERY_CHARS = 300
_CANDIDATES = 20


@router.put(
    "/v1/articles/{article_id}",
    responses={
        201: {"model": UploadOut, "description": "The article is new."},
        **problems(401, 413, 415, 422, 507),
    },
    openapi_extra=BODY,
)
async def put_article(
    article_id: ArticleId,
    query: Annotated[UploadQuery, Query()],
    request: Request,
    response: Response,
    parts: TheParts,
) -> UploadOut:
    """Store a file as the current version of an article; nobody sees it before publication.

    The file is the body with its content type, its metadata in the query; or the part `file` of a
    form, with metadata in other parts. With `dry_run` nothing is stored.
    """
    check_id(article_id)
    state = request.app.state
    sent = received(request, parts.settings.data_dir, article_id, query)
    async with sent as upload, state.reading:
        done = await run_in_threadpool(
            _take, parts, state.pipeline, article_id, upload, query.dry_run
        )
    if done.stored and done.change.kind == "added":
        response.status_code = 201
    return done


@router.delete("/v1/articles/{article_id}", status_code=202, responses=problems(401, 404, 410, 422))
def delete_article(article_id: ArticleId, parts: TheParts) -> RemovalOut:
    """Remove an article with the next publication, which makes it final."""
    try:
        change = take_out(parts.store, article_id)
    except ArticleNotFound as error:
        if article_id in parts.store.removed():
            raise ArticleGone(str(error)) from None
        raise
    live = live_articles_of(parts)
    return RemovalOut(change=_change_out(change, live), pending=len(pending(parts.store, live)))


@router.get("/v1/pending", responses=problems(401, 503))
def show_pending(parts: TheParts) -> PendingOut:
    """Show what the next publication changes for users."""
    shown = _shown(parts)
    live = live_articles_of(parts)
    changes = [_change_out(c, live) for c in pending(parts.store, live)]
    return PendingOut(live=shown.id if shown else "", changes=changes)


@router.delete("/v1/pending/{article_id}", responses=problems(401, 404, 422))
def drop_pending(article_id: ArticleId, parts: TheParts) -> PendingOut:
    """Make an article again what users see now; an addition is undone by removing the article."""
    shown = live_articles_of(parts).get(article_id)
    if shown is None:
        raise ArticleNotFound(
            f"Users see no article {article_id!r}, so there is nothing to go back to."
        )
    put(parts.store, shown)
    return show_pending(parts)


def live_articles_of(parts: Parts) -> Mapping[str, Article]:
    """Return the articles that users see; none before the first publication."""
    shown = _shown(parts)
    return shown.table.articles if shown else {}


def _shown(parts: Parts) -> Snapshot | None:
    try:
        return parts.live().snapshot
    except SnapshotMissing:
        return None


def _take(
    parts: Parts, pipeline: Pipeline, article_id: str, upload: Upload, dry_run: bool
) -> UploadOut:
    article = as_stored(parts.store, read_article(upload.path, article_id, upload.stated))
    change = change_to(parts.store, article) if dry_run else put(parts.store, article)
    live = live_articles_of(parts)
    return UploadOut(
        stored=not dry_run,
        change=_change_out(change, live),
        article=_understood(article),
        duplicates=_duplicates(parts, pipeline, article),
        pending=len(pending(parts.store, live)),
    )


def _duplicates(parts: Parts, pipeline: Pipeline, article: Article) -> list[DuplicateOut]:
    """Return the articles that say nearly the same, among those that a search for it finds."""
    query = " ".join(f"{article.title} {article.text}".split())[:_QUERY_CHARS]
    try:
        found = {hit.article.id for hit in pipeline.search(query, _CANDIDATES)}
    except SnapshotMissing:
        found = set()
    others = {
        a.id: a
        for a in parts.store.articles()
        if a.id != article.id and (a.id in found or a.version == article.version)
    }
    pairs = near_duplicates([article, *others.values()])
    about = [(p, ({p.first, p.second} - {article.id}).pop()) for p in pairs
             if article.id in (p.first, p.second)]  # fmt: skip
    return [
        DuplicateOut(
            article_id=other,
            title=others[other].title,
            similarity=round(pair.similarity, 3),
            same_text=pair.same_text,
        )
        for pair, other in about
    ]


def _understood(article: Article) -> UnderstoodOut:
    return UnderstoodOut(
        title=article.title,
        organisation=article.organisation,
        organisation_inferred=article.organisation_inferred,
        source=article.source,
        date=article.date,
        length_chars=len(article.text),
        opening=article.text[:_OPENING_CHARS],
    )


def _change_out(change: Change, live: Mapping[str, Article]) -> ChangeOut:
    shown = live.get(change.article_id)
    return ChangeOut(
        article_id=change.article_id,
        kind=change.kind,
        title=change.title,
        old_title=shown.title if shown else "",
        version=change.version,
        old_version=change.old_version,
        length_chars=change.length_chars,
        old_length_chars=change.old_length_chars,
        parts=list(change.parts),
    )
