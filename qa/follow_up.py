"""Whether a question hangs on the one before: by its words, and where words do not tell, by search.

A question without any sign is a new topic when the passages that it finds alone hold much more of
it than the passages of the present topic do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from index.bm25_index import Field
from index.terms import folded_terms
from qa.live import Live
from qa.mentions import organisation_span, partner_spans, year_spans
from qa.overlap import term_set
from qa.question import Question, read_question
from qa.typed import Span, Typed, markers

_MAX_WORDS = 25
_ENTITY_WORDS = 6
_NEW_TOPIC_GAIN = 4.5
_NEW_NAME_GAIN = -1.0
_NEW_NAME_TERMS = 4
_MANY_ORGANISATIONS = 3
_ANCHORS = 2


class Hanging(StrEnum):
    """How a question hangs on the earlier ones."""

    ALONE = "alone"
    NEW_TOPIC = "new topic"
    SAME_RELATION = "same relation"
    MORE = "more"


@dataclass(frozen=True)
class Reading:
    """A typed question taken apart, without looking at what came before."""

    typed: Typed
    live: Live

    @cached_property
    def question(self) -> Question:
        """The question as it would be searched alone."""
        return read_question(self.typed.text, self.live.snapshot, self.live.directory)

    @cached_property
    def organisation(self) -> Span | None:
        """The words that name an organisation of the corpus."""
        named = self.question.organisations
        if not named or len(named) >= _MANY_ORGANISATIONS:
            return None
        return organisation_span(self.typed, named)

    @cached_property
    def partners(self) -> list[Span]:
        """The names of partners and countries."""
        return partner_spans(self.typed, self.live.snapshot.syllables, self.organisation)

    @cached_property
    def opened(self) -> int:
        """The first word after "À, còn"."""
        return self._opening[0]

    @cached_property
    def contrasts(self) -> bool:
        """Whether it begins with "còn" or ends with "thì sao"."""
        return self._opening[1] or self.closed < len(self.typed.words)

    @cached_property
    def closed(self) -> int:
        """The end of its words without "thì sao"."""
        count = len(self.typed.words)
        return next((a for a, b in self.typed.spans(markers("closers")) if b == count), count)

    @cached_property
    def persons(self) -> list[Span]:
        """Where it says "ông ấy"."""
        return self.typed.spans(markers("persons"))

    @cached_property
    def points_back(self) -> bool:
        """Whether it says "họ", "bên đó" or "lớp này"."""
        but = {i for span in self.typed.spans(markers("not_anaphora")) for i in range(*span)}
        found = [*self.typed.spans(markers("anaphora")), *self._demonstratives()]
        return any(but.isdisjoint(range(*span)) for span in found)

    @cached_property
    def terms(self) -> list[str]:
        """The folded words and pairs that say what it is about."""
        concepts = self.live.overlap.concepts(self.question)
        words = {form for concept in concepts for form in concept.forms}
        opening = {word.folded for word in self.typed.words[: self.opened]}
        return [
            term
            for term in dict.fromkeys(term for term, _ in self.question.search.folded)
            if term in words - opening or words.issuperset(term.split("_"))
        ]

    @cached_property
    def entity(self) -> Span | None:
        """The new thing of a question that is little else: "Còn Hàn Quốc thì sao?"."""
        first, end = self.opened, self.closed
        asking = self.typed.spans(markers("question_words"))
        thi = [i for i in range(first, end) if self.typed.words[i].key == "thì"]
        if thi and all(i > thi[0] for span in asking for i in span[:1]):
            rest = {i for i in range(thi[0] + 1, end)} - {i for s in asking for i in range(*s)}
            if len(rest) <= 1:
                end = thi[0]
        while first < end and (n := self.typed.length_at(first, markers("linkers"))):
            first += n
        if not 0 < end - first <= _ENTITY_WORDS or any(a < end and first < b for a, b in asking):
            return None
        return (first, end)

    @cached_property
    def _opening(self) -> tuple[int, bool]:
        position, contrasts = 0, False
        while position < len(self.typed.words):
            opener = self.typed.length_at(position, markers("openers"))
            length = opener or self.typed.length_at(position, markers("fillers"))
            if not length:
                break
            contrasts = contrasts or opener > 0
            position += length
        return position, contrasts

    def _demonstratives(self) -> list[Span]:
        found = self.typed.spans(markers("demonstratives"))
        return [(a - 1, b) for a, b in found if a > self.opened]


def hanging(reading: Reading, topic: str, article_ids: frozenset[str] | None) -> Hanging:
    """Tell how a question hangs on a topic, which is the text of earlier questions and answers.

    `article_ids` are the articles of the present organisation; None when there is none.
    """
    if len(reading.typed.words) > _MAX_WORDS:
        return Hanging.ALONE
    points_back = bool(reading.persons) or reading.points_back
    if reading.organisation:
        if points_back:
            return Hanging.MORE
        return Hanging.SAME_RELATION if reading.entity else Hanging.ALONE
    if points_back:
        return Hanging.MORE
    if reading.entity and (reading.contrasts or len(reading.terms) <= _NEW_NAME_TERMS):
        return Hanging.SAME_RELATION
    if reading.contrasts or not reading.terms:
        return Hanging.MORE
    gain = _gain(reading, topic, article_ids)
    new_name = len(reading.terms) >= _NEW_NAME_TERMS and _names_something_new(reading, topic)
    limit = _NEW_NAME_GAIN if new_name else _NEW_TOPIC_GAIN
    return Hanging.NEW_TOPIC if gain >= limit else Hanging.MORE


def _names_something_new(reading: Reading, topic: str) -> bool:
    known = set(folded_terms(topic))
    spans = [*reading.partners, *year_spans(reading.typed)]
    return any(reading.typed.words[b - 1].folded not in known for _, b in spans)


def _gain(reading: Reading, topic: str, article_ids: frozenset[str] | None) -> float:
    """Return how much more weight of the question its own passage holds than those of the topic."""
    keywords = reading.live.snapshot.keywords
    weights = {term: reading.live.overlap.idf(term) for term in reading.terms}
    own = keywords.search(Field.FOLDED, [(t, 1.0) for t in weights], 1, article_ids)
    context = [(term, 1.0) for term in dict.fromkeys(folded_terms(topic))]
    anchors = keywords.search(Field.FOLDED, context, _ANCHORS, article_ids)
    held = [
        max((_held(weights, hit.passage_id, reading.live) for hit in hits), default=0.0)
        for hits in (own, anchors)
    ]
    return held[0] - held[1]


def _held(weights: dict[str, float], passage_id: str, live: Live) -> float:
    (passage,) = live.snapshot.table.passages([passage_id])
    article = live.snapshot.table.article(passage.article_id)
    text: Sequence[str] = (article.organisation, article.title, *passage.headings, passage.text)
    terms = term_set(" \n ".join(text))
    return sum(weight for term, weight in weights.items() if term in terms)
