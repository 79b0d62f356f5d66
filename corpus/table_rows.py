"""Rows of a table as lines that can be read alone: each cell after the head of its column."""

from collections.abc import Collection, Sequence
from itertools import takewhile

Row = Sequence[str]
_HEAD_MAX_CHARS = 80
_KEY_MAX_CHARS = 60


def row_lines(rows: Sequence[Row], marked: Collection[int] = ()) -> list[str]:
    """Return a line for each row below the heads: "- Dịch vụ: Khám nội; Giá: 150.000 đồng".

    `marked` holds the numbers of the rows that the format names as heads; where it names none,
    the cells tell. A table of two columns without heads reads "- key: value". A row with one
    filled cell in a wider table divides it and becomes a lead-in for the rows below.
    """
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    numbered = [(number, row) for number, row in enumerate(cells) if any(row)]
    captions = list(takewhile(lambda n: _divides(n[1]) and n[0] not in marked, numbered))
    kept = numbered[len(captions) :]
    heads = len(list(takewhile(lambda n: n[0] in marked, kept[:-1])))
    heads = heads or _count_heads([row for _, row in kept])
    names = _names([row for _, row in kept[:heads]])
    return [_line(row, names) for _, row in (*captions, *kept[heads:])]


def _count_heads(rows: Sequence[Row]) -> int:
    if len(rows) < 2 or len(rows[0]) < 3:
        # Two columns without a marked head are keys and values as often as not.
        return 0
    first = rows[0]
    named = all(cell and len(cell) <= _HEAD_MAX_CHARS for cell in first)
    worded = not any(any(letter.isdigit() for letter in cell) for cell in first)
    return 1 if named and worded and len(set(first)) == len(first) else 0


def _names(heads: Sequence[Row]) -> list[str]:
    """Return the head of each column; two rows of heads read "Giá / BHYT"."""
    if not heads:
        return []
    columns = zip(*heads, strict=False)
    return [" / ".join(dict.fromkeys(filter(None, column))).rstrip(" :") for column in columns]


def _divides(row: Row) -> bool:
    return len(row) > 2 and sum(map(bool, row)) == 1


def _line(row: Row, names: Sequence[str]) -> str:
    filled = [cell for cell in row if cell]
    if _divides(row):
        return filled[0] if filled[0].endswith((":", ".")) else f"{filled[0]}:"
    if not names and len(row) == 2 and all(row) and len(row[0]) <= _KEY_MAX_CHARS:
        return f"- {row[0].rstrip(' :')}: {row[1]}"
    if not names:
        return "- " + "; ".join(filled)
    cells = zip(row, [*names, *[""] * len(row)], strict=False)
    return "- " + "; ".join(f"{name}: {cell}" if name else cell for cell, name in cells if cell)
