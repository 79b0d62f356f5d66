"""OpenAI-compatible routes, so that tools made for them can ask; fields not used are ignored."""

import json
import secrets
import time
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from api.access import Admitted
from api.answers import TheParts, ThePipeline
from api.markdown import escaped, unescaped
from api.metrics import observe_answer
from api.problem_responses import ASKING, problems
from api.responses import answer_out
from corpus.errors import InvalidQuestion
from qa import pipeline
from qa.conversation import HISTORY_TURNS, PastTurn

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])
MODEL = "coop-qa"


class Message(BaseModel):
    """One message; content may be a text or a list of parts, of which the texts count."""

    model_config = ConfigDict(extra="ignore")

    role: Annotated[str, Field(max_length=40)]
    content: str | list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        """The words of the message."""
        if isinstance(self.content, list):
            return "\n".join(
                str(p.get("text", "")) for p in self.content if p.get("type") == "text"
            )
        return self.content or ""


class CompletionRequest(BaseModel):
    """A chat completion; sampling parameters have no meaning here, since nothing is generated."""

    model_config = ConfigDict(extra="ignore")

    messages: Annotated[list[Message], Field(min_length=1, max_length=1000)]
    stream: bool | None = False


@router.get("/models")
def models() -> dict[str, Any]:
    """List the one model."""
    return {
        "object": "list",
        "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "coop-qa"}],
    }


@router.post(
    "/chat/completions",
    response_model=None,
    responses={**problems(*ASKING), 200: {"content": {"text/event-stream": {}}}},
)
def complete(
    asked: CompletionRequest, parts: TheParts, running: ThePipeline, _: Admitted
) -> dict[str, Any] | StreamingResponse:
    """Answer the last message of the user; citations are footnotes, and in full in `coopqa`."""
    asking = [m for m in asked.messages if m.role == "user"]
    if not asking:
        raise InvalidQuestion("There is no message of the role user.")
    answer = running.answer(pipeline.Request(asking[-1].text, history=_past(asked.messages)))
    observe_answer(answer)
    payload = answer_out(answer, parts.settings.public_url)
    head = {
        "id": f"chatcmpl-{secrets.token_hex(12)}",
        "created": int(time.time()),
        "model": MODEL,
    }
    content = _with_footnotes(payload)
    if asked.stream:
        chunks = _chunks(head, content, payload)
        return StreamingResponse(chunks, media_type="text/event-stream; charset=utf-8")
    message = {"role": "assistant", "content": content}
    return {
        **head,
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        "coopqa": payload,
    }


def _past(messages: list[Message]) -> list[PastTurn]:
    """Return the earlier questions with the answers that followed them, without footnotes."""
    turns: list[PastTurn] = []
    for message in messages:
        if message.role == "user":
            turns.append(PastTurn(message.text))
        elif message.role == "assistant" and turns:
            shown = message.text.split("\n\n[^1]:")[0]
            turns[-1] = PastTurn(turns[-1].question, unescaped(shown))
    return [turn for turn in turns[:-1] if turn.question.strip()][-HISTORY_TURNS:]


def _with_footnotes(payload: dict[str, Any]) -> str:
    if payload["status"] != "answered":
        return str(payload["message"])
    lines = [f"{escaped(span['text'])} [^{span['citation']}]" for span in payload["spans"]]
    # Markdown shows no note that nothing refers to: copies are named behind the last span.
    named = {span["citation"] for span in payload["spans"]}
    further = [c["number"] for c in payload["citations"] if c["number"] not in named]
    lines[-1] += "".join(f" [^{number}]" for number in further)
    notes = [
        f"[^{c['number']}]: “{escaped(c['quote'])}” — {escaped(c['organisation'])}, "
        f"[{escaped(c['title'])}]({c['url']})"
        for c in payload["citations"]
    ]
    return "\n".join(lines) + "\n\n" + "\n".join(notes)


def _chunks(head: dict[str, Any], content: str, payload: dict[str, Any]) -> Iterator[str]:
    base = {**head, "object": "chat.completion.chunk"}
    deltas: list[tuple[dict[str, str], str | None]] = [({"role": "assistant", "content": ""}, None)]
    deltas += [({"content": line}, None) for line in content.splitlines(keepends=True)]
    for delta, reason in [*deltas, ({}, "stop")]:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        extra = {"coopqa": payload} if reason else {}
        yield f"data: {json.dumps({**base, 'choices': [choice], **extra}, ensure_ascii=False)}\n\n"
    yield "data: [DONE]\n\n"
