"""The shape of a page: headings, list items, paragraphs, and the furniture around them."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from corpus.clean import plain_spaces
from corpus.furniture import furniture_lines


class Kind(StrEnum):
    """What a line of an article is."""

    HEADING = "heading"
    BULLET = "bullet"
    PARAGRAPH = "paragraph"
    FURNITURE = "furniture"


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


_BULLET = re.compile(r"(?:[-–—•●▪◦■*+✓➢►]|\(?[a-zđ]\)|\(?\d{1,2}\))\s*(?=\S)")
_MARKDOWN = re.compile(r"(#{1,6})\s+")
_NUMBERED = re.compile(r"(?:(\d{1,2}(?:\.\d{1,2}){0,3})[.)]?|([IVX]{1,5})[.)/])\s+(?=\S)")
_HEADING_MAX_CHARS = 120
_HEADING_MAX_WORDS = 18
_TITLE_MAX_WORDS = 60


def outline(text: str, repeated: Collection[str] = ()) -> list[Block]:
    """Return the lines of a cleaned article in order, each with its kind and headings.

    `repeated` holds short lines that stand in several articles of the corpus; at the head or
    foot of a page they count as furniture.
    """
    lines = _lines(text)
    furniture = furniture_lines([plain_spaces(text[a:b]) for a, b in lines], repeated)
    path: list[tuple[int, str]] = []
    lead_in = ""
    blocks: list[Block] = []
    for number, (start, end) in enumerate(lines):
        line = plain_spaces(text[start:end])
        if number in furniture:
            blocks.append(Block(Kind.FURNITURE, start, start, end, ()))
            continue
        level, mark = _heading(line, number, lines, text)
        if level:
            path = [step for step in path if step[0] < level]
            blocks.append(Block(Kind.HEADING, start, start + mark, end, _titles(path)))
            path.append((level, undoubled(line[mark:].strip(" *_:"))))
            lead_in = ""
            continue
        bullet = _BULLET.match(line)
        headings = (*_titles(path), lead_in) if bullet and lead_in else _titles(path)
        kind, body = (Kind.BULLET, bullet.end()) if bullet else (Kind.PARAGRAPH, 0)
        blocks.append(Block(kind, start, start + body, end, headings))
        if not bullet:
            lead_in = last_clause(line) if line.endswith(":") else ""
    return blocks


def undoubled(title: str) -> str:
    """Return a title that stands twice in a row ("A.A", "A - A") once, else as it is."""
    half = re.fullmatch(r"(.{8,}?)[\s.|–-]*\1\W*", title)
    return half.group(1) if half else title


def last_clause(line: str) -> str:
    """Return the last sentence of a lead-in such as "... Viện hợp tác với:", without colon."""
    return re.split(r"(?<=[.!?…])\s+", line)[-1].rstrip(" :")


def _lines(text: str) -> list[tuple[int, int]]:
    return [(m.start(), m.end()) for m in re.finditer(r"\S(?:[^\n]*\S)?", text)]


def _titles(path: list[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(title for _, title in path)


def _heading(line: str, number: int, lines: list[tuple[int, int]], text: str) -> tuple[int, int]:
    """Return the level of a heading (0: it is none) and the length of its mark."""
    if markdown := _MARKDOWN.match(line):
        return len(markdown.group(1)) + 1, markdown.end()
    words = line.split()
    if number == 0 and (undoubled(line) != line or not line.endswith((".", "!", ";", ","))):
        return (1, 0) if len(words) <= _TITLE_MAX_WORDS else (0, 0)
    if len(line) > _HEADING_MAX_CHARS or len(words) > _HEADING_MAX_WORDS:
        return 0, 0
    if line.endswith((".", "!", "…", ";", ",")) and not line.isupper():
        return 0, 0
    if numbered := _NUMBERED.match(line):
        if not line[numbered.end()].isupper() or line.endswith(":"):
            return 0, 0
        depth = numbered.group(1).count(".") if numbered.group(1) else -1
        return 4 + depth, numbered.end()
    if _BULLET.match(line) or not line[0].isupper():
        return 0, 0
    if line.isupper() and len(words) > 1:
        return 3, 0
    return (3, 0) if _stands_alone(number, lines, text) else (0, 0)


def _stands_alone(number: int, lines: list[tuple[int, int]], text: str) -> bool:
    """Tell whether a short line has a blank line before it and a longer block after it."""
    start, end = lines[number]
    if number + 1 == len(lines) or ":" in text[start:end]:
        return False
    following = lines[number + 1]
    blank_before = text.count("\n", lines[number - 1][1], start) > 1
    longer_after = following[1] - following[0] > 1.5 * (end - start)
    return blank_before and longer_after
