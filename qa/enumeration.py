"""Lists, whole: from one member that a reader found to all its neighbours."""

import re
from collections.abc import Sequence

from corpus.article import Range

_SEPARATOR = re.compile(
    r"\s*(?:[,;]|…|\.\.\.)\s*(?:và |hoặc |cùng |cũng như )?|\s+(?:và|hoặc|&)\s+"
)
# What opens an enumeration: everything before the last of these is not a member.
_OPENER = re.compile(
    r":\s+|\s+(?:như|gồm|bao gồm|gồm có|là|với|từ|cho|về|tại|của|đến|tới|có|tặng|ở|sang|trong)\s+",
    re.IGNORECASE,
)
_ITEM_MAX_CHARS = 160


def enumeration(text: str, sentence: Range, span: Range) -> tuple[Range, ...]:
    """Return the members of the enumeration in a sentence that the span lies in.

    Brackets are never cut open. One range, the span itself, when there is no enumeration.
    """
    start, end = sentence
    borders = [m for m in _SEPARATOR.finditer(text, start, end) if not _bracketed(text, start, m)]
    segments: list[Range] = []
    position = start
    for border in borders:
        segments.append((position, border.start()))
        position = border.end()
    segments.append((position, end))
    holds = [n for n, (a, b) in enumerate(segments) if a < span[1] and span[0] < b]
    if not holds or len(segments) == 1:
        return (span,)
    first, last = _neighbours(text, segments, holds[0], holds[-1])
    members = list(segments[first : last + 1])
    members[0] = _after_opener(text, members[0], span)
    trimmed = [_trimmed(text, *member) for member in members]
    return tuple(member for member in trimmed if member[0] < member[1])


def bullets(text: str, sentences: Sequence[Range], sentence: Range) -> tuple[Range, ...]:
    """Return the list items next to a sentence that is itself one, without their marks."""
    items = [s for s in sentences if _is_item(text, s)]
    return tuple(items) if sentence in items and len(items) > 1 else ()


def _is_item(text: str, sentence: Range) -> bool:
    line_start = text.rfind("\n", 0, sentence[0]) + 1
    mark = text[line_start : sentence[0]].strip()
    return bool(mark) and len(mark) <= 3


def _neighbours(text: str, segments: Sequence[Range], first: int, last: int) -> tuple[int, int]:
    """Widen a run of segments while the next one is as short as a member."""
    while first > 0 and not _OPENER.search(text, *segments[first]) and _fits(segments[first - 1]):
        first -= 1
    while last + 1 < len(segments) and _fits(segments[last + 1]):
        last += 1
    return first, last


def _fits(segment: Range) -> bool:
    return 0 < segment[1] - segment[0] <= _ITEM_MAX_CHARS


def _after_opener(text: str, member: Range, span: Range) -> Range:
    """Cut what introduces the first member."""
    limit = max(member[0], min(span[0], member[1])) if span[0] < member[1] else member[1]
    openers = [m.end() for m in _OPENER.finditer(text, *member) if m.end() <= max(limit, member[0])]
    return (openers[-1] if openers else member[0], member[1])


def _bracketed(text: str, start: int, border: re.Match[str]) -> bool:
    before = text[start : border.start()]
    return before.count("(") > before.count(")")


def _trimmed(text: str, start: int, end: int) -> Range:
    piece = text[start:end].rstrip(" .;,…\u00a0")
    return start + len(piece) - len(piece.lstrip()), start + len(piece)
