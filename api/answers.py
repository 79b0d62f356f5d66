"""The routes that answer, search and check quotations."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from api.access import Admitted
from api.metrics import observe_answer
from api.problem_responses import ASKING, BODY, problems
from api.requests import AskRequest, SearchRequest, VerifyRequest
from api.responses import AnswerOut, HitOut, SearchOut, VerifyOut, answer_out
from corpus.errors import ArticleNotFound
from qa import pipeline
from qa.assemble import Parts
from qa.pipeline import Pipeline

router = APIRouter(tags=["questions"])


# Not in threads: nothing here waits, and all threads may be answering.
async def parts_of(request: Request) -> Parts:
    """Return the parts of the running application."""
    parts: Parts = request.app.state.parts
    return parts


async def pipeline_of(request: Request) -> Pipeline:
    """Return the pipeline of the running application."""
    running: Pipeline = request.app.state.pipeline
    return running


TheParts = Annotated[Parts, Depends(parts_of)]
ThePipeline = Annotated[Pipeline, Depends(pipeline_of)]


@router.post("/v1/ask", response_model=AnswerOut, responses=problems(*ASKING))
def ask(asked: AskRequest, parts: TheParts, running: ThePipeline, _: Admitted) -> dict[str, Any]:
    """Answer one question with a passage cut word for word from an article, or say that the
    articles do not say."""
    answer = running.answer(
        pipeline.Request(
            question=asked.question,
            history=asked.past(),
            article_ids=frozenset(asked.article_ids) if asked.article_ids else None,
            top_k=asked.top_k,
            lang=asked.lang,
        )
    )
    observe_answer(answer)
    return answer_out(answer, parts.settings.public_url)


@router.post("/v1/search", responses=problems(*ASKING))
def search(asked: SearchRequest, running: ThePipeline, _: Admitted) -> SearchOut:
    """Return the nearest passages, without an answer."""
    allowed = frozenset(asked.article_ids) if asked.article_ids else None
    found = running.search(asked.query, asked.top_k, allowed)
    return SearchOut(
        hits=[
            HitOut(
                article_id=hit.article.id,
                passage_id=hit.passage.id,
                start=hit.passage.start,
                end=hit.passage.end,
                text=hit.passage.text,
                score=round(hit.score, 6),
            )
            for hit in found
        ]
    )


@router.post("/v1/verify", responses=problems(*BODY, 503))
def verify(quoted: VerifyRequest, parts: TheParts) -> VerifyOut:
    """Check that a quotation stands, word for word, where a citation says."""
    live = parts.live().snapshot.table.articles.get(quoted.article_id)
    current = live is not None and live.version == quoted.article_version
    article = live if current else None
    if article is None:
        try:
            article = parts.store.get(quoted.article_id, quoted.article_version)
        except ArticleNotFound:
            if live is not None or parts.store.versions(quoted.article_id):
                return VerifyOut(valid=False, current=False, reason="unknown_version")
            if quoted.article_id in parts.store.removed():
                return VerifyOut(valid=False, current=False, reason="removed_article")
            return VerifyOut(valid=False, current=False, reason="unknown_article")
    if not quoted.start < quoted.end <= len(article.text):
        return VerifyOut(valid=False, current=current, reason="out_of_range")
    if article.text[quoted.start : quoted.end] != quoted.quote:
        return VerifyOut(valid=False, current=current, reason="different_text")
    return VerifyOut(valid=True, current=current)
