"""What staff say of answers."""

import json
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter

from api.access import Admitted
from api.answers import TheParts
from api.problem_responses import BODY, problems
from api.requests import FeedbackRequest
from qa.assemble import Parts
from qa.feedback_store import Verdict

router = APIRouter(tags=["conversations"])


@router.post(
    "/v1/feedback", status_code=HTTPStatus.CREATED, responses=problems(*BODY, 401, 404, 429)
)
def feedback(said: FeedbackRequest, parts: TheParts, _: Admitted) -> dict[str, int]:
    """Store a verdict on an answer, with the citations that the answer had."""
    verdict = Verdict(
        verdict=said.verdict,
        question=said.question,
        answer=said.answer,
        snapshot=said.snapshot,
        comment=said.comment,
        conversation=said.conversation or "",
        turn=said.turn or 0,
        citations=tuple(_citations(said, parts)),
    )
    return {"id": parts.feedback.add(verdict)}


def _citations(said: FeedbackRequest, parts: Parts) -> list[dict[str, Any]]:
    """Return the citations of the turn that the verdict is on, without their quotes."""
    if not said.conversation or not said.turn:
        return []
    turns = parts.conversations.turns(said.conversation)
    answers = [json.loads(turn.answer) for turn in turns if turn.number == said.turn]
    kept = ("article_id", "article_version", "start", "end")
    return [{k: c[k] for k in kept} for a in answers for c in a["citations"]]
