"""Sentence borders in Vietnamese (and English or French) text, as exact ranges.

Written here because the splitters at hand either return strings without offsets or break after
"TS.", "13,5" and "1983 - 1995"; the rules below are few and each has a test.
"""

import re

from corpus.article import Range
from corpus.clean import plain_spaces

# Titles, alone or joined as in "BSCKII", ranks and address words: a name or number follows.
_TITLE = re.compile(r"(?:p?gs|tskh|ths|ts|bs|ck(?:ii?|[12])?|nt|ds|cn|ks|đd|hs|ktv|kt|tl|tm|tuq)+")
_ABBREVIATIONS = frozenset(
    "đ/c tp tx tt tr st sts mr mrs ms dr prof vs jr inc ltd dept univ mm mme ste".split()
)
_END = re.compile(r"([.!?…]+|\.{3,})[\"'”’»)\]]*")
_WINDOW_CHARS = 60
_LABEL_WORDS_MAX = 2
_LAST_WORD = re.compile(r"([\w/]+(?:\.[\w/]+)*)$")


def split_sentences(text: str, start: int, end: int) -> list[Range]:
    """Return the ranges of the sentences of `text[start:end]`, without surrounding space.

    A line end is not by itself a border. The ranges are in order, do not overlap and cover
    every character that is not white space.
    """
    flat = plain_spaces(text[start:end])
    ranges: list[Range] = []
    begin = 0
    for match in _END.finditer(flat):
        if match.end() > begin and _is_border(flat, begin, match):
            ranges.append((begin, match.end()))
            begin = match.end()
    ranges.append((begin, len(flat)))
    trimmed = (_trim(flat, *r) for r in ranges)
    return [(start + a, start + b) for a, b in trimmed if a < b]


def _is_border(text: str, begin: int, match: re.Match[str]) -> bool:
    # Windows keep the work linear where one line holds a whole article.
    following = text[match.end() : match.end() + _WINDOW_CHARS]
    rest = following.lstrip()
    if not rest:
        return True
    opening = rest.lstrip("\"'“‘«([-–•* \n")[:1]
    mark = match.group(1)
    if mark == ".":
        before = text[max(begin, match.start() - _WINDOW_CHARS) : match.start()]
        return _single_dot_is_border(before, opening, spaced=following[0].isspace())
    if mark[0] in ".…":
        # An ellipsis ends a sentence only where a new one visibly begins.
        return opening.isupper()
    return following[0].isspace() or opening.isupper()


def _single_dot_is_border(before: str, opening: str, *, spaced: bool) -> bool:
    word = _LAST_WORD.search(before)
    tail = word.group().rsplit(".", 1)[-1] if word else ""
    if tail.lower() in _ABBREVIATIONS or _TITLE.fullmatch(tail.lower()):
        return False
    if (len(tail) == 1 and tail.isalpha()) or _is_label(before):
        return False
    if not spaced:
        # No border in "13.500", "GS.TSKH", "www.a.vn"; one where a space was lost.
        return opening.isupper() and len(tail) > 1 and not tail.isupper()
    is_list_number = before.strip().isdigit() and len(before.strip()) <= 2
    return not is_list_number and not opening.islower()


def _is_label(sentence: str) -> bool:
    """Tell whether this is a word or two in capitals, as "NHẬT BẢN. Đại học Y Kitahama ..."."""
    return sentence.isupper() and len(sentence.split()) <= _LABEL_WORDS_MAX


def _trim(text: str, start: int, end: int) -> Range:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
