"""What is quoted around a span: its sentence or list item, or the clauses next to it."""

import re

from corpus.article import Range

QUOTE_MAX_CHARS = 600
_CLAUSE_END = re.compile(r"(?:[;:,…]|\s[-–])\s+")


def quote_range(text: str, sentence: Range, span: Range) -> Range:
    """Return the range to quote: the sentence, or where that is too long, clauses of it.

    The range always contains the span. Clauses are added alternately after and before it as long
    as the quote stays within 600 characters.
    """
    start, end = min(sentence[0], span[0]), max(sentence[1], span[1])
    if end - start <= QUOTE_MAX_CHARS:
        return start, end
    borders = [start, *(start + m.end() for m in _CLAUSE_END.finditer(text[start:end])), end]
    left = max(b for b in borders if b <= span[0])
    right = min(b for b in borders if b >= span[1])
    grown = True
    while grown:
        grown = False
        after = min((b for b in borders if b > right), default=right)
        if after > right and after - left <= QUOTE_MAX_CHARS:
            right, grown = after, True
        before = max((b for b in borders if b < left), default=left)
        if before < left and right - before <= QUOTE_MAX_CHARS:
            left, grown = before, True
    piece = text[left:right]
    return left + len(piece) - len(piece.lstrip()), left + len(piece.rstrip())
