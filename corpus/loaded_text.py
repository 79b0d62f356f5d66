"""What a loader makes of a file."""

import re
from dataclasses import dataclass, fields
from pathlib import Path

from corpus.clean import clean
from corpus.errors import UnreadableArticle
from corpus.legacy_text import legacy_encoding, refuse_legacy

MAX_TEXT_CHARS = 5_000_000
"""About 2,500 printed pages: more than any article, and little enough to be held in memory."""
_NO_TITLE = re.compile(
    r"^microsoft |\.(?:docx?|pdf|rtf|odt|xlsx?|pptx?|indd|cdr)$|^(?:untitled|document|tài liệu|word"
    r" document|powerpoint presentation|slide|tit(?:le|el)|title of [\w ]+|\W*)\d*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of an article beside its text; "" where nothing is."""

    title: str = ""
    organisation: str = ""
    source: str = ""
    date: str = ""

    def or_else(self, other: "Metadata") -> "Metadata":
        """Return these values, and the other's where one is missing."""
        return Metadata(*(getattr(self, f.name) or getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True, slots=True)
class LoadedText:
    """A cleaned text and the metadata that its format carried.

    `page_starts` holds the offset of each page's first character, for a paged format.
    `date_is_of_file` says that the date is the day on which the file was made.
    """

    text: str
    metadata: Metadata
    page_starts: tuple[int, ...] = ()
    date_is_of_file: bool = False


def refuse_unusable(path: Path, text: str) -> None:
    """Raise UnreadableArticle for a text that is empty, too long or in a legacy encoding."""
    if not any(character.isalpha() for character in text):
        raise UnreadableArticle(
            f"{path.name}: the file is empty or holds no letters; add a file with text in it."
        )
    if len(text) > MAX_TEXT_CHARS:
        raise UnreadableArticle(
            f"{path.name}: the text has {len(text):,} characters, more than the "
            f"{MAX_TEXT_CHARS:,} of one article; split it into several files."
        )
    refuse_legacy(path.name, text)


def stated_title(title: str) -> str:
    """Return the title of a file's properties, "" where a program filled it in."""
    line = " ".join(clean(title).split())
    return "" if _NO_TITLE.search(line) or "\ufffd" in line or legacy_encoding(line) else line
