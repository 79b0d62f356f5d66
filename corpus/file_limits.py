"""What a file may cost before it is opened: its size, and what its compression unfolds to."""

import re
import zipfile
import zlib
from pathlib import Path

from corpus.errors import UnreadableArticle

MAX_FILE_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 200_000_000
"""Of all members of an office file together, pictures among them."""
MAX_XML_BYTES = 30_000_000
"""Of one XML member; its tree takes about ten times as much memory."""
MAX_RATIO = 100
"""Prose in XML packs 5 to 30 times; what packs better is no prose."""
_RATIO_FROM_BYTES = 5_000_000
_MAX_MEMBERS = 10_000
MAX_STREAM_BYTES = 30_000_000
"""Of one content stream of a PDF; a page of dense text takes 50,000."""
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_STREAM_HEAD_BYTES = 600
_STEP_BYTES = 65_536


def read_limited(path: Path) -> bytes:
    """Return a file's bytes; UnreadableArticle when it is empty or over 50 MB."""
    check_size(path)
    with path.open("rb") as file:
        # One byte more than allowed tells of a file that grew since.
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise _too_large(path, len(data))
    return data


def check_size(path: Path) -> None:
    """Raise UnreadableArticle when a file is empty or over 50 MB."""
    size = path.stat().st_size
    if size == 0:
        raise UnreadableArticle(f"{path.name}: the file is empty; save its content again.")
    if size > MAX_FILE_BYTES:
        raise _too_large(path, size)


def check_zip(path: Path) -> None:
    """Raise UnreadableArticle for an archive that is damaged, locked or would unfold too far."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise UnreadableArticle(
            f"{path.name}: the file is damaged ({error}); save it again from Word."
        ) from error
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableArticle(f"{path.name}: is protected by a password; save it without one.")
    unpacked = sum(member.file_size for member in members)
    packed = max(1, path.stat().st_size)
    xml = max((m.file_size for m in members if m.filename.endswith((".xml", ".rels"))), default=0)
    dense = unpacked > _RATIO_FROM_BYTES and unpacked > MAX_RATIO * packed
    if dense or unpacked > MAX_UNPACKED_BYTES or xml > MAX_XML_BYTES or len(members) > _MAX_MEMBERS:
        raise UnreadableArticle(
            f"{path.name}: {packed:,} bytes unpack to {unpacked:,} in {len(members)} parts, which "
            "is more than an article can hold; save its text as .txt or split it."
        )


def _too_large(path: Path, size: int) -> UnreadableArticle:
    return UnreadableArticle(
        f"{path.name}: has {size:,} bytes, more than the {MAX_FILE_BYTES:,} (50 MB) of one file; "
        "split it or save it without pictures."
    )


def check_pdf_streams(data: bytes, name: str) -> None:
    """Raise UnreadableArticle when a part of a PDF that is no picture unfolds too far.

    pdfminer unpacks a stream in one piece; this does it first, in steps, and keeps nothing.
    """
    for found in _STREAM.finditer(data):
        head = data[max(0, found.start() - _STREAM_HEAD_BYTES) : found.start()]
        head = head[head.rfind(b" obj") + 1 :]
        if b"/FlateDecode" not in head or b"/Image" in head:
            continue
        if head.count(b"/FlateDecode") > 1 or _unfolds(memoryview(data)[found.end() :]):
            raise UnreadableArticle(
                f"{name}: a part of this PDF unpacks to more than {MAX_STREAM_BYTES:,} bytes; "
                "export it again from its source."
            )


def _unfolds(packed: memoryview) -> bool:
    unpacker, done, position = zlib.decompressobj(), 0, 0
    pending = b""
    while not unpacker.eof and done <= MAX_STREAM_BYTES:
        if not pending:
            pending = bytes(packed[position : position + _STEP_BYTES])
            position += _STEP_BYTES
        if not pending:
            break
        try:
            done += len(unpacker.decompress(pending, _STEP_BYTES * 16))
        except zlib.error:
            # Encrypted or damaged: pdfminer will say so.
            return False
        pending = unpacker.unconsumed_tail
    return done > MAX_STREAM_BYTES
