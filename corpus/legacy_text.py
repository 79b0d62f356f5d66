"""Text typed for the fonts of before Unicode, recognised by which letters stand side by side.

TCVN3 (fonts named .VnTime) puts Vietnamese letters on signs and on capitals of the Latin-1 table
("BÖnh viÖn ®a khoa"); VNI (VNI-Times) writes a tone as a second letter ("Beänh vieän ña khoa").
The tables behind the patterns are those of TCVN 5712:1993 (VN3) and of VNI for Windows. A third
kind is UTF-8 that some program read as Latin-1 ("Bá»‡nh viá»‡n").
"""

import re

from corpus.errors import UnreadableArticle
from corpus.spelling import is_spelled

# The signs from ¡ to ¿ count as letters: in these encodings they are.
_WORD = re.compile(r"(?:[^\W\d_]|[¡-¿×])+")
_GARBLED = "garbled: UTF-8 was read as Latin-1"
_TCVN3 = "in the legacy encoding TCVN3 (fonts such as .VnTime)"
_VNI = "in the legacy encoding VNI (fonts such as VNI-Times)"
_CONVERT = (
    "no maintained library converts it, so convert it to Unicode (UniKey: Ctrl+Shift+F9) and save "
    "it as UTF-8."
)
_NEXT_STEP = {
    _GARBLED: "save it again from its source as UTF-8.",
    _TCVN3: _CONVERT,
    _VNI: _CONVERT,
}
_KINDS = (
    (
        _GARBLED,
        re.compile("á[º»]|Ã[\x80-¿ƒ\u2018-\u2122]|Ä[\x80-\x9f¨©\u2018‘]|Æ[°¡]|Ä‘|Æ’"),
    ),
    (
        _TCVN3,
        re.compile("[A-Za-z][¨-¬®µ-¾\xad]|[¨-¬®µ-¾\xad§][a-z]|[a-z][Æ-Þ×]|[A-Z][Æ-Þ][a-z]"),
    ),
    (
        _VNI,
        re.compile(
            "[aeouyAEOUY][øûïåäüëØÛÏÅÄÜË]|[aeoAEO][âáàãÂÁÀÃ](?![iyu])|[aA]ê|[uyaeoUYAEO][ùõÙÕ]"
            "|[ôöÔÖ][ùøûõïÙØÛÕÏ]|^[ñÑ][aeouyiôö]|ö[aôcutn]|[nhtvmckl]ö(?![a-z])|[^aeo]æ"
        ),
    ),
)
_MARKED_MIN = 5
_LINE_MARKED_MIN = 8
_SHARE = 0.4


def refuse_legacy(file_name: str, text: str) -> None:
    """Raise UnreadableArticle, naming the encoding, for a text that is not in Unicode."""
    if name := legacy_encoding(text):
        raise UnreadableArticle(f"{file_name}: the text is {name}; {_NEXT_STEP[name]}")


def legacy_encoding(text: str) -> str:
    """Return the name of the legacy encoding that a text or one of its lines is in, or ""."""
    found = _kind(text, _MARKED_MIN)
    lines = iter(text.split("\n"))
    while not found and (line := next(lines, None)) is not None:
        found = _kind(line, _LINE_MARKED_MIN)
    return found


def vietnamese_share(text: str) -> float:
    """Return which part of the words with marks is spelled as Vietnamese; 0 if none has marks."""
    marked = _marked_words(text)
    return sum(map(is_spelled, marked)) / len(marked) if marked else 0.0


def _marked_words(text: str) -> list[str]:
    return [
        word
        for word in _WORD.findall(text)
        if not word.isascii() and any(letter.isalpha() for letter in word)
    ]


def _kind(text: str, marked_min: int) -> str:
    if text.isascii():
        return ""
    marked = _marked_words(text)
    if len(marked) < marked_min or sum(map(is_spelled, marked)) > len(marked) / 2:
        return ""
    for name, telling in _KINDS:
        if sum(bool(telling.search(word)) for word in marked) > _SHARE * len(marked):
            return name
    return ""
