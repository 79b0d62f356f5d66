"""An earlier question as a statement, to stand in brackets behind the question that needs it."""

import re
from dataclasses import dataclass

from corpus.vietnamese import is_syllable
from qa.asking import Asking, asking_of
from qa.mentions import country_spans, person_spans, question_spans
from qa.typed import Span, Typed, markers

MAX_WORDS = 30
_MAX_ANSWER_WORDS = 10
_SAID = (Asking.PERSON, Asking.OTHER, Asking.LIST, Asking.REASON)


@dataclass(frozen=True, slots=True)
class Asked:
    """An earlier question without what it took over, and its answer."""

    text: str = ""
    answer: str = ""

    def statement(self) -> str:
        """Return the question with its answer, or nothing, in place of its question word."""
        typed = Typed(self.text)
        if not typed.marked:
            return unasked(self.text)
        text, spans = typed.text, question_spans(typed)
        for number, (first, end) in reversed(list(enumerate(spans))):
            before = text[: typed.words[first].start]
            said = self._said(typed, (first, end)) if number == 0 else ""
            text = before + _unrepeated(said, before) + text[typed.words[end - 1].end :]
        return _tidy(text)

    def person(self) -> str:
        """Return the person that it speaks of: its answer, or a name with its title."""
        answer, question = Typed(self.answer), Typed(self.text)
        titled = person_spans(answer)
        short = 0 < len(answer.words) <= _MAX_ANSWER_WORDS and not re.search(r"\d", self.answer)
        if short and asking_of(self.text) is Asking.PERSON and not _is_body(answer):
            return self.answer.strip(" .,;\n")
        if titled and (short or asking_of(self.text) is Asking.PERSON):
            return answer.slice(titled[0])
        return next((question.slice(span) for span in person_spans(question)), "")

    def _said(self, typed: Typed, span: Span) -> str:
        words = self.answer.split()
        sayable = 0 < len(words) <= _MAX_ANSWER_WORDS and not words[0][0].isdigit()
        if not sayable or "\n" in self.answer or asking_of(typed.slice(span)) not in _SAID:
            return ""
        link = "là " if typed.words[span[0]].key == "là" else ""
        return link + self.answer.strip(" .")


def unasked(text: str) -> str:
    """Return a text without the marks at its end, and at most 30 words of it."""
    return " ".join(text.split()[:MAX_WORDS]).rstrip(" ?.!,;:")


def lowered(text: str) -> str:
    """Return a text that goes on in a sentence; names keep their capital."""
    words, typed = text.split(), Typed(text)
    if typed.length_at(0, markers("linkers")):
        return text[:1].lower() + text[1:]
    if not words or not is_syllable(words[0]) or (typed.words[1:] and typed.capital(1)):
        return text
    if any(span[0] == 0 for span in country_spans(typed)):
        return text
    return text[:1].lower() + text[1:]


def _is_body(answer: Typed) -> bool:
    capital = bool(answer.words) and answer.capital(0)
    return not person_spans(answer) and (not capital or answer.length_at(0, markers("kinds")) > 0)


def _unrepeated(said: str, before: str) -> str:
    """Return an answer without the words that stand before it already."""
    words = said.split()
    for count in (3, 2, 1):
        start = " ".join(words[:count])
        if start and f" {before.lower().strip()}".endswith(f" {start.lower()}"):
            return " ".join(words[count:])
    return said


def _tidy(text: str) -> str:
    """Return a text without what is left at its ends when its question word went."""
    typed = Typed(unasked(re.sub(r"\s+", " ", text)))
    first, end = 0, len(typed.words)
    left = [*typed.spans(markers("particles")), *typed.spans(markers("leftovers"))]
    while ends := [a for a, b in left if b == end]:
        end = ends[0]
    while starts := [b for a, b in left if a == first and typed.words[a].key == "thì"]:
        first = starts[0]
    if end == len(typed.words):
        return typed.text[typed.words[first].start :].strip(" ,;:") if first < end else ""
    return typed.slice((first, end))
