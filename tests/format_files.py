"""Files as people have them, made for the tests of the loaders."""

import io
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
import matplotlib
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

A4_WIDTH, A4_HEIGHT = 595, 842
PLAIN, BOLD = "DejaVu", "DejaVu-Bold"
_FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"

# TCVN 5712:1993 VN3 and VNI for Windows: each letter beside what stands for it.
_UNICODE = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
_TCVN3 = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦"
_VNI = (
    "aø aù aû aõ aï aê aè aé aú aü aë aâ aà aá aå aã aä ñ eø eù eû eõ eï eâ eà eá eå eã eä ì í æ ó"
    " ò oø où oû oõ oï oâ oà oá oå oã oä ô ôø ôù ôû ôõ ôï uø uù uû uõ uï ö öø öù öû öõ öï yø yù yû"
    " yõ î AÊ AÂ Ñ EÂ OÂ Ô Ö"
).split()


def tcvn3(text: str) -> bytes:
    """Return a text as a program with .VnTime fonts saved it."""
    return text.translate(str.maketrans(_UNICODE, _TCVN3)).encode("latin-1")


def vni(text: str) -> bytes:
    """Return a text as a program with VNI fonts saved it."""
    return text.translate(str.maketrans(dict(zip(_UNICODE, _VNI, strict=True)))).encode("cp1252")


def windows_1258(text: str) -> bytes:
    """Return a text in Windows-1258: base letters whole, tones as marks behind them."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    out = ""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(c for c in parts if c in tones)
        out += unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones)) + tone
    return out.encode("cp1258")


def docx_bytes(opened: "docx.document.Document") -> bytes:
    """Return a Word file as bytes."""
    stream = io.BytesIO()
    opened.save(stream)
    return stream.getvalue()


def add_table(opened: "docx.document.Document", rows: Sequence[Sequence[str]], bold: bool) -> None:
    """Add a table whose first row is bold or not."""
    table = opened.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            run = cell.paragraphs[0].add_run(text)
            run.bold = True if bold and texts is rows[0] else None


def add_xml(opened: "docx.document.Document", inner: str) -> None:
    """Add raw WordprocessingML before the last section."""
    body = opened.element.body
    body.insert(
        len(body) - 1,
        parse_xml(inner.replace(">", f" {nsdecls('w')}>", 1)),
    )


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    """Return a Word file with members replaced or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            new.writestr(name, content)
    return stream.getvalue()


class PdfPages:
    """Draws pages of text from the top down, in points."""

    def __init__(self) -> None:
        for name, file in ((PLAIN, "DejaVuSans.ttf"), (BOLD, "DejaVuSans-Bold.ttf")):
            pdfmetrics.registerFont(TTFont(name, _FONTS / file))
        self._stream = io.BytesIO()
        self.canvas = Canvas(self._stream, pagesize=(A4_WIDTH, A4_HEIGHT))

    def line(
        self, x: float, top: float, text: str, size: float = 11, font: str = PLAIN
    ) -> "PdfPages":
        """Draw one line with its baseline `size` below `top`."""
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, A4_HEIGHT - top - size, text)
        return self

    def lines(self, x: float, top: float, texts: Sequence[str], size: float = 11) -> "PdfPages":
        """Draw lines under each other, 1.3 font sizes apart."""
        for number, text in enumerate(texts):
            self.line(x, top + 1.3 * size * number, text, size)
        return self

    def picture(self) -> "PdfPages":
        """Cover the page with a grey picture, as a scanner does."""
        image = ImageReader(Image.new("L", (120, 170), 200))
        self.canvas.drawImage(image, 0, 0, A4_WIDTH, A4_HEIGHT)
        return self

    def grid(
        self, x: float, top: float, widths: Sequence[float], rows: Sequence[Sequence[str]]
    ) -> "PdfPages":
        """Draw a table with rules, 20 points a row."""
        for number, row in enumerate(rows):
            left = x
            for width, text in zip(widths, row, strict=True):
                self.canvas.rect(left, A4_HEIGHT - top - 20 * (number + 1), width, 20)
                self.line(left + 4, top + 20 * number + 4, text, 10)
                left += width
        return self

    def turn(self) -> "PdfPages":
        """Begin the next page."""
        self.canvas.showPage()
        return self

    def done(self, title: str = "") -> bytes:
        """Return the file."""
        if title:
            self.canvas.setTitle(title)
        self.canvas.save()
        return self._stream.getvalue()


def encrypted(data: bytes, user: str, owner: str) -> bytes:
    """Return a PDF locked with passwords; with an empty one for the user it opens freely."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user, owner, algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def torn(text: str) -> str:
    """Return a text as an extraction leaves it whose font lacked the composed letters."""
    out = ""
    for before, letter, after in zip(" " + text, text, text[1:] + " ", strict=False):
        lacking = "\u1ea0" <= letter <= "\u1ef9"
        out += " " * (lacking and before.isalpha()) + letter + " " * (lacking and after.isalpha())
    return out.replace("  ", " ")
