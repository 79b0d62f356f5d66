"""Saved web pages."""

import json
import re
from pathlib import Path
from typing import Any

from lxml import etree, html

from corpus.clean import clean
from corpus.encoding import decode_bytes
from corpus.errors import UnreadableArticle
from corpus.file_limits import read_limited
from corpus.html_lines import LineWriter
from corpus.html_page import article_root
from corpus.loaded_text import LoadedText, Metadata, refuse_unusable

MAX_SOURCE_CHARS = 10_000_000
"""Without embedded pictures; the tree of a page takes twenty times as much memory."""
_EMBEDDED = re.compile(r"data:[\w/+.;=-]{1,100},[A-Za-z0-9+/=%]{100,}")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BLANK_LINES = re.compile(r"\n{3,}")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?!\d)")
_SITE_IN_TITLE = re.compile(r"\s+(?:[|•·»]|[-–—])\s+")
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(https?://\S+) -->")
_DATE_NAMES = (
    "article:published_time", "datepublished", "pubdate", "date", "dc.date", "dcterms.date",
    "dc.date.issued", "dcterms.created", "article:modified_time", "datemodified",
)  # fmt: skip


class HtmlLoader:
    """Reads `.html` and `.htm`."""

    suffixes = (".html", ".htm")

    def load(self, path: Path) -> LoadedText:
        """Read a page as text with Markdown marks for headings and list items."""
        source, broken = _source(path)
        if len(source) > MAX_SOURCE_CHARS:
            raise UnreadableArticle(
                f"{path.name}: the page has {len(source):,} characters, more than the "
                f"{MAX_SOURCE_CHARS:,} of one page; save its text as .txt or split it."
            )
        if not source.strip():
            raise UnreadableArticle(f"{path.name}: the page is empty; save it again.")
        try:
            page = html.document_fromstring(_DECLARATION.sub("", clean(source)))
        except (etree.LxmlError, ValueError) as error:
            raise UnreadableArticle(
                f"{path.name}: is no web page ({error}); save its text as .txt."
            ) from error
        metadata = _metadata(page, source)
        text = page_text(page)
        if not any(character.isalpha() for character in text):
            raise UnreadableArticle(
                f"{path.name}: no article text was found in this page; save its text as .txt."
            )
        if broken and "\ufffd" in text:
            raise broken
        refuse_unusable(path, text)
        return LoadedText(text, metadata)


def _source(path: Path) -> tuple[str, UnreadableArticle | None]:
    """Return a page without embedded pictures, and the error if it holds broken letters."""
    data, broken = read_limited(path), None
    try:
        source = decode_bytes(data, path.name)
    except UnreadableArticle as error:
        # Sites cut their descriptions in the middle of a letter; the article may be whole.
        if not isinstance(error.__cause__, UnicodeDecodeError):
            raise
        source, broken = data.decode("utf-8", errors="replace"), error
    return _EMBEDDED.sub("", source), broken


def page_text(page: Any) -> str:
    """Return the cleaned article of a parsed page, which is cut down on the way."""
    writer = LineWriter()
    writer.write(article_root(page))
    writer.flush()
    return clean(_BLANK_LINES.sub("\n\n", "\n".join(writer.lines))).strip("\n")


def _metadata(page: Any, source: str) -> Metadata:
    named = {
        (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(): (
            clean(meta.get("content") or "").strip()
        )
        for meta in reversed(page.xpath("//meta"))
    }
    site = named.get("og:site_name", "")
    canonical = page.xpath("string(//link[@rel='canonical']/@href)").strip()
    saved_from = _SAVED_FROM.search(source[:2000])
    links = (canonical, named.get("og:url", ""), saved_from[1] if saved_from else "")
    return Metadata(
        title=_title(page, named.get("og:title", "")),
        # An address is no name.
        organisation=site if " " in site else "",
        source=next((link for link in links if link.startswith(("http://", "https://"))), ""),
        date=_date(page, named),
    )


def _title(page: Any, stated: str) -> str:
    headings = [" ".join(h.text_content().split()) for h in page.xpath("//h1[not(.//a)]")]
    alone = headings[0] if len(headings) == 1 else ""
    window = " ".join(page.xpath("string(//title)").split())
    return stated or alone or _SITE_IN_TITLE.split(window)[0]


def _date(page: Any, named: dict[str, str]) -> str:
    values = [named.get(name, "") for name in _DATE_NAMES]
    values[2:2] = [_linked_data_date(block) for block in page.xpath("//script[@type]")]
    values += page.xpath("//*[@itemprop='datePublished']/@datetime | //time/@datetime")
    days = (_DAY.match(value) for value in values)
    return next((day[1] for day in days if day), "")


def _linked_data_date(block: Any) -> str:
    if block.get("type") != "application/ld+json":
        return ""
    try:
        found = json.dumps(json.loads(block.text or ""))
    except (ValueError, RecursionError):
        return ""
    day = re.search(r'"datePublished": "(\d{4}-\d{2}-\d{2})', found)
    return day[1] if day else ""
