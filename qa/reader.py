"""What the pipeline asks of a reader: the places in passages that answer a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.article import Range
from index.retriever import RetrievedPassage
from qa.live import Live
from qa.question import Question


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one passage.

    `span` is the narrowest text that answers and `sentence` the sentence or list item around it,
    both as ranges in the article; `items` are the members where a whole list is the answer. `score`
    is comparable between the passages of one question: higher for surer. `null_margin` is how much
    the span outweighs "it is not here", or None for a reader that cannot tell.
    """

    passage: RetrievedPassage
    span: Range
    sentence: Range
    score: float
    null_margin: float | None = None
    items: tuple[Range, ...] = ()


class Reader(Protocol):
    """Finds answers in passages."""

    @property
    def name(self) -> str:
        """Which reader it is; fitted thresholds belong to one name."""
        ...

    def read(
        self, question: Question, passages: Sequence[RetrievedPassage], live: Live
    ) -> list[Reading]:
        """Return at most one reading a passage, best first; empty when none has text."""
        ...
