"""PDF files, read page by page with pdfplumber."""

import re
from pathlib import Path
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect

from corpus.errors import UnreadableArticle
from corpus.file_limits import check_pdf_streams, read_limited
from corpus.loaded_text import (
    MAX_TEXT_CHARS,
    LoadedText,
    Metadata,
    refuse_unusable,
    stated_title,
)
from corpus.pdf_page import PdfLine, page_lines
from corpus.pdf_text import assemble

MAX_PAGES = 1_000
_MAX_PAGE_CHARS = 100_000
_PICTURE_SHARE = 0.5
_PICTURE_PAGE_MAX_LETTERS = 100
_UNMAPPED = re.compile(r"\(cid:\d+\)|\ufffd")
_UNMAPPED_SHARE = 0.1
_DAY = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})")


class PdfLoader:
    """Reads `.pdf`."""

    suffixes = (".pdf",)

    def load(self, path: Path) -> LoadedText:
        """Read a PDF with a text layer; larger type becomes "#" headings."""
        check_pdf_streams(read_limited(path), path.name)
        try:
            with pdfplumber.open(path) as pdf:
                return _loaded(path, pdf)
        except (UnreadableArticle, OSError, MemoryError):
            raise
        # A damaged file makes pdfminer raise whatever its parser runs into: KeyError, TypeError,
        # struct.error, RecursionError and a dozen classes of its own.
        except Exception as error:
            raise _refusal(path, error) from error


def _loaded(path: Path, pdf: Any) -> LoadedText:
    count = len(pdf.pages)
    if count > MAX_PAGES:
        raise UnreadableArticle(
            f"{path.name}: has {count:,} pages, more than the {MAX_PAGES:,} of one file; split it."
        )
    lines, pictures, chars = list[PdfLine](), 0, 0
    for number, page in enumerate(pdf.pages, 1):
        chars += len(page.chars)
        if len(page.chars) > _MAX_PAGE_CHARS or chars > MAX_TEXT_CHARS:
            raise UnreadableArticle(
                f"{path.name}: page {number} brings the text to {chars:,} characters, more than "
                "an article can hold; split the file."
            )
        pictures += _is_picture(page)
        _refuse_unmapped(path, page, number)
        lines += page_lines(page, number)
        # Else every page stays in memory until the last one is read.
        page.close()
    if 2 * pictures > count:
        raise UnreadableArticle(
            f"{path.name}: {pictures} of {count} pages are scanned pictures without text; "
            "run text recognition (OCR) for Vietnamese on it and add the new file."
        )
    text, starts = assemble(lines, count)
    refuse_unusable(path, text)
    return LoadedText(text, _metadata(pdf.metadata), starts, date_is_of_file=True)


def _is_picture(page: Any) -> bool:
    """Tell whether a page shows a picture in place of text; a stamp with a name is no text."""
    letters = sum(c["text"].isalpha() for c in page.chars)
    if letters > _PICTURE_PAGE_MAX_LETTERS:
        return False
    covered = sum(float(i["width"]) * float(i["height"]) for i in page.images)
    return covered > _PICTURE_SHARE * float(page.width) * float(page.height)


def _refuse_unmapped(path: Path, page: Any, number: int) -> None:
    unmapped = sum(bool(_UNMAPPED.match(c["text"])) for c in page.chars)
    if unmapped > _UNMAPPED_SHARE * len(page.chars):
        raise UnreadableArticle(
            f"{path.name}: the letters of page {number} carry no Unicode values; "
            "export the PDF again from its source, or run text recognition (OCR) on it."
        )


def _metadata(properties: dict[str, Any]) -> Metadata:
    day = _DAY.match(str(properties.get("ModDate") or properties.get("CreationDate") or ""))
    title = properties.get("Title")
    return Metadata(
        title=stated_title(title) if isinstance(title, str) else "",
        date="-".join(day.groups()) if day else "",
    )


def _refusal(path: Path, error: Exception) -> UnreadableArticle:
    causes = (error, *error.args, error.__cause__, error.__context__)
    if any(isinstance(cause, PDFPasswordIncorrect) for cause in causes):
        return UnreadableArticle(f"{path.name}: is protected by a password; save it without one.")
    return UnreadableArticle(
        f"{path.name}: the file is damaged or no PDF ({type(error).__name__}); "
        "export it again from its source."
    )
