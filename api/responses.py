"""What leaves over HTTP."""

from typing import Any, Literal

from pydantic import BaseModel

from qa.answer import Answer, Citation, Suggestion


class SpanOut(BaseModel):
    """A text that answers, and the citation that supports it."""

    text: str
    article_id: str
    start: int
    end: int
    score: float
    citation: int


class CitationOut(BaseModel):
    """A place in one version of an article."""

    number: int
    article_id: str
    article_version: str
    title: str
    organisation: str
    date: str
    source: str
    heading: str
    page: int | None
    start: int
    end: int
    quote: str
    url: str


class SuggestionOut(BaseModel):
    """A near passage that is not an answer."""

    article_id: str
    title: str
    organisation: str
    date: str
    heading: str
    quote: str
    url: str


class TimingOut(BaseModel):
    """Milliseconds of each step."""

    retrieve: float
    read: float
    total: float


class AnswerOut(BaseModel):
    """An answer, cut word for word from articles, or a plain refusal."""

    status: Literal["answered", "no_answer", "small_talk", "clarify"]
    answer: str
    message: str
    confidence: float
    question: str
    found: int
    spans: list[SpanOut]
    citations: list[CitationOut]
    suggestions: list[SuggestionOut]
    snapshot: str
    timing_ms: TimingOut


class ChatAnswerOut(AnswerOut):
    """An answer with its place in a conversation."""

    conversation: str
    turn: int


class TurnOut(BaseModel):
    """One message with the answer that was sent."""

    turn: int
    message: str
    answer: AnswerOut


class ConversationOut(BaseModel):
    """The last turns of a conversation, oldest first."""

    conversation: str
    turns: list[TurnOut]


class HitOut(BaseModel):
    """A passage found."""

    article_id: str
    passage_id: str
    start: int
    end: int
    text: str
    score: float


class SearchOut(BaseModel):
    """Passages, best first."""

    hits: list[HitOut]


class VerifyOut(BaseModel):
    """Whether a quotation stands where it says, and whether its version is the live one."""

    valid: bool
    current: bool
    reason: (
        Literal[
            "unknown_article",
            "removed_article",
            "unknown_version",
            "out_of_range",
            "different_text",
        ]
        | None
    ) = None


class ArticleOut(BaseModel):
    """An article without its text."""

    id: str
    version: str
    title: str
    organisation: str
    source: str
    date: str
    length_chars: int


class ArticleTextOut(ArticleOut):
    """An article with the cleaned text that offsets count in."""

    text: str


class ArticlesOut(BaseModel):
    """The articles of the live snapshot."""

    articles: list[ArticleOut]


def answer_out(answer: Answer, public_url: str) -> dict[str, Any]:
    """Return an answer as the fields of AnswerOut."""
    return {
        "status": answer.status.value,
        "answer": answer.text,
        "message": answer.message,
        "confidence": round(answer.confidence, 4),
        "question": answer.question,
        "found": answer.found,
        "spans": [
            {
                "text": span.text,
                "article_id": span.article_id,
                "start": span.start,
                "end": span.end,
                "score": round(span.score, 4),
                "citation": span.citation,
            }
            for span in answer.spans
        ],
        "citations": [_citation_out(c, public_url) for c in answer.citations],
        "suggestions": [_suggestion_out(s, public_url) for s in answer.suggestions],
        "snapshot": answer.snapshot,
        "timing_ms": {
            "retrieve": answer.timing.retrieve,
            "read": answer.timing.read,
            "total": answer.timing.total,
        },
    }


def citation_url(place: Citation | Suggestion, public_url: str) -> str:
    """Return the address of the reading page that marks a place."""
    place_query = f"v={place.article_version}&start={place.start}&end={place.end}"
    return f"{public_url.rstrip('/')}/articles/{place.article_id}?{place_query}"


def _citation_out(citation: Citation, public_url: str) -> dict[str, Any]:
    fields = (f for f in CitationOut.model_fields if f != "url")
    return {
        **{name: getattr(citation, name) for name in fields},
        "url": citation_url(citation, public_url),
    }


def _suggestion_out(suggestion: Suggestion, public_url: str) -> dict[str, Any]:
    fields = (f for f in SuggestionOut.model_fields if f != "url")
    return {
        **{name: getattr(suggestion, name) for name in fields},
        "url": citation_url(suggestion, public_url),
    }
