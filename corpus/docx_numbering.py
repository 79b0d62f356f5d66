"""The numbers that Word draws before list items: they are counted, never stored.

Rules of ECMA-376 part 1, 17.9: a `num` points to an abstract list, lists with one abstract list
share their counters, a deeper level starts anew under each item above it.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from corpus.docx_paragraph import number_of, value_of

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    pattern: str
    start: int


class ListNumbers:
    """Counts the items of one text; ask once for each, in order."""

    def __init__(self, numbering: Any) -> None:
        """Read the lists of a `w:numbering` element, or of none."""
        self._levels: dict[tuple[str, int], _Level] = {}
        self._abstract: dict[str, str] = {}
        self._restarts: dict[tuple[str, int], int] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        if numbering is None:
            return
        for abstract in numbering.iterchildren(qn("w:abstractNum")):
            for level in abstract.iterchildren(qn("w:lvl")):
                key = (abstract.get(qn("w:abstractNumId")), int(level.get(qn("w:ilvl"), 0)))
                self._levels[key] = _Level(
                    value_of(level, "w:numFmt", "decimal"),
                    value_of(level, "w:lvlText"),
                    number_of(level, "w:start", 1),
                )
        for number in numbering.iterchildren(qn("w:num")):
            name = number.get(qn("w:numId"))
            self._abstract[name] = value_of(number, "w:abstractNumId")
            for override in number.iterchildren(qn("w:lvlOverride")):
                if value_of(override, "w:startOverride"):
                    depth = int(override.get(qn("w:ilvl"), 0))
                    self._restarts[name, depth] = number_of(override, "w:startOverride", 1)

    def label(self, list_id: str, depth: int) -> str | None:
        """Return what stands before the next item ("2.1."), "" for a bullet, None for no list."""
        abstract = self._abstract.get(list_id, "")
        level = self._levels.get((abstract, depth))
        if level is None or level.format == "none":
            return None
        counts = self._counts[abstract]
        restart = self._restarts.pop((list_id, depth), None)
        counts[depth] = counts.get(depth, level.start - 1) + 1 if restart is None else restart
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        if level.format == "bullet":
            return ""
        return re.sub(r"%(\d)", lambda m: self._drawn(abstract, int(m[1]) - 1), level.pattern)

    def _drawn(self, abstract: str, depth: int) -> str:
        level = self._levels.get((abstract, depth), _Level("decimal", "", 1))
        return _draw(self._counts[abstract].get(depth, level.start), level.format)


def _draw(count: int, form: str) -> str:
    drawn = str(count)
    if form.endswith("Letter") and count > 0:
        drawn = _LETTERS[(count - 1) % 26] * ((count - 1) // 26 + 1)
    elif form.endswith("Roman") and 0 < count < 40:
        drawn, left = "", count
        for worth, letters in _ROMAN:
            drawn += letters * (left // worth)
            left %= worth
    return drawn.upper() if form.startswith("upper") else drawn
