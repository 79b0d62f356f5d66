"""A question as it was typed: its words with their places, and phrases found among them."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from corpus.vietnamese import fold, has_marks
from index.terms import one_spelling, syllables
from qa.writing import Writing, is_foreign, writing_of

_MARKERS = Path(__file__).with_name("follow_up_markers.toml")
_WORD = re.compile(r"[^\W_]+(?:[.,/][0-9]+)*")

Span = tuple[int, int]
"""A half-open range of words."""
Phrases = Mapping[str, tuple[tuple[str, ...], ...]]
"""Phrases by the folded first word, longest first."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word; `start` and `end` are code points of the text, `key` is its one spelling."""

    text: str
    start: int
    end: int
    key: str
    folded: str


@dataclass(frozen=True)
class Typed:
    """A text with its words."""

    text: str

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words in order."""
        return tuple(
            Word(m[0], *m.span(), key, fold(key))
            for m in _WORD.finditer(self.text)
            for key in (one_spelling(unicodedata.normalize("NFC", m[0].lower())),)
        )

    @cached_property
    def writing(self) -> Writing:
        """How it is written."""
        return writing_of(self.text)

    @property
    def marked(self) -> bool:
        """Whether its words without marks have none because they need none."""
        return self.writing is Writing.MARKED

    @property
    def foreign(self) -> bool:
        """Whether it is in another language than the articles."""
        return is_foreign(self.writing)

    def capital(self, index: int) -> bool:
        """Tell whether a word begins with a capital letter."""
        return self.words[index].text[0].isupper()

    def hyphenated(self, index: int) -> bool:
        """Tell whether a hyphen ties a word to the one before: "Sakura-kai"."""
        between = self.text[self.words[index - 1].end : self.words[index].start]
        return index > 0 and between in ("-", "\u2011")

    def slice(self, span: Span) -> str:
        """Return the text of some words."""
        first, end = span
        return self.text[self.words[first].start : self.words[end - 1].end] if end > first else ""

    def spans(self, phrases: Phrases) -> list[Span]:
        """Return where phrases stand, from left to right, the longest at each place."""
        found: list[Span] = []
        position = 0
        while position < len(self.words):
            length = self.length_at(position, phrases)
            if length:
                found.append((position, position + length))
            position += length or 1
        return found

    def length_at(self, position: int, phrases: Phrases) -> int:
        """Return how many words the longest phrase at a place has; 0 when there is none."""
        if position >= len(self.words):
            return 0
        for phrase in phrases.get(self.words[position].folded, ()):
            words = self.words[position : position + len(phrase)]
            # A single word without its marks may be another word: "do" is not always "đó".
            alone = len(phrase) == 1 and position > 0
            if len(words) == len(phrase) and all(
                word.key == part or (self._bare(word) and not alone and word.folded == fold(part))
                for word, part in zip(words, phrase, strict=True)
            ):
                return len(phrase)
        return 0

    def _bare(self, word: Word) -> bool:
        return not self.marked and not has_marks(word.text)


@cache
def markers(name: str) -> Phrases:
    """Return one list of the editable file of marker words."""
    return phrases_of(tomllib.loads(_MARKERS.read_text("utf-8"))[name])


def phrases_of(texts: Iterable[str]) -> Phrases:
    """Return phrases for searching."""
    by_first: dict[str, set[tuple[str, ...]]] = {}
    for text in texts:
        words = tuple(one_spelling(word) for word in syllables(text))
        by_first.setdefault(fold(words[0]), set()).add(words)
    return {first: tuple(sorted(group, key=len, reverse=True)) for first, group in by_first.items()}
