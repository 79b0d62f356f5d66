"""What staff said of answers, kept for the person who reviews them."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    Engine,
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

from corpus.database import metadata
from corpus.errors import NotFound
from corpus.store import gone_articles
from qa.blank import BLANK

_feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    # A verdict may be given again, with a comment: the last one on a turn counts.
    Column("conversation", String(32), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("snapshot", String(80), nullable=False),
    Column("citations", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("reviewed_by", String(200), nullable=False, default=""),
    Column("reviewed_at", String(40), nullable=False, default=""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What somebody said of an answer; `citations` names the places that it cited.

    `turn` is 0 where the answer was not part of a conversation.
    """

    verdict: str
    question: str
    answer: str
    snapshot: str
    comment: str = ""
    conversation: str = ""
    turn: int = 0
    citations: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback(Verdict):
    """A verdict as it is kept; `reviewed_by` is "" until a person has looked at it."""

    id: int
    at: str
    reviewed_by: str = ""
    reviewed_at: str = ""


class FeedbackStore:
    """Verdicts in the order in which they came."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, verdict: Verdict) -> int:
        """Store a verdict and return its number; it replaces an earlier one on the same turn."""
        values = {
            **asdict(verdict),
            "at": _now(),
            "citations": json.dumps(verdict.citations, ensure_ascii=False),
        }
        same_turn = (
            (_feedback.c.turn > 0)
            & (_feedback.c.conversation == verdict.conversation)
            & (_feedback.c.turn == verdict.turn)
        )
        named = {str(c["article_id"]) for c in verdict.citations}
        with self._engine.begin() as connection:
            # Before we look which articles are gone, as that asks of its caller.
            connection.execute(delete(_feedback).where(same_turn))
            if gone_articles(connection, named):
                values["answer"] = BLANK
            key = connection.execute(insert(_feedback).values(**values)).inserted_primary_key
        return int(key[0]) if key else 0

    def all(self) -> list[Feedback]:
        """Return every verdict, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_feedback).order_by(_feedback.c.id)).all()
        return [_from_row(row) for row in rows]

    def quoting(self, article_id: str) -> int:
        """Return how many verdicts hold words of an article that they name."""
        return sum(_quotes(said, article_id, ()) for said in self.all())

    def blank(self, article_id: str, texts: Collection[str]) -> None:
        """Take the words of an article out of every verdict; `texts` are its versions.

        A verdict that names no citation is taken to quote the article if each line of its answer
        stands in it.
        """
        for said in self.all():
            if _quotes(said, article_id, texts):
                with self._engine.begin() as connection:
                    connection.execute(
                        update(_feedback).where(_feedback.c.id == said.id).values(answer=BLANK)
                    )

    def mark_reviewed(self, number: int, reviewer: str) -> None:
        """Record who reviewed a verdict, and when; NotFound when there is no such verdict."""
        with self._engine.begin() as connection:
            done = connection.execute(
                update(_feedback)
                .where(_feedback.c.id == number)
                .values(reviewed_by=reviewer, reviewed_at=_now())
            )
        if not done.rowcount:
            raise NotFound(f"There is no feedback number {number}; see `coopqa feedback list`.")


def _quotes(said: Feedback, article_id: str, texts: Collection[str]) -> bool:
    if said.answer in ("", BLANK):
        return False
    if said.citations:
        return article_id in {c["article_id"] for c in said.citations}
    lines = said.answer.splitlines()
    return any(all(line.strip() in text for line in lines) for text in texts)


def _from_row(row: Row[tuple[object, ...]]) -> Feedback:
    values = {**row._mapping, "citations": tuple(json.loads(row.citations))}
    return Feedback(**values)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
