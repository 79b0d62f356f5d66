"""What the system said to one question of a run: one line of `answers.jsonl`."""

from dataclasses import dataclass

from corpus.article import Range


@dataclass(frozen=True, slots=True)
class GivenSpan:
    """A text that was shown, and the number of the citation that supports it (from 1)."""

    text: str
    article_id: str
    start: int
    end: int
    citation: int

    @property
    def range(self) -> Range:
        """Where it stands in its article."""
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class GivenQuote:
    """A quote of an article: a citation, or a suggestion that claims nothing."""

    article_id: str
    article_version: str
    organisation: str
    heading: str
    start: int
    end: int
    quote: str

    @property
    def range(self) -> Range:
        """Where it stands in its article."""
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class GivenHit:
    """A passage that the search returned."""

    passage_id: str
    article_id: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Given:
    """An answer with what was retrieved for it.

    `status` is that of the answer, or `error` with the reason as `message`. `searched` is the
    standalone question. `withheld` is what would have been shown, had it not been refused; it is
    empty where that cannot be known. `broken_quotes` counts the citations and spans that are not,
    word for word, at their place in their article.
    """

    id: str
    status: str
    message: str
    confidence: float
    searched: str
    spans: tuple[GivenSpan, ...] = ()
    citations: tuple[GivenQuote, ...] = ()
    suggestions: tuple[GivenQuote, ...] = ()
    hits: tuple[GivenHit, ...] = ()
    withheld: tuple[GivenSpan, ...] = ()
    broken_quotes: int = 0

    @property
    def answered(self) -> bool:
        """Whether an answer was shown."""
        return self.status == "answered"

    @property
    def text(self) -> str:
        """The answer as shown: the spans joined by newlines."""
        return "\n".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Took:
    """How long one question took, in milliseconds."""

    id: str
    retrieve: float
    read: float
    total: float


def evidence_key(article_id: str, place: Range) -> str:
    """Return the name of a place in an article."""
    return f"{article_id}:{place[0]}-{place[1]}"


def failed(question_id: str, error: Exception) -> tuple[Given, Took]:
    """Return what is noted of a question that ended in an error."""
    return Given(question_id, "error", str(error), 0.0, ""), Took(question_id, 0.0, 0.0, 0.0)
