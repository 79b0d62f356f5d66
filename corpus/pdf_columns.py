"""The words of a page in reading order: one column after the other, tables left as they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

_GUTTER_SIZES = 0.9
_GUTTER_MIN_POINTS = 9
_COLUMN_MIN_LINES = 3
_COLUMN_MIN_WORDS = 3
_COLUMN_FILL = 0.5
_CROSSING_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or a whole table with its lines; positions in points from the page's top left."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float = 0.0
    bold: bool = False
    rows: tuple[str, ...] = ()


Segment = list[Piece]


def ordered(pieces: list[Piece]) -> Iterator[tuple[list[Segment], float, float]]:
    """Yield runs of lines with the bounds of their column, in reading order.

    A gutter is looked for in the whole, then in each of its sides; lines that cross it end the
    columns above them. This is the recursive X-Y cut (Nagy and Seth, 1984) with the cuts across
    made only where a line demands it, because paragraphs of neighbouring columns often align.
    """
    if not pieces:
        return
    rows = _rows(pieces)
    segments = [segment for row in rows for segment in _segments(row)]
    gutter = _gutter(segments)
    if gutter is None:
        yield rows, min(p.x0 for p in pieces), max(p.x1 for p in pieces)
        return
    side: dict[str, list[Piece]] = {"left": [], "right": []}
    across = list[Segment]()
    for segment in segments:
        crosses = segment[0].x0 < gutter < segment[-1].x1
        if not crosses:
            if across:
                yield across, _start(across), _end(across)
                across = []
            side["left" if segment[-1].x1 <= gutter else "right"] += segment
            continue
        # A line over the whole width ends the columns above it.
        yield from ordered(side["left"])
        yield from ordered(side["right"])
        side = {"left": [], "right": []}
        across.append(segment)
    if across:
        yield across, _start(across), _end(across)
    yield from ordered(side["left"])
    yield from ordered(side["right"])


def _rows(pieces: Sequence[Piece]) -> list[Segment]:
    rows = list[Segment]()
    for piece in sorted(pieces, key=lambda p: (p.top + p.bottom) / 2):
        first = rows[-1][0] if rows else None
        if first and not first.rows and not piece.rows and _same_height(first, piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda p: p.x0) for row in rows]


def _same_height(one: Piece, other: Piece) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > 0.5 * min(one.bottom - one.top, other.bottom - other.top)


def _segments(row: Segment) -> Iterator[Segment]:
    """Yield the parts of a row that gaps wide enough for a gutter part."""
    segment = row[:1]
    for piece in row[1:]:
        if piece.x0 - segment[-1].x1 > max(_GUTTER_SIZES * piece.size, _GUTTER_MIN_POINTS):
            yield segment
            segment = []
        segment.append(piece)
    yield segment


def _gutter(segments: Sequence[Segment]) -> float | None:
    """Return where two columns of prose part, None where there is one column or a table."""
    left, right = _start(segments), _end(segments)
    margin = (right - left) / 6
    edges = sorted({s[0].x0 - 1 for s in segments if left + margin < s[0].x0 < right - margin})
    best = min(edges, key=lambda x: (_crossing(segments, x), x), default=None)
    if best is None or _crossing(segments, best) > _CROSSING_SHARE * len(segments):
        return None
    sides = ([s for s in segments if s[-1].x1 <= best], [s for s in segments if s[0].x0 >= best])
    return best if all(map(_is_prose, sides)) and _beside(*sides) else None


def _crossing(segments: Sequence[Segment], x: float) -> int:
    return sum(s[0].x0 < x < s[-1].x1 for s in segments)


def _is_prose(segments: Sequence[Segment]) -> bool:
    """Tell whether lines fill their column with words, as the cells of a table do not."""
    if len(segments) < _COLUMN_MIN_LINES:
        return False
    width = _end(segments) - _start(segments)
    words = median(len(s) if not s[0].rows else _COLUMN_MIN_WORDS for s in segments)
    filled = median(s[-1].x1 - s[0].x0 for s in segments)
    return words >= _COLUMN_MIN_WORDS and filled >= _COLUMN_FILL * width


def _beside(one: Sequence[Segment], other: Sequence[Segment]) -> bool:
    tops = max(one[0][0].top, other[0][0].top)
    bottoms = min(one[-1][0].bottom, other[-1][0].bottom)
    return bottoms > tops


def _start(segments: Sequence[Segment]) -> float:
    return min(p.x0 for s in segments for p in s)


def _end(segments: Sequence[Segment]) -> float:
    return max(p.x1 for s in segments for p in s)
