"""What the words of a question show by themselves: names, pointers, and how it begins and ends."""

from dataclasses import dataclass
from functools import cached_property

from corpus.vietnamese import has_marks
from qa.asking import Asking, asking_of
from qa.live import Live
from qa.mentions import organisation_span, partner_spans, question_spans
from qa.overlap import Concept
from qa.question import Question, read_question
from qa.typed import Span, Typed, markers

_LONG = 25
# Chosen on the training conversations; a question that looks like a follow-up has to say more.
_RICH_CONCEPTS, _RICH_WORDS, _RICH_WORDS_OF_FOLLOW_UP = 6, 9, 12
_ENTITY_WORDS = 6
_MANY_ORGANISATIONS = 3


@dataclass(frozen=True)
class Signs:
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
        if not 0 < len(named) < _MANY_ORGANISATIONS:
            return None
        return organisation_span(self.typed, named)

    @cached_property
    def partners(self) -> list[Span]:
        """The names of partners and countries."""
        return partner_spans(self.typed, self.live.snapshot.syllables, self.organisation)

    @cached_property
    def asking(self) -> list[Span]:
        """The question words."""
        return question_spans(self.typed)

    @cached_property
    def opened(self) -> int:
        """The first word after "À, còn"."""
        return self._opening[0]

    @cached_property
    def closed(self) -> int:
        """The end of the words before "thì sao"."""
        count = len(self.typed.words)
        return next((a for a, b in self.typed.spans(markers("closers")) if b == count), count)

    @cached_property
    def contrasts(self) -> bool:
        """Whether it begins with "còn" or ends with "thì sao"."""
        return self._opening[1] or self.closed < len(self.typed.words)

    @cached_property
    def persons(self) -> list[Span]:
        """Where it says "ông ấy"; "ong" alone is a title."""
        words, found = self.typed.words, self._pointing("persons")
        marked = self.typed.marked or self.typed.foreign
        return [(a, b) for a, b in found if marked or b - a > 1 or has_marks(words[a].text)]

    @cached_property
    def points_back(self) -> bool:
        """Whether it says "ông ấy", "họ", "bên đó" or "lớp này".

        In a rich question "lớp này" is the one that it speaks of itself.
        """
        if self.persons or self._pointing("anaphora"):
            return True
        nouns = [a for a, _ in self._pointing("demonstratives") if a > self.opened]
        return bool(nouns) and not self._has_words(_RICH_WORDS_OF_FOLLOW_UP)

    @property
    def stands(self) -> bool:
        """Whether it needs no earlier turn: it names its organisation and points nowhere."""
        if self.points_back:
            return False
        return self.long or (bool(self.organisation) and not self.entity)

    @property
    def long(self) -> bool:
        """Whether it says so much that nothing can be missing."""
        return len(self.typed.words) > _LONG

    @property
    def rich(self) -> bool:
        """Whether it says so much of its own that it stands beside the organisation alone."""
        return self._has_words(_RICH_WORDS_OF_FOLLOW_UP if self.contrasts else _RICH_WORDS)

    @cached_property
    def concepts(self) -> list[Concept]:
        """What it is about, "còn" aside."""
        opening = {word.folded for word in self.typed.words[: self.opened]}
        return [c for c in self.live.overlap.concepts(self.question) if not c.forms <= opening]

    @cached_property
    def weights(self) -> dict[str, float]:
        """The folded words and pairs that say what it is about, with how telling each is."""
        words = {form for concept in self.concepts for form in concept.forms}
        terms = dict.fromkeys(term for term, _ in self.question.search.folded)
        kept = (t for t in terms if t in words or words.issuperset(t.split("_")))
        return {term: self.live.overlap.idf(term) for term in kept}

    @cached_property
    def entity(self) -> Span | None:
        """The new thing of a question that is little else: "Còn Hàn Quốc thì sao?"."""
        first, end = self.opened, self.closed
        asked = {i for span in self.asking for i in range(*span)}
        then = next((i for i in range(first, end) if self.typed.words[i].key == "thì"), end)
        if len(set(range(then + 1, end)) - asked) <= 1 and asked.isdisjoint(range(first, then)):
            end = then
        while first < end and (linker := self.typed.length_at(first, markers("linkers"))):
            first += linker
        fits = 0 < end - first <= _ENTITY_WORDS and asked.isdisjoint(range(first, end))
        fits = fits and asking_of(self.typed.slice((first, end))) is Asking.OTHER
        return (first, end) if fits else None

    def _has_words(self, count: int) -> bool:
        return len(self.typed.words) >= count and len(self.concepts) >= _RICH_CONCEPTS

    def _pointing(self, name: str) -> list[Span]:
        """Return where words of a list stand that are not part of another word."""
        but = {i for span in self.typed.spans(markers("not_anaphora")) for i in range(*span)}
        found = self.typed.spans(markers(name))
        if self.typed.foreign:
            found += self.typed.spans(markers(f"{name}_foreign"))
        return [span for span in found if but.isdisjoint(range(*span))]

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
