"""Articles and the passages that they are split into."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

Range = tuple[int, int]
"""A half-open range of Unicode code points."""


def version_of(text: str) -> str:
    """Return the name of a cleaned text: `sha256:` and 16 hexadecimal digits."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


@dataclass(frozen=True)
class Article:
    """One version of a source text; every offset in the system counts in its `text`.

    `page_starts` holds the offset of each page's first character, if the source has pages.
    `date_is_of_file` says, while an article is read, that its date is only the day on which the
    file was made; it is not stored and tells no two articles apart.
    """

    id: str
    title: str
    text: str
    organisation: str = ""
    organisation_inferred: bool = False
    source: str = ""
    date: str = ""
    page_starts: tuple[int, ...] = ()
    date_is_of_file: bool = field(default=False, compare=False)

    @cached_property
    def version(self) -> str:
        """The name of this text, which changes with any character of it."""
        return version_of(self.text)


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieval unit: `article.text[start:end] == text`.

    `headings` leads from the outermost heading to the lead-in of the list that the passage
    belongs to. `sentences` are ranges in the article, in order, inside the passage; each is a
    sentence or a list item. `page` is the page of a paged source, from 1, or 0.
    """

    id: str
    article_id: str
    start: int
    end: int
    text: str
    headings: tuple[str, ...] = ()
    sentences: tuple[Range, ...] = ()
    page: int = 0
