"""Where a place of an article stands after the article was edited."""

import re
from bisect import bisect_right
from difflib import SequenceMatcher

from corpus.article import Range

# Spaces go with the word before them: alone they would be by far the most frequent token.
_TOKEN = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")


class Alignment:
    """Maps offsets of an old text to the new one, word by word."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new
        a, b = _starts(old), _starts(new)
        words = [old[i:j] for i, j in zip(a, a[1:], strict=False)]
        others = [new[i:j] for i, j in zip(b, b[1:], strict=False)]
        # Without the "junk" heuristic, which drops frequent words in long texts.
        blocks = SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks()
        self._blocks = [(a[m.a], b[m.b], a[m.a + m.size] - a[m.a]) for m in blocks]

    def kept(self, place: Range) -> float:
        """Return the share, 0 to 1, of a place's characters that are in the new text too."""
        start, end = place
        same = sum(max(0, min(end, a + n) - max(start, a)) for a, _, n in self._blocks)
        return same / (end - start)

    def range(self, place: Range) -> Range:
        """Return what stands in a place now; the range is empty where nothing does."""
        return self._offset(place[0], after=True), self._offset(place[1], after=False)

    def _offset(self, offset: int, *, after: bool) -> int:
        """Return the new offset; what is gone moves to the border of what is new in its stead."""
        starts = [a for a, _, _ in self._blocks]
        number = bisect_right(starts, offset if after else offset - 1) - 1
        if number < 0:
            return 0 if after else self._blocks[0][1]
        a, b, size = self._blocks[number]
        if offset <= a + size and not (after and offset == a + size):
            return b + offset - a
        if after:
            return b + size
        following = self._blocks[number + 1] if number + 1 < len(self._blocks) else None
        return following[1] if following else len(self._new)


def _starts(text: str) -> list[int]:
    return [*(m.start() for m in _TOKEN.finditer(text)), len(text)]
