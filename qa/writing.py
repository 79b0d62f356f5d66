"""In which language, and with which marks, a question is typed."""

import re
import unicodedata
from enum import StrEnum

from corpus.vietnamese import fold_tones, has_marks, is_syllable


class Writing(StrEnum):
    """How a question is written; it decides how the search lists are weighed."""

    MARKED = "marked"
    PARTIAL = "partial"
    UNMARKED = "unmarked"
    ENGLISH = "english"
    FRENCH = "french"
    OTHER = "other"


_ENGLISH = frozenset(
    """
    the of and to in is are was were what which who whom whose how many much when where why did
    does do with for from by at has have had any there tell me list its their be been an it they
    this that on hospital university doctors patients money between after before
    """.split()
)
_FRENCH = frozenset(
    """
    le la les des du de et est sont quel quelle quels quelles qui que quoi combien quand où
    pourquoi comment avec pour par dans sur au aux un une ont été il elle ce cette se en y t l d
    qu s c hôpital médecins entre depuis a-t-il
    """.split()
)
_VIETNAMESE_LETTERS = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9ĩũĨŨ]")
_WORD = re.compile(r"[^\W\d_]+")
_SYLLABLE_SHARE = 0.6
_FOREIGN_SHARE = 0.3
_TONE_SHARE = 0.25


def writing_of(text: str) -> Writing:
    """Return how a question is written; text without letters is OTHER."""
    words = _WORD.findall(unicodedata.normalize("NFC", text).lower())
    if not words:
        return Writing.OTHER
    english, french = (sum(w in known for w in words) for known in (_ENGLISH, _FRENCH))
    foreign = Writing.FRENCH if french > english else Writing.ENGLISH
    share = max(english, french) / len(words)
    syllables = sum(is_syllable(w) for w in words) / len(words)
    if not _VIETNAMESE_LETTERS.search(text):
        if share >= _FOREIGN_SHARE and syllables < 1 - share / 2:
            return foreign
        if syllables < _SYLLABLE_SHARE:
            return foreign if share > 0 else Writing.OTHER
    elif share >= _FOREIGN_SHARE and syllables < _SYLLABLE_SHARE:
        return foreign
    vietnamese = [w for w in words if is_syllable(w)]
    toned = sum(w != fold_tones(w) for w in vietnamese) / max(1, len(vietnamese))
    if toned >= _TONE_SHARE:
        return Writing.MARKED
    return Writing.PARTIAL if any(map(has_marks, words)) else Writing.UNMARKED


def is_foreign(writing: Writing) -> bool:
    """Tell whether a question is in another language than the articles."""
    return writing in (Writing.ENGLISH, Writing.FRENCH, Writing.OTHER)
