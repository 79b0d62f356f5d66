"""What enters over HTTP; unknown fields are errors."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from qa.conversation import HISTORY_TURNS, PastTurn
from qa.question import MAX_QUESTION_CHARS

_HISTORY_MAX_CHARS = 20_000

Lang = Literal["vi", "en"]


def _is_text(value: str) -> str:
    if re.search("[\x00\ud800-\udfff]", value):
        raise PydanticCustomError("not_text", "NUL and lone surrogates are not text")
    return value


IsText = AfterValidator(_is_text)
PlainText = Annotated[str, IsText]
QuestionText = Annotated[str, Field(min_length=1, max_length=MAX_QUESTION_CHARS), IsText]
ArticleIds = Annotated[list[PlainText], Field(min_length=1, max_length=1000)]


class Strict(BaseModel):
    """Base of every request: fields that are not known are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class HistoryTurn(Strict):
    """An earlier question with the answer that was shown."""

    question: QuestionText
    answer: Annotated[str, Field(max_length=_HISTORY_MAX_CHARS), IsText] = ""


def _kind_of_turn(value: Any) -> str:
    return "text" if isinstance(value, str) else "turn"


# Told apart here, so that an error names the one kind that was meant.
Earlier = Annotated[
    Annotated[QuestionText, Tag("text")] | Annotated[HistoryTurn, Tag("turn")],
    Discriminator(_kind_of_turn),
]


class AskRequest(Strict):
    """One question."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "Chính phủ Bỉ tài trợ bao nhiêu tiền?"},
                {
                    "question": "Còn Hàn Quốc thì sao?",
                    "history": ["Bệnh viện 108 hợp tác với Nhật Bản thế nào?"],
                },
            ]
        }
    )

    question: QuestionText
    history: Annotated[list[Earlier], Field(max_length=1000)] = []
    article_ids: ArticleIds | None = None
    top_k: Annotated[int, Field(ge=1, le=20, strict=True)] = 5
    lang: Lang = "vi"

    def past(self) -> list[PastTurn]:
        """Return the turns that count, oldest first."""
        return [
            PastTurn(turn) if isinstance(turn, str) else PastTurn(turn.question, turn.answer)
            for turn in self.history[-HISTORY_TURNS:]
        ]


class ChatRequest(Strict):
    """One message of a conversation; without an id a new one begins."""

    conversation: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None
    message: QuestionText
    lang: Lang = "vi"
    article_ids: ArticleIds | None = None
    standalone: bool = False


class SearchRequest(Strict):
    """A search without an answer."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"query": "ghép phổi", "top_k": 3}]})

    query: QuestionText
    top_k: Annotated[int, Field(ge=1, le=100, strict=True)] = 10
    article_ids: ArticleIds | None = None


class VerifyRequest(Strict):
    """A quotation to check against the version of the article that it names."""

    article_id: Annotated[str, Field(min_length=1, max_length=400), IsText]
    article_version: Annotated[str, Field(min_length=1, max_length=40), IsText]
    start: Annotated[int, Field(ge=0, strict=True)]
    end: Annotated[int, Field(ge=0, strict=True)]
    quote: Annotated[str, Field(max_length=20_000), IsText]


class FeedbackRequest(Strict):
    """What a member of staff says of an answer."""

    conversation: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None
    turn: Annotated[int, Field(ge=1, strict=True)] | None = None
    question: QuestionText
    answer: Annotated[str, Field(max_length=_HISTORY_MAX_CHARS), IsText]
    snapshot: Annotated[str, Field(max_length=80), IsText]
    verdict: Literal["up", "down"]
    comment: Annotated[str, Field(max_length=2000), IsText] = ""
