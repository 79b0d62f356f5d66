"""The elements of a web page as lines: headings, list items and table rows keep their marks."""

import re
from typing import Any

from corpus.line_marks import BOLD_HEADING, item_mark, may_head
from corpus.table_rows import row_lines

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rp rt ruby"
    " s samp small span strike strong sub sup time tt u var wbr".split()
)
_BOLD = frozenset(["b", "strong"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_BLOCKS_IN_CELL = ".//table | .//ul | .//ol | .//h1 | .//h2 | .//h3 | .//p[2] | .//div[2]"
_LAYOUT_CELL_MIN_CHARS = 200
_WHITE = re.compile(r"[ \t\r\n\f]+")


class LineWriter:
    """Collects the lines of one page."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._inline: list[str] = []
        self._bold_chars = 0
        self._mark = ""

    def write(self, element: Any, depth: int = 0) -> None:
        """Add the text below an element; `depth` counts the lists around it."""
        self._add(element.text)
        for child in element:
            self._child(child, depth)
            self._add(child.tail)

    def flush(self) -> None:
        """End the line at hand."""
        text = "".join(self._inline)
        for number, part in enumerate(text.split("\0")):
            line = _WHITE.sub(" ", part).strip(" ")
            if not line:
                continue
            mark = self._mark if number == 0 or self._mark.startswith("#") else ""
            if not mark and self._is_bold(line, text):
                mark = f"{BOLD_HEADING} "
            if mark.startswith("#"):
                self.lines.append("")
            self.lines.append(mark + line)
            self._mark = "" if mark == self._mark else self._mark
        self._inline, self._bold_chars = [], 0

    def _child(self, child: Any, depth: int) -> None:
        tag = child.tag
        if not isinstance(tag, str):
            return
        if tag == "br":
            self._inline.append("\0")
        elif tag in _INLINE:
            before = self._written()
            self.write(child, depth)
            if tag in _BOLD:
                self._bold_chars += self._written() - before
        else:
            self.flush()
            self._block(child, depth)
            self.flush()

    def _block(self, block: Any, depth: int) -> None:
        if block.tag in _HEADINGS:
            self._marked(block, "#" * int(block.tag[1]) + " ", depth)
        elif block.tag == "summary":
            self._marked(block, f"{BOLD_HEADING} ", depth)
        elif block.tag in ("ul", "ol"):
            self._list(block, depth)
        elif block.tag == "table" and not _is_layout(block):
            self._table(block)
        elif block.tag == "dl":
            self._terms(block, depth)
        else:
            self.write(block, depth)

    def _marked(self, block: Any, mark: str, depth: int) -> None:
        self._mark = mark
        self.write(block, depth)
        self.flush()
        self._mark = ""

    def _list(self, block: Any, depth: int) -> None:
        number = int(block.get("start", "")) if (block.get("start") or "").isdecimal() else 1
        for item in block:
            if item.tag != "li":
                self._child(item, depth)
                continue
            label = f"{number})" if block.tag == "ol" else ""
            self._marked(item, "  " * depth + item_mark(label), depth + 1)
            number += 1

    def _terms(self, block: Any, depth: int) -> None:
        term = ""
        for entry in block.iter("dt", "dd"):
            text = _flat(entry)
            if entry.tag == "dt":
                term = text
            elif text:
                self.lines.append("  " * depth + f"- {term.rstrip(' :')}: {text}")

    def _table(self, table: Any) -> None:
        rows, marked = list[list[str]](), set[int]()
        below: dict[int, tuple[int, str]] = {}
        for row in table.iter("tr"):
            cells = [c for c in row if c.tag in ("td", "th")]
            is_head = bool(cells) and all(_heads(c) for c in cells) and len(marked) == len(rows)
            if is_head:
                marked.add(len(rows))
            rows.append(_cells(cells, below, is_head))
        if len(marked) == len(rows):
            marked = set()
        caption = table.find("caption")
        self.lines += [""] if caption is None else ["", f"{_flat(caption).rstrip(':')}:"]
        self.lines += [*row_lines(rows, marked), ""]

    def _add(self, text: str | None) -> None:
        if text:
            self._inline.append(text.replace("\0", ""))

    def _written(self) -> int:
        return sum(len("".join(part.split())) for part in self._inline)

    def _is_bold(self, line: str, text: str) -> bool:
        all_bold = self._bold_chars and self._bold_chars >= len("".join(text.split())) - text.count(
            "\0"
        )
        return bool(all_bold) and may_head(line)


def _heads(cell: Any) -> bool:
    if cell.tag == "th" or any(a.tag == "thead" for a in cell.iterancestors()):
        return True
    text = _flat(cell)
    return bool(text) and text == " ".join(_flat(b) for b in cell.iter(*_BOLD))


def _is_layout(table: Any) -> bool:
    """Tell whether a table only places blocks on the page."""
    if table.get("role") == "presentation":
        return True
    rows = [[c for c in row if c.tag in ("td", "th")] for row in table.iter("tr")]
    if all(len(row) <= 1 for row in rows) or table.xpath("boolean(.//td//table)"):
        return True
    return any(
        len(_flat(c)) >= _LAYOUT_CELL_MIN_CHARS and c.xpath(f"boolean({_BLOCKS_IN_CELL})")
        for row in rows
        for c in row
    ) or (len(rows) == 1 and any(c.xpath(f"boolean({_BLOCKS_IN_CELL})") for c in rows[0]))


def _cells(cells: list[Any], below: dict[int, tuple[int, str]], is_head: bool) -> list[str]:
    """Return a text for each column; `below` carries cells that reach down into later rows."""
    texts = list[str]()
    for cell in [*cells, None]:
        while (held := below.get(len(texts))) and held[0]:
            below[len(texts)] = (held[0] - 1, held[1])
            texts.append(held[1])
        if cell is None:
            break
        text = _flat(cell)
        across, down = _span(cell, "colspan"), _span(cell, "rowspan")
        for column in range(across):
            shown = text if is_head or column == 0 else ""
            below[len(texts)] = (down - 1, shown)
            texts.append(shown)
    return texts


def _span(cell: Any, name: str) -> int:
    value = cell.get(name) or ""
    return min(50, max(1, int(value))) if value.isascii() and value.isdigit() else 1


def _flat(element: Any) -> str:
    inner = LineWriter()
    inner.write(element)
    inner.flush()
    parts = [re.sub(r"^(?:\s*- |#+ )", "", line) for line in inner.lines if line]
    joined = ""
    for part in parts:
        joined += ("" if not joined else " " if joined[-1] in ".,;:!?" else ", ") + part
    return joined
