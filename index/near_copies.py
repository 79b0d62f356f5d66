"""Passages that say the same again: a circular copied on two pages, an article kept under two ids.

Resemblance of sets of word triples (Broder 1997), as `corpus/near_duplicates.py` has it for whole
articles. Only what one search found is compared, so the indexes need not know of copies.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Protocol, TypeVar

from corpus.article import Article, Passage
from index.terms import folded, syllables

SIMILAR = 0.9
"""One word changed in a passage of 60 leaves .9."""
_LENGTHS = 0.8
"""Passages whose lengths are further apart cannot be that similar; most need no other look."""
LOOKED_BEHIND = 20
"""A copy ranks next to the better hit, but for what its title and headings change."""
_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"\b[^\W\d_]\w*")


class Placed(Protocol):
    """A passage with the article that it stands in."""

    @property
    def passage(self) -> Passage:
        """The passage."""
        ...

    @property
    def article(self) -> Article:
        """Its article."""
        ...


P = TypeVar("P", bound=Placed)


def grouped(ranked: Iterable[P], k: int) -> list[list[P]]:
    """Return the first k passages that repeat none before them, each with its copies behind it.

    A copy stands in another article about the same organisation: the same words elsewhere are
    about another hospital. `ranked` is read no further than needed.
    """
    groups: list[list[P]] = []
    # Few passages share all their numbers, so hardly any two are compared word by word.
    known: dict[tuple[str, ...], list[tuple[_Wording, list[P]]]] = defaultdict(list)
    for looked, placed in enumerate(ranked, start=1):
        alike = known[tuple(_NUMBER.findall(placed.passage.text))]
        wording = _Wording(placed)
        if group := next((g for first, g in alike if wording.repeats(first)), None):
            group.append(placed)
        elif len(groups) < k:
            groups.append([placed])
            alike.append((wording, groups[-1]))
        if len(groups) == k and looked >= k + LOOKED_BEHIND:
            break
    return groups


class _Wording:
    """What a passage says, and of whom; the words are folded only when two are compared."""

    def __init__(self, placed: Placed) -> None:
        self._article = placed.article
        self._text = placed.passage.text

    def repeats(self, other: "_Wording") -> bool:
        """Tell whether this says the same as a passage of another article with its numbers.

        A name that differs makes another fact ("ký với Lào", "ký với Cuba"); the same words in
        other capitals or without marks do not.
        """
        if self._article.id == other._article.id or not self._as_long_as(other):
            return False
        if self._about != other._about:
            return False
        shared = len(self._triples & other._triples) / len(self._triples | other._triples)
        return shared == 1 or (shared >= SIMILAR and self._names == other._names)

    def _as_long_as(self, other: "_Wording") -> bool:
        short, long = sorted((len(self._text), len(other._text)))
        return short >= _LENGTHS * long

    @cached_property
    def _about(self) -> list[str]:
        # Articles that name no organisation may be about two; of one title they are about one.
        return [folded(w) for w in syllables(self._article.organisation or self._article.title)]

    @cached_property
    def _triples(self) -> frozenset[tuple[str, ...]]:
        words = [folded(word) for word in syllables(self._text)]
        triples = zip(words, words[1:], words[2:], strict=False) if len(words) > 2 else [words]
        return frozenset(map(tuple, triples))

    @cached_property
    def _names(self) -> list[str]:
        words = _NAME.findall(self._text)
        return [folded(word.lower()) for word in words if word[0].isupper()]
