"""Lists, whole: from one member that a reader found to all its neighbours."""

import re
from collections.abc import Iterator, Sequence

from corpus.article import Range

_SEPARATOR = re.compile(r"\s*(?:(?<!\d),|,(?!\d)|;|…|\.\.\.)\s*(?:và |hoặc |cùng |cũng như )?")
_AND = re.compile(r"\s+(?:và|hoặc|&)\s+")
# What opens an enumeration: everything before the last of these is not a member.
_OPENER = re.compile(
    r":\s+|(?:(?<=\s)|^)(?:như|gồm|bao gồm|gồm có|là|với|từ|cho|về|tại|của|đến|tới|có|tặng|ở"
    r"|sang|trong|các|những|lĩnh vực|chuyên ngành)\s+",
    re.IGNORECASE,
)
_INSTITUTION = re.compile(
    r"(?:Bệnh viện|Viện|Trường|Đại học|Trung tâm|Tổ chức|Quỹ|Hội|Học viện|Tập đoàn|Cục|Sở|Bộ"
    r"|Công ty|[ỦU][ỷy] ban|Hiệp hội|Ngân hàng)\b",
    re.IGNORECASE,
)
_INTRODUCTION = re.compile(r".{0,80}?(?::|\b(?:như|gồm|có|là|với|được|đã|sẽ))\s", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^)]*\)?")
_NUMERAL = re.compile(r"\d|(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)\s", re.IGNORECASE)
_ITEM_MAX_CHARS = 160
_SHORT_MEMBER_WORDS = 6


def enumeration(text: str, sentence: Range, span: Range) -> tuple[Range, ...]:
    """Return the members of the enumeration in a sentence that the span lies in.

    Brackets are never cut open. One range, the span itself, when there is no enumeration.
    """
    segments = list(_segments(text, *sentence, span))
    holds = [n for n, (a, b) in enumerate(segments) if a < span[1] and span[0] < b]
    if not holds or len(segments) == 1:
        return (span,)
    first, last = _neighbours(text, segments, holds[0], holds[-1])
    members = segments[first : last + 1]
    if len(members) == 1:
        return (span,)
    members[0] = _after_opener(text, members[0], span)
    trimmed = (_trimmed(text, *member) for member in members)
    return tuple(member for member in trimmed if member[0] < member[1])


def bullets(text: str, sentences: Sequence[Range], sentence: Range) -> tuple[Range, ...]:
    """Return the list items next to a sentence that is itself one, without their marks."""
    items = [s for s in sentences if _is_item(text, s)]
    return tuple(items) if sentence in items and len(items) > 1 else ()


def _is_item(text: str, sentence: Range) -> bool:
    line_start = text.rfind("\n", 0, sentence[0]) + 1
    mark = text[line_start : sentence[0]].strip()
    return bool(mark) and len(mark) <= 3


def _segments(text: str, start: int, end: int, span: Range) -> Iterator[Range]:
    """Yield what stands between separators; "và" is one only where it joins two members."""
    borders = [m for m in _SEPARATOR.finditer(text, start, end) if not _bracketed(text, start, m)]
    pieces: list[Range] = []
    position = start
    for border in borders:
        pieces.append((position, border.start()))
        position = border.end()
    pieces.append((position, end))
    for number, (a, b) in enumerate(pieces):
        begin = a
        for joint in _AND.finditer(text, a, b):
            inside_span = span[0] <= joint.start() and joint.end() <= span[1]
            if inside_span or _bracketed(text, start, joint):
                continue
            left, right = text[begin : joint.start()], text[joint.end() : b]
            if _joins_members(left, right, is_last=number == len(pieces) - 1):
                yield begin, joint.start()
                begin = joint.end()
        yield begin, b


def _joins_members(left: str, right: str, *, is_last: bool) -> bool:
    """Tell whether "và" stands between two members and not inside one ("y tế và phúc lợi")."""
    left, right = _without_opener(left), right.lstrip()
    if _INSTITUTION.match(left):
        return bool(_INSTITUTION.match(right))
    if left[:1].isupper() or _NUMERAL.match(left):
        return right[:1].isupper() or bool(_NUMERAL.match(right)) or is_last
    return is_last


def _neighbours(text: str, segments: Sequence[Range], first: int, last: int) -> tuple[int, int]:
    """Widen a run of segments while the next one looks like a member of the same list."""
    model = text[slice(*segments[first])]
    while first > 0 and not _OPENER.search(text[slice(*segments[first])]):
        if not _alike(model, text[slice(*segments[first - 1])]):
            break
        first -= 1
    while last + 1 < len(segments) and _alike(model, text[slice(*segments[last + 1])]):
        last += 1
    return first, last


def _alike(model: str, other: str) -> bool:
    """Tell whether two members could stand in one list: counts with counts, names with names."""
    if not 0 < len(other) <= _ITEM_MAX_CHARS:
        return False
    model, other = _without_opener(model), _without_opener(other)
    short = len(other.split()) <= _SHORT_MEMBER_WORDS
    if _NUMERAL.match(model):
        return bool(_NUMERAL.match(other)) or short
    return other[:1].isupper() or not model[:1].isupper() or short


def _without_opener(segment: str) -> str:
    """Return a member without what introduces it and without brackets."""
    plain = _BRACKETS.sub("", segment).strip()
    if plain[:1].isupper() and not _INTRODUCTION.match(plain) or _NUMERAL.match(plain):
        return plain
    return plain[max((m.end() for m in _OPENER.finditer(plain)), default=0) :].lstrip()


def _after_opener(text: str, member: Range, span: Range) -> Range:
    """Cut what introduces the first member, as far as the span allows."""
    limit = span[0] if member[0] <= span[0] < member[1] else member[1]
    openers = [member[0] + m.end() for m in _OPENER.finditer(text[slice(*member)])]
    return (max((o for o in openers if o <= limit), default=member[0]), member[1])


def _bracketed(text: str, start: int, border: re.Match[str]) -> bool:
    before = text[start : border.start()]
    return before.count("(") > before.count(")")


def _trimmed(text: str, start: int, end: int) -> Range:
    piece = text[start:end].rstrip(" .;,…\u00a0")
    return start + len(piece) - len(piece.lstrip()), start + len(piece)
