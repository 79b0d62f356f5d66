"""Bytes become characters: UTF-8, UTF-16, Windows-1258, or a plain refusal.

Guessers such as charset-normalizer name a Latin code page for short Vietnamese texts; four
encodings are worth reading here, and each has a test that the bytes pass or fail.
"""

import codecs
import re
import unicodedata

from corpus.errors import UnreadableArticle
from corpus.legacy_text import refuse_legacy, vietnamese_share

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES = 200_000
_SPELLED_MIN = 0.8
_ZERO_SHARE = 0.1
_NEXT_STEP = "save the file as UTF-8."


def decode_bytes(data: bytes, name: str) -> str:
    """Return the characters of a text file, in NFC where Windows-1258 had loose tone marks.

    UnreadableArticle, with the file's name, when the encoding is not known or not to be converted.
    """
    encoding = _marked_encoding(data) or _unmarked_utf16(data) or "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise _broken(name, error) from error
        text = _single_byte(data, name, error)
    if re.search("[\ud800-\udfff]", text):
        raise UnreadableArticle(f"{name}: holds lone surrogates; {_NEXT_STEP}")
    if "\0" in text:
        raise UnreadableArticle(
            f"{name}: holds zero bytes, so it is not a text file; "
            "save its text in one of the known formats."
        )
    return text


def _marked_encoding(data: bytes) -> str:
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "")


def _unmarked_utf16(data: bytes) -> str:
    """Return UTF-16 in the byte order that the zero halves of spaces and letters show, or ""."""
    sample = data[:_SAMPLE_BYTES]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(data) % 2 or max(even, odd) < _ZERO_SHARE * len(sample) or min(even, odd) > 0:
        return ""
    return "utf-16-le" if odd else "utf-16-be"


def _single_byte(data: bytes, name: str, error: UnicodeDecodeError) -> str:
    sample = data[:_SAMPLE_BYTES]
    if vietnamese_share(sample.decode("utf-8", errors="ignore")) >= _SPELLED_MIN:
        raise _broken(name, error) from error
    found = unicodedata.normalize("NFC", sample.decode("cp1258", errors="replace"))
    if vietnamese_share(found) >= _SPELLED_MIN:
        try:
            return unicodedata.normalize("NFC", data.decode("cp1258"))
        except UnicodeDecodeError as broken:
            raise _broken(name, broken) from broken
    refuse_legacy(name, sample.decode("cp1252", errors="replace"))
    raise _broken(name, error) from error


def _broken(name: str, error: UnicodeDecodeError) -> UnreadableArticle:
    return UnreadableArticle(
        f"{name}: byte {error.start} is not valid {error.encoding.upper()}; {_NEXT_STEP}"
    )
