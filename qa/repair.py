"""A question as typed becomes the question that was meant, for searching only."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from corpus.vietnamese import has_marks, is_syllable
from index.syllable_model import Spelling, SyllableModel
from index.terms import one_spelling, syllables
from qa.telex import decodings
from qa.writing import Writing, is_foreign

_ABBREVIATIONS = Path(__file__).with_name("abbreviations.toml")
_DECODED_COST, _SPLIT_COST, _SLIP_COST, _AS_TYPED_COST = 2.0, 3.0, 6.0, 8.0
_RARE = 2


def repair(text: str, writing: Writing, model: SyllableModel) -> list[str]:
    """Return the words of a question with marks restored, slips mended and short forms spelt out.

    Words that the corpus knows as they were typed stay; a question in another language keeps its
    words. The result only widens the search and is never shown as an answer.
    """
    words = syllables(text)
    if is_foreign(writing):
        return words
    columns = [_readings(word, writing, model) for word in words]
    return [w for spelling in model.likeliest(columns) for w in spelling.split()]


@cache
def abbreviations(path: Path = _ABBREVIATIONS) -> Mapping[str, str]:
    """Return the general short forms of the editable file, in lower case."""
    table = tomllib.loads(path.read_text("utf-8"))["abbreviations"]
    return {unicodedata.normalize("NFC", key.lower()): value for key, value in table.items()}


def _readings(word: str, writing: Writing, model: SyllableModel) -> list[Spelling]:
    known = model.frequency(word) > 0
    short = abbreviations().get(word)
    if short and (not known or model.frequency(word) <= _RARE):
        return [Spelling(" ".join(map(one_spelling, short.split())))]
    bare = not has_marks(word)
    if known and (not bare or writing is Writing.MARKED):
        return [Spelling(one_spelling(word))]
    found = [Spelling(s) for s in model.agreeing(word)] if is_syllable(word) else []
    for decoded in decodings(word):
        found += [Spelling(s, _DECODED_COST) for s in model.agreeing(decoded)]
    if not found:
        found += [Spelling(s, _SPLIT_COST) for s in _pieces(word, model)]
        found += [Spelling(s, _SLIP_COST) for s in _near(word, model)]
    as_typed = Spelling(one_spelling(word), _AS_TYPED_COST if found else 0.0)
    return [*found, as_typed]


def _pieces(word: str, model: SyllableModel) -> list[str]:
    """Return readings of a word as two or three syllables whose space was left out."""
    found: list[str] = []
    for cut in range(1, len(word)):
        left, right = word[:cut], word[cut:]
        if len(left) < 2 or len(right) < 2:
            continue
        lefts, rights = model.agreeing(left)[:2], model.agreeing(right)[:2]
        found += [f"{a} {b}" for a in lefts for b in rights]
    return found


def _near(word: str, model: SyllableModel) -> list[str]:
    """Return known syllables one swapped, doubled or missing letter away, tones kept."""
    if len(word) < 4 or re.search(r"\d", word):
        return []
    letters = "abcdeghiklmnopqrstuvxyăâđêôơư"
    swaps = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    drops = {word[:i] + word[i + 1 :] for i in range(len(word))}
    adds = {word[:i] + c + word[i:] for i in range(len(word) + 1) for c in letters}
    near = {s for candidate in swaps | drops | adds for s in model.agreeing(candidate)}
    return sorted(near, key=lambda s: (-model.frequency(s), s))[:5]
