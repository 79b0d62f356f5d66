"""Files become texts with what their format says of them; one loader for each kind of file."""

import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Protocol

import trafilatura

from corpus.clean import clean
from corpus.errors import UnreadableArticle


_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*(?:\n|$)", re.DOTALL)


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
    """A cleaned text and the metadata that its format carried."""

    text: str
    metadata: Metadata


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
        """Read a text file in UTF-8, or UTF-16 with a byte order mark."""
        return LoadedText(clean(decode(path)), Metadata())


class MarkdownLoader:
    """Reads `.md`, with front matter."""

    suffixes = (".md",)

    def load(self, path: Path) -> LoadedText:
        """Read a Markdown file; its marks stay in the text."""
        text = clean(decode(path))
        front = _FRONT_MATTER.match(text)
        if not front:
            return LoadedText(text, Metadata())
        known = {f.name: _front_value(front.group(1), f.name) for f in fields(Metadata)}
        return LoadedText(text[front.end() :].lstrip("\n"), Metadata(**known))


def _front_value(front_matter: str, key: str) -> str:
    # Line by line, not as YAML: "title: Ký kết: năm 2021" is what people write.
    line = re.search(rf"^{key}[ \t]*:[ \t]*(.*)$", front_matter, re.MULTILINE | re.IGNORECASE)
    return line.group(1).strip().strip("\"'") if line else ""


class HtmlLoader:
    """Reads saved web pages; trafilatura finds the main text and drops navigation."""

    suffixes = (".html", ".htm")

    def load(self, path: Path) -> LoadedText:
        """Read a page as text with Markdown marks for headings and lists."""
        data = path.read_bytes()
        text = trafilatura.extract(
            data, output_format="markdown", include_comments=False, include_tables=True
        )
        if not text:
            raise UnreadableArticle(
                f"{path.name}: no article text was found in this page; save its text as .txt."
            )
        found = trafilatura.extract_metadata(data)
        metadata = Metadata(
            title=clean(found.title or ""),
            organisation=clean(found.sitename or "") if found.sitename != found.hostname else "",
            source=found.url or "",
            date=found.date or "",
        )
        return LoadedText(clean(text), metadata)


LOADERS: tuple[ArticleLoader, ...] = (PlainTextLoader(), MarkdownLoader(), HtmlLoader())


def loader_for(path: Path) -> ArticleLoader:
    """Return the loader of a file by its ending; UnreadableArticle when there is none."""
    for loader in LOADERS:
        if path.suffix.lower() in loader.suffixes:
            return loader
    known = ", ".join(suffix for loader in LOADERS for suffix in loader.suffixes)
    raise UnreadableArticle(f"{path.name}: {path.suffix or 'no ending'!r} is not one of {known}.")


def decode(path: Path) -> str:
    """Return the characters of a text file; UnreadableArticle when the encoding is not known."""
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableArticle(
            f"{path.name}: byte {error.start} is not valid {encoding.upper()}; "
            "save the file as UTF-8."
        ) from error
    if re.search("[\ud800-\udfff]", text):
        raise UnreadableArticle(f"{path.name}: holds lone surrogates; save the file as UTF-8.")
    return text
