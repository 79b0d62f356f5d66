"""The terms that keyword search counts: syllables and pairs of neighbours, with and without marks.

Vietnamese writes a word as one to four syllables with spaces between them, so pairs of syllables
come near to words without a word segmenter.
"""

import re
import unicodedata
from functools import lru_cache

from corpus.vietnamese import fold

_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)*")
_PAIR = "_"


def syllables(text: str) -> list[str]:
    """Return the syllables, words and numbers of a text in lower case, in NFC, in order."""
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def pairs(words: list[str]) -> list[str]:
    """Return each two neighbours as one term."""
    return [f"{a}{_PAIR}{b}" for a, b in zip(words, words[1:], strict=False)]


def marked_terms(text: str) -> list[str]:
    """Return syllables and pairs with their tone marks, in one spelling of tone placement."""
    words = [one_spelling(word) for word in syllables(text)]
    return words + pairs(words)


def folded_terms(text: str) -> list[str]:
    """Return syllables and pairs without any mark."""
    words = [folded(word) for word in syllables(text)]
    return words + pairs(words)


@lru_cache(maxsize=65536)
def folded(word: str) -> str:
    """Return a word without any mark, in one spelling."""
    return fold(one_spelling(word))


_TONE = "\u0300\u0301\u0303\u0309\u0323"
_OPEN_GLIDE = re.compile(rf"([ou])([{_TONE}])([aey])$")
_FINAL_Y = re.compile(rf"^((?:[hklmst]|qu))y([{_TONE}]?)$")


@lru_cache(maxsize=65536)
def one_spelling(word: str) -> str:
    """Return one spelling for old and new tone placement (hòa, hoà) and for i and y (sĩ, sỹ)."""
    decomposed = unicodedata.normalize("NFD", word)
    if not word.startswith("qu"):
        decomposed = _OPEN_GLIDE.sub(r"\1\3\2", decomposed)
        decomposed = _FINAL_Y.sub(r"\1i\2", decomposed)
    return unicodedata.normalize("NFC", decomposed)
