"""What an answer is: spans and citations that are slices of articles, or a plain refusal."""

from dataclasses import dataclass
from enum import StrEnum

from corpus.article import Article
from corpus.errors import SnapshotDamaged


class Status(StrEnum):
    """What kind of answer it is."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    SMALL_TALK = "small_talk"
    CLARIFY = "clarify"


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in one version of an article; offsets count code points, half-open."""

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


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """A text that answers, the citation that supports it, and how sure the reader is (0 to 1)."""

    text: str
    article_id: str
    start: int
    end: int
    score: float
    citation: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A passage near to the question that is not claimed to answer it."""

    article_id: str
    article_version: str
    title: str
    organisation: str
    date: str
    heading: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the steps took, in milliseconds."""

    retrieve: float
    read: float
    total: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that is said in reply to one question.

    `question` is the standalone question that was searched; `message` is ours and never an
    article's. Spans and citations are empty unless the status is `answered`.
    """

    status: Status
    question: str
    message: str
    confidence: float
    found: int
    spans: tuple[AnswerSpan, ...]
    citations: tuple[Citation, ...]
    suggestions: tuple[Suggestion, ...]
    snapshot: str
    timing: Timing

    @property
    def text(self) -> str:
        """The text to show: the spans joined by newlines."""
        return "\n".join(span.text for span in self.spans)


def verified(answer: Answer, articles: dict[str, Article]) -> Answer:
    """Return the answer after slicing every citation and span again.

    Raises:
        SnapshotDamaged: a slice differs, which only damaged files can cause.
    """
    for cited in answer.citations:
        if articles[cited.article_id].text[cited.start : cited.end] != cited.quote:
            raise SnapshotDamaged(f"A citation of {cited.article_id!r} is not in its article.")
    for span in answer.spans:
        citation = answer.citations[span.citation - 1]
        inside = citation.start <= span.start and span.end <= citation.end
        if not inside or articles[span.article_id].text[span.start : span.end] != span.text:
            raise SnapshotDamaged(f"A span of {span.article_id!r} is not inside its quote.")
    return answer
