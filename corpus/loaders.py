"""Files become texts with what their format says of them; one loader for each kind of file."""

import logging
import re
from dataclasses import fields
from pathlib import Path
from typing import Protocol

from corpus.clean import clean
from corpus.docx_loader import DocxLoader
from corpus.encoding import decode_bytes
from corpus.errors import UnreadableArticle
from corpus.file_limits import read_limited
from corpus.html_loader import HtmlLoader
from corpus.loaded_text import LoadedText, Metadata, refuse_unusable
from corpus.pdf_loader import PdfLoader

__all__ = ["ArticleLoader", "LoadedText", "Metadata", "decode", "loader_for"]

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*(?:\n|$)", re.DOTALL)

# What pdfminer has to say of a font or a box helps nobody who keeps articles.
for _library in ("pdfminer", "pdfplumber"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)


class ArticleLoader(Protocol):
    """Reads one kind of file."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The file name endings that it reads, in lower case with their dot."""
        ...

    def load(self, path: Path) -> LoadedText:
        """Read a file; UnreadableArticle says what is wrong with it."""
        ...


class PlainTextLoader:
    """Reads `.txt`."""

    suffixes = (".txt",)

    def load(self, path: Path) -> LoadedText:
        """Read a text file in UTF-8, UTF-16 or Windows-1258."""
        text = clean(decode(path))
        refuse_unusable(path, text)
        return LoadedText(text, Metadata())


class MarkdownLoader:
    """Reads `.md`, with front matter."""

    suffixes = (".md",)

    def load(self, path: Path) -> LoadedText:
        """Read a Markdown file; its marks stay in the text."""
        text, known = clean(decode(path)), dict[str, str]()
        if front := _FRONT_MATTER.match(text):
            known = {f.name: _front_value(front.group(1), f.name) for f in fields(Metadata)}
            text = text[front.end() :].lstrip("\n")
        refuse_unusable(path, text)
        return LoadedText(text, Metadata(**known))


def _front_value(front_matter: str, key: str) -> str:
    # Line by line, not as YAML: "title: Ký kết: năm 2021" is what people write.
    line = re.search(rf"^{key}[ \t]*:[ \t]*(.*)$", front_matter, re.MULTILINE | re.IGNORECASE)
    return line.group(1).strip().strip("\"'") if line else ""


LOADERS: tuple[ArticleLoader, ...] = (
    PlainTextLoader(),
    MarkdownLoader(),
    HtmlLoader(),
    DocxLoader(),
    PdfLoader(),
)


def loader_for(path: Path) -> ArticleLoader:
    """Return the loader of a file by its ending; UnreadableArticle when there is none."""
    for loader in LOADERS:
        if path.suffix.lower() in loader.suffixes:
            return loader
    known = ", ".join(suffix for loader in LOADERS for suffix in loader.suffixes)
    raise UnreadableArticle(
        f"{path.name}: {path.suffix or 'no ending'!r} is not one of {known}; "
        "save it in one of these formats."
    )


def decode(path: Path) -> str:
    """Return the characters of a text file; UnreadableArticle when the encoding is not known."""
    return decode_bytes(read_limited(path), path.name)
