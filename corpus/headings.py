"""Which lines of a page are headings, and of which level.

A heading is in no passage of its own, so a line that says something must not be taken for one:
where in doubt, a line is a paragraph or a list item.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, with plain spaces."""

    start: int
    indent: int
    text: str
    after_blank: bool


BULLET = re.compile(
    r"(?:[*+]\s|[-–—•●▪◦■✓➢►](?!\d)|\(?(?:[a-zđ]|\d{1,2})\)|\[\d{1,2}\]|[a-zđ][./]\s|\d{1,2}[./]\s)\s*(?=\S)"
)
_MARKDOWN = re.compile(r"(#{1,6})\s+")
_NUMBERED = re.compile(
    r"(?:\[?(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})(?:[.)/\]]|(?<=\d\.\d)|(?<=\d\.\d\d))"
    r"|(?P<roman>[IVX]{1,5}|[A-H])[.)/])\s+(?=\S)"
)
_BOLD = re.compile(r"(\*\*|__)(?P<words>[^*_]+)\1")
_ASKS = re.compile(r"(?:(?:hỏi|pv|phóng viên|câu hỏi(?: \d+)?|q)\s*[:.]\s*)?", re.IGNORECASE)
_HEADING_MAX_CHARS, _HEADING_MAX_WORDS = 120, 18
_FACT_MIN_WORDS = 9
"""A line of so many words with a number in it that is no year says something: it is no heading."""
_BARE_HEADING_MAX_WORDS = 6
_FACT_HEADING_MIN_WORDS, _QUESTION_MAX_WORDS = 4, 30
TITLE, _ROMAN, _QUESTION = 1, 3, 9


def heading(lines: Sequence[Line], number: int, title: str) -> tuple[int, int]:
    """Return the level of a line as heading (0: it is none) and the length of its mark.

    `title` is the page's, if one was found: pages print it twice.
    """
    line = lines[number].text
    if number + 1 == len(lines):
        return 0, 0
    if markdown := _MARKDOWN.match(line):
        numbered = _NUMBERED.match(line, markdown.end())
        return len(markdown.group(1)) + 1, (numbered or markdown).end()
    if line == title:
        return TITLE, 0
    if asked := _question(line):
        return _QUESTION, asked
    if _says_something(line):
        return 0, 0
    if numbered := _NUMBERED.match(line):
        is_item = line.endswith(":") or not line[numbered.end()].isupper()
        is_item = is_item or _is_in_list(lines, number)
        return (0, 0) if is_item else (_number(line)[0], numbered.end())
    if BULLET.match(line) or not line[0].isupper() and not _BOLD.match(line):
        return 0, 0
    is_loud = (line.isupper() and len(line.split()) > 1) or bool(_BOLD.fullmatch(line))
    return (_ROMAN, 0) if is_loud or _stands_alone(lines, number) else (0, 0)


def holds_fact(title: str) -> bool:
    """Tell whether a heading gives a number or a name, and so may itself be what is asked for."""
    if title.endswith("?"):
        return False
    words = title.strip("*_ ").split()
    names = any(word[0].isupper() for word in words[1:]) and not title.isupper()
    return len(words) >= _FACT_HEADING_MIN_WORDS and (names or bool(re.search(r"\d", title)))


def _says_something(line: str) -> bool:
    words = line.split()
    if len(line) > _HEADING_MAX_CHARS or len(words) > _HEADING_MAX_WORDS:
        return True
    if line.endswith((".", "!", "…", ";", ",")) and not line.isupper():
        return True
    numbers = re.sub(r"^\S+\s|\b(?:19|20)\d\d\b", "", line)
    return len(words) >= _FACT_MIN_WORDS and bool(re.search(r"\d", numbers))


def _question(line: str) -> int:
    """Return the length of the mark before an interviewer's question, 1 or more, or 0."""
    words = line.strip("*_ ")
    asks = _ASKS.match(words)
    is_marked = bool(asks and asks.end()) or line.startswith(("**", "__"))
    is_one = words.endswith("?") and not re.search(r"[.!?…]\s", words)
    if not is_marked or not is_one or len(words.split()) > _QUESTION_MAX_WORDS:
        return 0
    return line.index(words) + (asks.end() if asks else 0)


def _is_in_list(lines: Sequence[Line], number: int) -> bool:
    """Tell whether the number before or after this line's stands right beside it."""
    level, value = _number(lines[number].text)
    neighbours = (*lines[max(0, number - 1) : number], *lines[number + 1 : number + 2])
    beside = [_number(line.text) for line in neighbours]
    return (level, value - 1) in beside or (level, value + 1) in beside


def _number(line: str) -> tuple[int, int]:
    """Return the level of a numbered line and its number at that level; level 0 if it has none."""
    numbered = _NUMBERED.match(line)
    if not numbered:
        return 0, 0
    if roman := numbered.group("roman"):
        values = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV".split()
        return _ROMAN, values.index(roman) + 1 if roman in values else ord(roman[0]) - ord("A") + 1
    numbers = numbered.group("number").split(".")
    return _ROMAN + len(numbers), int(numbers[-1])


def _stands_alone(lines: Sequence[Line], number: int) -> bool:
    """Tell whether a short line is set apart from what precedes it and what follows is longer."""
    line, before, after = lines[number], lines[number - 1].text, lines[number + 1].text
    if not number or ":" in line.text or len(after) <= 1.5 * len(line.text):
        return False
    is_bare = len(line.text.split()) <= _BARE_HEADING_MAX_WORDS and not re.search(
        r"[\d,()|]", line.text
    )
    follows_sentence = before.rstrip("\"'”’»)]*_").endswith((".", "!", "?", "…", ";"))
    return line.after_blank or (is_bare and follows_sentence)
