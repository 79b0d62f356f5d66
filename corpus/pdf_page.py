"""One page of a PDF as lines in reading order: column after column, tables row by row."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from corpus.clean import clean
from corpus.pdf_columns import Piece, Segment, ordered
from corpus.table_rows import row_lines

SPACE_RATIO = 0.15
"""A gap of this part of the font size is a space; typesetters go down to a sixth."""
_TABLE_FILLED_SHARE = 0.4
_RULES_MAX = 5_000
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
# Signs of symbol fonts: list marks at the head of a line, nothing elsewhere.
_SYMBOL = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A line of a page. `left` and `right` bound its column; `place` is its height, 0 to 1."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool
    left: float
    right: float
    first_width: float
    place: float
    page: int
    is_row: bool = False


def page_lines(page: Any, number: int) -> list[PdfLine]:
    """Return the lines of a pdfplumber page in the order in which they are read."""
    tables = list(_tables(page))
    pieces = [w for w in _words(page) if not any(_inside(w, t) for t in tables)]
    lines = list[PdfLine]()
    for segments, left, right in ordered([*pieces, *tables]):
        for segment in segments:
            lines += _lines(segment, left, right, number, float(page.height))
    return lines


def _words(page: Any) -> Iterator[Piece]:
    upright = [c for c in page.chars if c["upright"]]
    # Slanted letters across a page are a stamp; a page that has no others was only turned.
    kept = upright if 2 * len(upright) >= len(page.chars) else page.chars
    visible = {id(c) for c in kept if c["text"] != " " or c["width"] > SPACE_RATIO * c["size"]}
    shown = page.filter(lambda thing: thing["object_type"] != "char" or id(thing) in visible)
    for word in shown.extract_words(x_tolerance_ratio=SPACE_RATIO, return_chars=True):
        sizes = [c["size"] for c in word["chars"]]
        bold = sum(bool(_BOLD.search(c["fontname"])) for c in word["chars"])
        yield Piece(
            text=word["text"],
            x0=word["x0"],
            x1=word["x1"],
            top=word["top"],
            bottom=word["bottom"],
            size=round(median(sizes) * 2) / 2,
            bold=2 * bold > len(sizes),
        )


def _tables(page: Any) -> Iterator[Piece]:
    if not 3 < len(page.lines) + len(page.rects) + len(page.curves) < _RULES_MAX:
        return
    for table in page.find_tables():
        rows = table.extract(x_tolerance_ratio=SPACE_RATIO)
        cells = [cell for row in rows for cell in row]
        filled = sum(bool(cell and cell.strip()) for cell in cells)
        if len(rows) < 2 or len(rows[0]) < 2 or filled < _TABLE_FILLED_SHARE * len(cells):
            continue
        lines = row_lines([[clean(cell or "") for cell in row] for row in rows])
        x0, top, x1, bottom = table.bbox
        yield Piece("", x0, x1, top, bottom, rows=tuple(lines))


def _inside(word: Piece, table: Piece) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    return table.x0 <= x <= table.x1 and table.top <= y <= table.bottom


def _lines(
    segment: Segment, left: float, right: float, page: int, height: float
) -> Iterator[PdfLine]:
    first, last = segment[0], segment[-1]
    # A larger bullet or a sign of another font does not move its line.
    top, bottom = median(p.top for p in segment), median(p.bottom for p in segment)
    place = (top + bottom) / 2 / height
    if first.rows:
        for row in first.rows:
            yield PdfLine(
                row, first.x0, first.x1, top, bottom, 0, False, left, right, 0, place, page, True
            )
        return
    text = " ".join(p.text for p in segment)
    mark = _SYMBOL.match(text)
    text = ("• " if mark else "") + _SYMBOL.sub("", text).strip()
    text = clean(text).strip().lstrip("".join(filter(unicodedata.combining, text[:1])))
    if not text:
        return
    sizes = Counter[float]()
    for piece in segment:
        sizes[piece.size] += len(piece.text)
    yield PdfLine(
        text=text,
        x0=first.x0,
        x1=last.x1,
        top=top,
        bottom=bottom,
        size=sizes.most_common(1)[0][0],
        bold=2 * sum(len(p.text) for p in segment if p.bold) > sizes.total(),
        left=left,
        right=right,
        first_width=first.x1 - first.x0,
        place=place,
        page=page,
    )
