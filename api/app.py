"""The web application: routes, errors, origins."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from api import (
    admin,
    admin_page,
    admin_snapshots,
    answers,
    articles,
    chat,
    completions,
    feedback,
    health,
    pages,
    problems,
)
from api.access import Gatekeeper
from api.admin_page import ReportCookie
from api.limits import Edge
from api.publication_job import PublicationJobs
from api.uploads import clear_unfinished
from corpus.errors import CoopQaError
from qa.assemble import Parts
from qa.pipeline import Request

_log = logging.getLogger(__name__)

_DESCRIPTION = (
    "Questions in Vietnamese, as people type them, answered with passages cut word for word from "
    "articles. Offsets are half-open and count Unicode code points in the article's cleaned text."
)


def create_app(parts: Parts) -> FastAPI:
    """Return the application for one set of parts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.pipeline = parts.pipeline()
        parts.conversations.expire()
        clear_unfinished(parts.settings.data_dir)
        warm_up(app, parts)
        yield
        await app.state.publications.stop()

    app = FastAPI(
        title="coop-qa",
        version="0.1.0",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.parts = parts
    app.state.gatekeeper = Gatekeeper(parts.settings)
    app.state.report_cookie = ReportCookie()
    app.state.publications = PublicationJobs(parts.settings)
    # Reading a large PDF takes a core and much memory, so one upload is read at a time.
    app.state.reading = asyncio.Semaphore(1)
    problems.install(app)
    # The order matters: /v1/chat/completions must not be taken for a conversation.
    for module in (answers, articles, completions, chat, feedback, health, pages):
        app.include_router(module.router)
    # Without a key they answer 404, and the schema does not speak of them.
    with_keeper = bool(parts.settings.admin_key.get_secret_value())
    for module in (admin, admin_snapshots, admin_page):
        app.include_router(module.router, include_in_schema=with_keeper)
    app.add_middleware(Edge, settings=parts.settings)
    # Outermost, so that a page of another origin can read refusals too.
    if parts.settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(parts.settings.origins),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["authorization", "content-type", "accept"],
            expose_headers=["x-request-id", "retry-after"],
            max_age=600,
        )
    return app


def warm_up(app: FastAPI, parts: Parts) -> None:
    """Answer one question, so that the first person who asks does not wait for the models."""
    try:
        app.state.pipeline.answer(Request("hợp tác quốc tế với nước nào"))
    except CoopQaError as error:
        # The server still starts: /readyz says what is wrong, and a published snapshot is taken up.
        _log.warning("not ready: %s", error)
    else:
        _log.info("ready with snapshot %s", parts.live().snapshot.id)
