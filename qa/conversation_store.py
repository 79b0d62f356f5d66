"""Conversations kept on the server: their turns in order, until they expire or are deleted."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from corpus.database import metadata
from corpus.errors import ConversationNotFound
from corpus.store import gone_articles
from qa.blank import articles_in, without

_ID_BYTES = 16
_SHOWN_TURNS = 200
_conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("touched_at", String(40), nullable=False, index=True),
)
_turns = Table(
    "turns",
    metadata,
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("message", Text, nullable=False),
    # The answer as it was sent, as JSON: what is restored is what was shown.
    Column("answer", Text, nullable=False),
    Column("at", String(40), nullable=False),
)


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A message and the answer that was sent, as JSON; turns count from 1."""

    number: int
    message: str
    answer: str


class ConversationStore:
    """Conversations by ids that nobody can guess: the id is the only key to one."""

    def __init__(self, engine: Engine, days: int) -> None:
        self._engine = engine
        self._days = days

    def begin(self) -> str:
        """Make a conversation and return its id of 128 random bits."""
        conversation = secrets.token_hex(_ID_BYTES)
        with self._engine.begin() as connection:
            connection.execute(insert(_conversations).values(id=conversation, touched_at=_now()))
        return conversation

    def turns(self, conversation: str, last: int = _SHOWN_TURNS) -> list[StoredTurn]:
        """Return the last turns, oldest first; ConversationNotFound when unknown or expired."""
        query = (
            select(_turns.c.number, _turns.c.message, _turns.c.answer)
            .where(_turns.c.conversation == conversation)
            .order_by(_turns.c.number.desc())
            .limit(last)
        )
        with self._engine.connect() as connection:
            touched = connection.scalar(
                select(_conversations.c.touched_at).where(_conversations.c.id == conversation)
            )
            if touched is None or touched < self._oldest():
                raise ConversationNotFound(
                    "There is no such conversation, or it has expired; start a new one."
                )
            rows = connection.execute(query).all()
        return [StoredTurn(row.number, row.message, row.answer) for row in reversed(rows)]

    def add(self, conversation: str, message: str, answer: str) -> int:
        """Append a turn and return its number."""
        with self._engine.begin() as connection:
            # The row is locked first, so that two messages at once get two numbers.
            found = connection.execute(
                update(_conversations)
                .where(_conversations.c.id == conversation)
                .values(touched_at=_now())
            )
            if not found.rowcount:
                raise ConversationNotFound("The conversation was deleted; start a new one.")
            last = connection.scalar(
                select(func.max(_turns.c.number)).where(_turns.c.conversation == conversation)
            )
            number = int(last or 0) + 1
            # The answer may come from the snapshot that was live before an article was purged.
            if gone := gone_articles(connection, articles_in(answer)):
                answer = without(answer, gone)
            values = {"conversation": conversation, "number": number, "at": _now()}
            connection.execute(insert(_turns).values(**values, message=message, answer=answer))
        return number

    def delete(self, conversation: str) -> None:
        """Delete a conversation with its turns; ConversationNotFound when there is none."""
        with self._engine.begin() as connection:
            connection.execute(delete(_turns).where(_turns.c.conversation == conversation))
            gone = connection.execute(
                delete(_conversations).where(_conversations.c.id == conversation)
            )
            if not gone.rowcount:
                raise ConversationNotFound("There is no such conversation, or it has expired.")

    def citing(self, article_id: str) -> int:
        """Return how many turns hold words of an article."""
        with self._engine.connect() as connection:
            return len(_citing(connection, article_id))

    def blank(self, article_id: str) -> None:
        """Take the words of an article out of every turn."""
        with self._engine.begin() as connection:
            for conversation, number, answer in _citing(connection, article_id):
                connection.execute(
                    update(_turns)
                    .where(_turns.c.conversation == conversation, _turns.c.number == number)
                    .values(answer=without(answer, [article_id]))
                )

    def expire(self) -> int:
        """Delete the conversations that nobody has used for the set number of days."""
        old = select(_conversations.c.id).where(_conversations.c.touched_at < self._oldest())
        with self._engine.begin() as connection:
            connection.execute(delete(_turns).where(_turns.c.conversation.in_(old)))
            return connection.execute(
                delete(_conversations).where(_conversations.c.touched_at < self._oldest())
            ).rowcount

    def _oldest(self) -> str:
        return (datetime.now(UTC) - timedelta(days=self._days)).isoformat()


def _citing(connection: Connection, article_id: str) -> list[tuple[str, int, str]]:
    named = _turns.c.answer.contains(json.dumps(article_id, ensure_ascii=False), autoescape=True)
    rows = connection.execute(
        select(_turns.c.conversation, _turns.c.number, _turns.c.answer).where(named)
    )
    return [(c, number, answer) for c, number, answer in rows if article_id in articles_in(answer)]


def _now() -> str:
    return datetime.now(UTC).isoformat()
