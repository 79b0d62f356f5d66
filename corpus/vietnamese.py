"""How Vietnamese is written: marks, folded letters, and what a syllable can look like."""

import re
import unicodedata
from functools import lru_cache

_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_MARKS = dict.fromkeys(range(0x0300, 0x0370))
_D = str.maketrans("đĐ", "dD")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnpqrstvx])?"
    r"(?:uye|uya|uyu|oai|oay|oao|oeo|uay|uoi|uou|ieu|yeu|ye|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo"
    r"|ua|ue|ui|uo|uu|uy|[aeiouy])(?:ch|ng|nh|[cmnpt])?"
)


def fold(text: str) -> str:
    """Return the text in lower case without any mark, `đ` as `d`."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return unicodedata.normalize("NFC", decomposed.translate(_MARKS)).translate(_D)


def fold_tones(text: str) -> str:
    """Return the text without tone marks; the letters ă â ê ô ơ ư đ stay."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).translate(_TONES))


def has_marks(text: str) -> bool:
    """Tell whether any letter carries a mark or is a `đ`."""
    return fold(text) != unicodedata.normalize("NFC", text.lower())


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Tell whether a word could be a Vietnamese syllable, with or without its marks."""
    return _SYLLABLE.fullmatch(fold(word)) is not None
