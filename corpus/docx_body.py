"""The body of a Word file as lines: headings, list items and table rows keep their marks."""

import re
from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

from corpus.docx_numbering import ListNumbers
from corpus.docx_paragraph import (
    NOT_INLINE,
    Styles,
    heading_mark,
    inline_text,
    number_of,
    own_and_inherited,
    style_name,
    value_of,
)
from corpus.line_marks import item_mark
from corpus.table_rows import row_lines

_WRAPPERS = frozenset(
    qn(f"w:{name}") for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")
)
_CONTENTS = re.compile(r"toc \d|toc heading|table of figures")
_BLOCK_MARK = re.compile(r"(?:#{1,6}|-) ")


class BodyReader:
    """Reads the blocks of one Word file."""

    def __init__(self, styles: Any, numbering: Any) -> None:
        """Take the `w:styles` and `w:numbering` elements; either may be None."""
        self._styles = Styles(styles)
        self._numbers = ListNumbers(numbering)

    def lines(self, parent: Any) -> Iterator[str]:
        """Yield the lines below a body, cell or text box in order, "" for a blank one."""
        for child in parent.iterchildren():
            if child.tag == qn("w:p"):
                yield from self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                yield from self._table(child)
            elif child.tag in _WRAPPERS:
                yield from self.lines(child)

    def _paragraph(self, paragraph: Any) -> Iterator[str]:
        chain = self._styles.chain(paragraph)
        text = inline_text(paragraph).strip()
        if not text:
            yield ""
        elif not _CONTENTS.match(style_name(chain)):
            yield from self._marked(paragraph, chain, text)
        for box in paragraph.iterdescendants(qn("w:txbxContent")):
            between = (p.tag for p in box.iterancestors() if p in paragraph.iterdescendants())
            if NOT_INLINE.isdisjoint(between):
                yield from self.lines(box)

    def _marked(self, paragraph: Any, chain: list[Any], text: str) -> Iterator[str]:
        label, depth = self._label(own_and_inherited(paragraph, chain))
        mark = heading_mark(paragraph, chain, text)
        if mark and label != "":
            yield from ("", " ".join(filter(None, (mark, label, *text.split()))))
        elif label is None:
            yield text
        else:
            yield "  " * depth + item_mark(label) + text

    def _label(self, sources: list[Any]) -> tuple[str | None, int]:
        for source in sources:
            numbering = source.find(qn("w:numPr"))
            if numbering is not None:
                depth = number_of(numbering, "w:ilvl")
                return self._numbers.label(value_of(numbering, "w:numId"), depth), depth
        return None, 0

    def _table(self, table: Any) -> Iterator[str]:
        rows = list(table.iterchildren(qn("w:tr")))
        if all(len(_cells(row)) <= 1 for row in rows):
            # One column is a frame around text.
            for row in rows:
                for cell in _cells(row):
                    yield from self.lines(cell)
            return
        heads = _head_rows(rows)
        above: dict[int, str] = {}
        texts = [self._row(row, above, number in heads) for number, row in enumerate(rows)]
        yield from ("", *row_lines(texts, heads), "")

    def _row(self, row: Any, above: dict[int, str], is_head: bool) -> list[str]:
        """Return a text for each column; a cell that is merged downwards counts in every row."""
        texts = list[str]()
        for cell in _cells(row):
            text = _joined(self.lines(cell))
            if _merge(cell) == "continue":
                text = above.get(len(texts), text)
            above[len(texts)] = text
            # A head above several columns names each; a wide cell below counts once.
            rest = [text if is_head else ""] * (_span(cell) - 1)
            texts += [text, *rest]
        return texts


def _joined(lines: Iterator[str]) -> str:
    text = ""
    for line in lines:
        part = _BLOCK_MARK.sub("", " ".join(line.split()), count=1)
        border = "" if not text or not part else " " if text[-1] in ".,;:!?" else ", "
        text += border + part
    return text


def _cells(row: Any) -> list[Any]:
    found = list[Any]()
    for child in row.iterchildren():
        if child.tag == qn("w:tc"):
            found.append(child)
        elif child.tag in _WRAPPERS:
            found += _cells(child)
    return found


def _span(cell: Any) -> int:
    properties = cell.find(qn("w:tcPr"))
    return 1 if properties is None else min(63, max(1, number_of(properties, "w:gridSpan", 1)))


def _merge(cell: Any) -> str:
    properties = cell.find(qn("w:tcPr"))
    merge = None if properties is None else properties.find(qn("w:vMerge"))
    return "" if merge is None else str(merge.get(qn("w:val"), "continue"))


def _head_rows(rows: list[Any]) -> set[int]:
    """Return the rows that are marked as heads, or stand out as such: bold over plain."""
    marked = {
        n
        for n, row in enumerate(rows)
        if row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    }
    if marked or len(rows) < 2:
        return marked
    # The first row may be a caption over all columns.
    first = 1 if len(_cells(rows[0])) == 1 else 0
    if first + 1 < len(rows) and _is_bold_row(rows[first]) and not _is_bold_row(rows[-1]):
        parted = any(_span(c) > 1 for c in _cells(rows[first])) and any(
            _merge(c) for c in _cells(rows[first])
        )
        return {first, first + 1} if parted else {first}
    return set()


def _is_bold_row(row: Any) -> bool:
    runs = [run for run in row.iterdescendants(qn("w:r")) if inline_text(run).strip()]
    return bool(runs) and all(run.find(f"{qn('w:rPr')}/{qn('w:b')}") is not None for run in runs)
