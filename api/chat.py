"""Conversations over HTTP, as JSON or as a stream of events."""

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from sse_starlette import EventSourceResponse, ServerSentEvent

from api.access import Admitted
from api.answers import TheParts, ThePipeline
from api.metrics import observe_answer
from api.problem_responses import ASKING, problems
from api.problems import UNEXPECTED, problem_fields, status_of
from api.requests import ChatRequest, PlainText
from api.responses import ChatAnswerOut, ConversationOut, answer_out
from corpus.errors import CoopQaError
from qa import pipeline
from qa.assemble import Parts
from qa.conversation import HISTORY_TURNS, PastTurn
from qa.pipeline import Pipeline

router = APIRouter(prefix="/v1/chat", tags=["conversations"])

_log = logging.getLogger(__name__)
_HEARTBEAT_S = 15


class _Abandoned(Exception):
    """The person who asked has gone."""


@router.post(
    "",
    response_model=ChatAnswerOut,
    responses={**problems(*ASKING), 200: {"content": {"text/event-stream": {}}}},
)
async def chat(
    asked: ChatRequest, request: Request, parts: TheParts, running: ThePipeline, _: Admitted
) -> Any:
    """Answer one message of a conversation.

    With `Accept: text/event-stream` the events are `status`, `answer`, `done`, or `error`.
    """
    past = await run_in_threadpool(_past, asked, parts) if asked.conversation else []
    if "text/event-stream" in request.headers.get("accept", ""):
        events = _events(asked, past, request, parts, running)
        return EventSourceResponse(
            events, ping=_HEARTBEAT_S, headers={"X-Accel-Buffering": "no"}, sep="\n"
        )
    return await run_in_threadpool(_reply, asked, past, parts, running)


@router.get("/{conversation}", response_model=ConversationOut, responses=problems(404, 422))
def conversation(conversation: PlainText, parts: TheParts) -> dict[str, Any]:
    """Return the turns of a conversation, oldest first."""
    turns = parts.conversations.turns(conversation)
    return {
        "conversation": conversation,
        "turns": [
            {"turn": t.number, "message": t.message, "answer": json.loads(t.answer)} for t in turns
        ],
    }


@router.delete("/{conversation}", status_code=HTTPStatus.NO_CONTENT, responses=problems(404, 422))
def forget(conversation: PlainText, parts: TheParts) -> Response:
    """Delete a conversation for good."""
    parts.conversations.delete(conversation)
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _past(asked: ChatRequest, parts: Parts) -> list[PastTurn]:
    turns = parts.conversations.turns(str(asked.conversation), HISTORY_TURNS)
    # What was typed keeps names that the standalone form may have put into other words.
    shown = [(turn.message, json.loads(turn.answer)) for turn in turns]
    return [PastTurn(typed, a["answer"]) for typed, a in shown if a["status"] != "small_talk"]


def _reply(
    asked: ChatRequest,
    past: list[PastTurn],
    parts: Parts,
    running: Pipeline,
    progress: Callable[[str], None] = lambda _step: None,
) -> dict[str, Any]:
    question = pipeline.Request(
        question=asked.message,
        history=past,
        article_ids=frozenset(asked.article_ids) if asked.article_ids else None,
        lang=asked.lang,
        standalone=asked.standalone,
    )
    answer = running.answer(question, progress)
    observe_answer(answer)
    conversation = asked.conversation or parts.conversations.begin()
    payload = answer_out(answer, parts.settings.public_url)
    stored = json.dumps(payload, ensure_ascii=False)
    turn = parts.conversations.add(conversation, asked.message, stored)
    return {**payload, "conversation": conversation, "turn": turn}


async def _events(
    asked: ChatRequest,
    past: list[PastTurn],
    request: Request,
    parts: Parts,
    running: Pipeline,
) -> AsyncIterator[ServerSentEvent]:
    """Yield the steps of the work as they happen, then the answer.

    When the client goes away the generator is closed, and the next step gives the work up.
    """
    loop = asyncio.get_running_loop()
    steps: asyncio.Queue[str | None] = asyncio.Queue()
    gone = threading.Event()

    def progress(step: str) -> None:
        if gone.is_set():
            raise _Abandoned
        loop.call_soon_threadsafe(steps.put_nowait, step)

    def ended(done: asyncio.Future[dict[str, Any]]) -> None:
        # Looked at, or asyncio reports the error of abandoned work as one that nobody handled.
        _ = done.cancelled() or done.exception()
        steps.put_nowait(None)

    work = asyncio.ensure_future(run_in_threadpool(_reply, asked, past, parts, running, progress))
    work.add_done_callback(ended)
    try:
        yield _event("status", {"status": "received"})
        while step := await steps.get():
            yield _event("status", {"status": step})
        yield _event("answer", await work)
        yield _event("done", {})
    except CoopQaError as error:
        yield _event("error", problem_fields(request, status_of(error), str(error)))
    except Exception:
        _log.exception("request %s failed", request.state.request_id)
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        yield _event("error", problem_fields(request, status, UNEXPECTED))
    finally:
        gone.set()


def _event(name: str, fields: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(fields, ensure_ascii=False), event=name)
