"""The lines of a PDF become one text: no page furniture, whole paragraphs, marked headings."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from corpus.line_marks import BOLD_HEADING, may_head
from corpus.pdf_page import PdfLine
from corpus.spelling import is_spelled
from corpus.torn_words import is_torn, mend

_MARGIN = 0.12
_REPEATED_SHARE = 0.4
_REPEATED_PAGES = 3
_PAGE_NUMBER = re.compile(
    r"\W*(?:trang|page|tr\.?)?\W*\d{1,4}\W*(?:(?:of|trên|/)\W*\d{1,4})?\W*", re.IGNORECASE
)
_EDGE_NUMBER = re.compile(r"^\d{1,4}(?=\s)|(?<=\s)\d{1,4}$|^\d{1,4}$")
_COUNTING_PAGES = 3
_ITEM = re.compile(
    r"[-–—•●▪◦■*+✓➢►]\s|\(?[a-zđ]\)\s|\(?\d{1,3}[.)]\s|\d{1,2}(?:\.\d{1,2})+\.?\s|[IVX]{1,5}[.)]\s"
    r"|(?:Điều|Chương|Phần|Mục)\s+[\dIVX]+"
)
_ENDS = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_BROKEN_WORD = re.compile(r"([^\W\d_]+)[-\u2010]$")
_HEADING_RATIO = 1.12
_HEADING_MAX_CHARS = 200
_HEADING_LEVELS = 4
_SAME_SIZE = 0.08
_PITCH_SLACK = 1.3
_INDENT_SIZES = 0.8

Paragraph = list[PdfLine]


def assemble(lines: Sequence[PdfLine], pages: int) -> tuple[str, tuple[int, ...]]:
    """Return the cleaned text of a PDF and the offset of each page's first character in it.

    `lines` are those of all pages in reading order, their texts cleaned; `pages` is their number.
    """
    kept = _without_furniture(lines, pages)
    if is_torn(line.text for line in kept):
        kept = [replace(line, text=mend(line.text)) for line in kept]
    sizes = Counter[float]()
    for line in kept:
        sizes[line.size] += 0 if line.is_row else len(line.text)
    body = max(sizes, key=lambda size: (sizes[size], -size), default=0.0)
    paragraphs = _paragraphs(kept, body)
    return _written(paragraphs, _marks(paragraphs, body), pages)


def _without_furniture(lines: Sequence[PdfLine], pages: int) -> list[PdfLine]:
    """Drop page numbers, and what stands in the margin of many pages but for its digits."""
    margin = [n for n, line in enumerate(lines) if not _MARGIN < line.place < 1 - _MARGIN]
    on_pages: dict[tuple[str, float], set[int]] = {}
    for n in margin:
        on_pages.setdefault(_shape(lines[n]), set()).add(lines[n].page)
    counting = _counting(lines, margin)
    many = max(2, min(_REPEATED_PAGES, _REPEATED_SHARE * pages))
    dropped = {
        n
        for n in margin
        if n in counting
        or len(on_pages[_shape(lines[n])]) >= many
        or _PAGE_NUMBER.fullmatch(lines[n].text)
    }
    return [line for n, line in enumerate(lines) if n not in dropped]


def _counting(lines: Sequence[PdfLine], margin: Sequence[int]) -> set[int]:
    """Return the lines of the margin that begin or end with the number of their page.

    A chapter's name beside the number changes too often to count as repeated.
    """
    offsets: dict[int, set[int]] = {}
    for n in margin:
        for number in _EDGE_NUMBER.findall(lines[n].text):
            offsets.setdefault(int(number) - lines[n].page, set()).add(n)
    most = max(offsets.values(), key=len, default=set())
    return most if len({lines[n].page for n in most}) >= _COUNTING_PAGES else set()


def _shape(line: PdfLine) -> tuple[str, float]:
    return re.sub(r"\d+", "0", line.text.casefold()), line.size


def _paragraphs(lines: Sequence[PdfLine], body: float) -> list[Paragraph]:
    pitch = _pitch(lines)
    paragraphs = list[Paragraph]()
    for line in lines:
        if paragraphs and _continues(paragraphs[-1], line, body, pitch):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return paragraphs


def _pitch(lines: Sequence[PdfLine]) -> float:
    """Return the usual distance from line to line, in font sizes."""
    steps = [
        (b.top - a.top) / b.size
        for a, b in zip(lines, lines[1:], strict=False)
        if a.page == b.page and a.size == b.size > 0 and a.size < b.top - a.top < 3 * a.size
    ]
    return median(steps) if steps else 1.2


def _continues(paragraph: Paragraph, line: PdfLine, body: float, pitch: float) -> bool:
    """Tell whether a line goes on with the paragraph above it."""
    last = paragraph[-1]
    if line.is_row or last.is_row or _ITEM.match(line.text):
        return False
    if abs(line.size - last.size) > _SAME_SIZE * max(line.size, last.size):
        return False
    in_sentence = line.text[0].islower() and not _ENDS.search(last.text)
    in_sentence = in_sentence or bool(_BROKEN_WORD.search(last.text))
    if (line.page, line.left) != (last.page, last.left) or line.top < last.top:
        # From the foot of a column to the head of the next.
        return in_sentence
    if line.top - last.top > _PITCH_SLACK * pitch * line.size:
        return False
    if line.size > _HEADING_RATIO * body:
        return line.bold == last.bold and line.text.isupper() == last.text.isupper()
    if in_sentence:
        return True
    indented = line.x0 - last.x0 > _INDENT_SIZES * line.size
    hanging = len(paragraph) == 1 and _ITEM.match(last.text)
    fits = last.x1 + line.first_width + line.size / 3 < last.right
    return line.bold == last.bold and not fits and not (indented and not hanging)


def _marks(paragraphs: Sequence[Paragraph], body: float) -> list[str]:
    """Return the heading mark of each paragraph, "" for prose; the largest size is "#"."""
    large = sorted({p[0].size for p in paragraphs if _is_large(p, body)}, reverse=True)
    levels = {size: min(n, _HEADING_LEVELS) for n, size in enumerate(large, 1)}
    bold_body = _bold_share(paragraphs, body) > 0.5
    marks = list[str]()
    for paragraph in paragraphs:
        mark = ""
        if _is_large(paragraph, body):
            mark = "#" * levels[paragraph[0].size] + " "
        elif not bold_body and all(line.bold for line in paragraph):
            text = " ".join(line.text for line in paragraph)
            mark = f"{BOLD_HEADING} " if may_head(text) else ""
        marks.append(mark)
    return marks


def _is_large(paragraph: Paragraph, body: float) -> bool:
    text = " ".join(line.text for line in paragraph)
    lettered = any(character.isalpha() for character in text)
    large = paragraph[0].size > _HEADING_RATIO * body and not paragraph[0].is_row
    return large and lettered and len(text) <= _HEADING_MAX_CHARS


def _bold_share(paragraphs: Sequence[Paragraph], body: float) -> float:
    prose = [line for p in paragraphs for line in p if line.size == body]
    return sum(len(line.text) for line in prose if line.bold) / max(
        1, sum(len(line.text) for line in prose)
    )


def _written(
    paragraphs: Sequence[Paragraph], marks: Sequence[str], pages: int
) -> tuple[str, tuple[int, ...]]:
    written, length, starts = list[str](), 0, list[int]()
    for paragraph, mark in zip(paragraphs, marks, strict=True):
        border = "\n\n" if mark and written else "\n" if written else ""
        parts = _healed([line.text for line in paragraph])
        for line, part in zip(paragraph, parts, strict=True):
            starts += [length + len(border)] * (line.page - len(starts))
            written.append(border + mark + part)
            length += len(written[-1])
            border, mark = "", ""
    starts += [length] * (pages - len(starts))
    return "".join(written), tuple(starts)


def _healed(lines: Sequence[str]) -> list[str]:
    """Return the lines of a paragraph, each with the space after it; broken words made whole."""
    parts = list[str]()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        broken = _BROKEN_WORD.search(line)
        if not following or broken is None:
            parts.append(line + " " * bool(following))
            continue
        rest = re.match(r"[^\W\d_]+", following)
        # "bác-sĩ" is two syllables with a hyphen between them, "hospi-tal" is one word.
        compound = rest is None or (is_spelled(broken[1]) and is_spelled(rest[0]))
        parts.append(line if compound or not following[0].islower() else line[:-1])
    return parts
