"""The shape of a page: headings, list items, paragraphs, and the furniture around them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.clean import plain_spaces
from corpus.furniture import furniture_lines
from corpus.headings import BULLET, TITLE, Line, heading


class Kind(StrEnum):
    """What a line of an article is."""

    HEADING = "heading"
    BULLET = "bullet"
    PARAGRAPH = "paragraph"
    FURNITURE = "furniture"
    RULE = "rule"
    """A line without words: the border of a table, a row of dashes."""


@dataclass(frozen=True, slots=True)
class Block:
    """One line of an article, `text[start:end]`, without surrounding space.

    `body` is where its own words begin, after a bullet or heading mark. `headings` leads from
    the outermost heading to the lead-in of the list that the block belongs to.
    """

    kind: Kind
    start: int
    body: int
    end: int
    headings: tuple[str, ...]


_TITLE_MAX_WORDS = 60


def outline(text: str, repeated: Collection[str] = ()) -> list[Block]:
    """Return the lines of a cleaned article in order, each with its kind and headings.

    `repeated` holds short lines that stand in several articles of the corpus; at the head or
    foot of a page they count as furniture.
    """
    lines = _lines(text)
    furniture = furniture_lines([line.text for line in lines], repeated)
    body = [line for number, line in enumerate(lines) if number not in furniture]
    blocks = [
        Block(Kind.FURNITURE, line.start, line.start, line.start + len(line.text), ())
        for number, line in enumerate(lines)
        if number in furniture
    ]
    return sorted(blocks + _body_blocks(body), key=lambda block: block.start)


def undoubled(title: str) -> str:
    """Return a title that stands twice in a row ("A.A", "A - A") once, else as it is."""
    half = re.fullmatch(r"(.{8,300}?)[\s.|–-]*\1\W*", title) if len(title) < 700 else None
    return half.group(1) if half else title


def last_clause(line: str) -> str:
    """Return the last sentence of a lead-in such as "... Viện hợp tác với:", without colon."""
    return re.split(r"(?<=[.!?…])\s+", line)[-1].strip(" *_").rstrip(" :")


def _lines(text: str) -> list[Line]:
    found: list[Line] = []
    end = 0
    for match in re.finditer(r"\S(?:[^\n]*\S)?", text):
        indent = match.start() - (text.rfind("\n", 0, match.start()) + 1)
        after_blank = text.count("\n", end, match.start()) > 1
        found.append(Line(match.start(), indent, plain_spaces(match.group()), after_blank))
        end = match.end()
    return found


def _is_title(line: str) -> bool:
    is_sentence = line.endswith((".", "!", ";", ",", ":")) and undoubled(line) == line
    is_short = len(line.split()) <= _TITLE_MAX_WORDS
    return is_short and not is_sentence and not BULLET.match(line) and not line.startswith("#")


def _body_blocks(lines: Sequence[Line]) -> list[Block]:
    path: list[tuple[int, str]] = []
    lead_ins: list[tuple[tuple[int, str], str]] = []
    blocks: list[Block] = []
    for number, line in enumerate(lines):
        start, end = line.start, line.start + len(line.text)
        titles = tuple(title for _, title in path)
        is_title = number == 0 and len(lines) > 1 and _is_title(line.text)
        level, mark = (TITLE, 0) if is_title else heading(lines, number, path[0][1] if path else "")
        bullet = BULLET.match(line.text)
        if level:
            path = [step for step in path if step[0] < level]
            titles = tuple(title for _, title in path)
            blocks.append(Block(Kind.HEADING, start, start + mark, end, titles))
            path.append((level, undoubled(line.text[mark:].strip(" *_:"))))
            lead_ins = []
        elif not any(map(str.isalnum, line.text)):
            blocks.append(Block(Kind.RULE, start, start, end, titles))
        else:
            place = (line.indent, _mark(bullet.group()) if bullet else "")
            lead_ins = _open(lead_ins, place) if bullet else []
            headings = (*titles, *(lead_in for _, lead_in in lead_ins))
            kind = Kind.BULLET if bullet else Kind.PARAGRAPH
            body = start + (bullet.end() if bullet else 0)
            blocks.append(Block(kind, start, body, end, headings))
            if line.text.rstrip("*_").endswith(":"):
                lead_ins.append((place, last_clause(line.text[body - start :])))
    return blocks


def _mark(bullet: str) -> str:
    """Return what the marks of one list have in common: "1)" and "2)" are of one list."""
    return re.sub(r"[a-zđ]", "a", re.sub(r"\d+", "1", bullet.strip()))


def _open(
    lead_ins: list[tuple[tuple[int, str], str]], place: tuple[int, str]
) -> list[tuple[tuple[int, str], str]]:
    """Return the lead-ins that a list item at this place is under: none beside or below it."""
    for number, (other, _) in enumerate(lead_ins):
        beside = other[1] == place[1] and other[0] >= place[0]
        if other[1] and (beside or other[0] > place[0]):
            return lead_ins[:number]
    return list(lead_ins)
