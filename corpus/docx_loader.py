"""Word files, opened with python-docx once their archive was found harmless."""

import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from lxml import etree

from corpus.clean import clean
from corpus.docx_body import BodyReader
from corpus.errors import UnreadableArticle
from corpus.file_limits import check_size, check_zip
from corpus.loaded_text import LoadedText, Metadata, refuse_unusable, stated_title
from corpus.organisation import infer_organisation

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_EXTENDED = "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}"
_TEMPLATE_MADE = datetime(2013, 12, 23, 23, 15, tzinfo=UTC)
"""When python-docx's empty file was made; files that programs write from it still say so."""
_BLANK_LINES = re.compile(r"\n{3,}")


class DocxLoader:
    """Reads `.docx`."""

    suffixes = (".docx",)

    def load(self, path: Path) -> LoadedText:
        """Read a Word file; headings become "#", list items "-" or "1)", rows one line each."""
        _refuse_foreign(path)
        check_zip(path)
        try:
            opened = docx.Document(str(path))
            reader = BodyReader(_element(opened, "styles"), _element(opened, "numbering"))
            lines = list(reader.lines(opened.element.body))
            metadata = _metadata(opened)
        # The XML inside is whatever a program wrote, and each of these is how python-docx says so.
        except (
            OpcError, KeyError, ValueError, AttributeError, IndexError, TypeError, OSError,
            NotImplementedError, RuntimeError, zipfile.BadZipFile, etree.LxmlError, EOFError,
        ) as error:  # fmt: skip
            raise UnreadableArticle(
                f"{path.name}: the file is damaged or no Word file "
                f"({type(error).__name__}); open it in Word and save it again as .docx."
            ) from error
        text = clean(_BLANK_LINES.sub("\n\n", "\n".join(lines))).strip("\n")
        refuse_unusable(path, text)
        return LoadedText(text, metadata)


def _refuse_foreign(path: Path) -> None:
    """Tell apart what else is named .docx: locked files, old Word files, anything else."""
    check_size(path)
    data = path.read_bytes()
    if data.startswith(_OLD_OFFICE) and _ENCRYPTED in data:
        raise UnreadableArticle(
            f"{path.name}: is protected by a password; save it from Word without one."
        )
    if data.startswith(_OLD_OFFICE):
        raise UnreadableArticle(
            f"{path.name}: is a Word 97-2003 file (.doc); open it in Word and save it as .docx."
        )
    if not data.startswith(b"PK"):
        raise UnreadableArticle(
            f"{path.name}: the file is damaged or no Word file; save it again as .docx."
        )


def _element(opened: Any, kind: str) -> Any:
    """Return the root of the styles or numbering part; python-docx would make a missing one."""
    for relation in opened.part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            part = relation.target_part
            return getattr(part, "element", None)
    return None


def _metadata(opened: Any) -> Metadata:
    core = opened.core_properties
    company = _company(opened)
    return Metadata(
        title=stated_title(core.title or ""),
        # Most companies named here are those that installed Word.
        organisation=company if infer_organisation(company, "") else "",
        date=_date(core.created, core.modified),
    )


def _date(*stated: datetime | None) -> str:
    """Return the latest day that is more than what a template said, "" for none."""
    own = [moment for moment in stated if moment and moment != _TEMPLATE_MADE]
    return max(own).date().isoformat() if own else ""


def _company(opened: Any) -> str:
    for part in opened.part.package.iter_parts():
        if str(part.partname) == "/docProps/app.xml":
            parser = etree.XMLParser(resolve_entities=False)
            return clean(etree.fromstring(part.blob, parser).findtext(f"{_EXTENDED}Company", ""))
    return ""
