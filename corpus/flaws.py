"""What a keeper should look at before an article is published; none of it keeps an article out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from corpus.article import Article
from corpus.intake import Change
from corpus.legacy_text import legacy_encoding
from corpus.structure import Kind, outline

Code = Literal[
    "no_organisation", "organisation_inferred", "no_date", "date_of_file", "no_headings",
    "long_paragraph", "damaged_characters", "garbled", "shrunk",
]  # fmt: skip
_LONG_TEXT_CHARS = 3_000
"""About a printed page and a half, after which a reader wants a heading."""
_LONG_PARAGRAPH_CHARS = 3_000
_SHOWN_CHARS = 40
# What is no letter: the mark of a lost one, and the private signs of symbol fonts.
_LOST = re.compile("[\ufffd\ue000-\uf8ff]")
# The mildest damage that the loaders let pass: a few words of UTF-8 read as Latin-1.
_GARBLED = re.compile("\\S*(?:(?:á[º»]|Ã)[\x80-¿Œ-ƒ\u2018-\u2122]|Ä[‘\x91]|Æ[°¡])\\S*")


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something doubtful about an article: a code for programs and a sentence for the keeper."""

    article_id: str
    code: Code
    text: str


def flaws_of(article: Article, change: Change) -> tuple[Flaw, ...]:
    """Return what is doubtful about an article as it was read, and about its change."""
    found = (*_origin(article), *_shape(article), *_letters(article.text), *_shrunk(change))
    return tuple(Flaw(article.id, code, text) for code, text in found)


def _origin(article: Article) -> Iterator[tuple[Code, str]]:
    if not article.organisation:
        yield "no_organisation", "no organisation is stated and none could be inferred"
    elif article.organisation_inferred:
        yield "organisation_inferred", f"the organisation is inferred: {article.organisation}"
    if not article.date:
        yield "no_date", "no date is stated or found"
    elif article.date_is_of_file:
        yield (
            "date_of_file",
            f"the date {article.date} is when the PDF was made, perhaps only printed; state it",
        )


def _shape(article: Article) -> Iterator[tuple[Code, str]]:
    blocks = [b for b in outline(article.text) if b.kind is not Kind.FURNITURE]
    # The first heading is the title.
    headings = sum(block.kind is Kind.HEADING for block in blocks) - 1
    if len(article.text) > _LONG_TEXT_CHARS and headings < 1:
        yield "no_headings", f"{len(article.text):,} characters without a heading"
    longest = max(blocks, key=lambda block: block.end - block.start)
    if (length := longest.end - longest.start) > _LONG_PARAGRAPH_CHARS:
        start = article.text[longest.start : longest.start + _SHOWN_CHARS]
        yield "long_paragraph", f"a paragraph of {length:,} characters: “{start}…”"


def _letters(text: str) -> Iterator[tuple[Code, str]]:
    if lost := len(_LOST.findall(text)):
        yield "damaged_characters", f"{lost:,} characters are lost or of a symbol font"
    if found := _GARBLED.search(text):
        yield "garbled", f"words look garbled: “{found.group()[:_SHOWN_CHARS]}”"
    elif legacy := next(filter(None, map(legacy_encoding, text.split("\n"))), ""):
        yield "garbled", f"a line looks as if it were {legacy}"


def _shrunk(change: Change) -> Iterator[tuple[Code, str]]:
    if change.kind == "changed" and 2 * change.length_chars < change.old_length_chars:
        yield (
            "shrunk",
            f"shrank from {change.old_length_chars:,} to {change.length_chars:,} characters",
        )
