"""The members of a list, and the readings that hold them."""

import re
from collections.abc import Sequence

from corpus.article import Range
from qa.reader import Reading

_BETWEEN = re.compile(
    r"[^\w\s]|\n|(?<!\w)(?:và|hoặc|cùng|với|cũng như|and|or|et|ou)(?!\w)", re.IGNORECASE
)


def joined(text: str, members: Sequence[Range]) -> tuple[Range, ...]:
    """Return the members, those made one that nothing separates ("13,5" and "triệu Euro")."""
    apart: list[Range] = []
    for start, end in members:
        if apart and not _BETWEEN.search(text, apart[-1][1], start):
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return tuple(apart)


def whole_list(reading: Reading, readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings of its article that hold the members of one list, in their order there.

    Empty where there is only one member, or none in the reading itself.
    """
    article = reading.passage.article.id
    same = [r for r in readings if r.items and r.passage.article.id == article]
    if not reading.items or sum(len(r.items) for r in same) < 2:
        return []
    return sorted(same, key=lambda r: r.items)
