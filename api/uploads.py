"""A file that is sent to us: streamed to disk, bounded, and gone once it was read."""

import errno
import os
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.admin_schemas import Stated
from api.limits import TooLarge
from corpus.errors import InvalidRequest
from corpus.file_limits import MAX_FILE_BYTES
from corpus.loaded_text import Metadata
from corpus.loaders import LOADERS

_FOLDER = "uploads"
_FORM = "multipart/form-data"
_FIELD_MAX_BYTES = 16 * 1024
_NAME_MAX_CHARS = 80
_STEP_BYTES = 256 * 1024

SUFFIXES = {
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
"""The content types that are read, with the file ending that chooses the loader."""
_KNOWN = frozenset(suffix for loader in LOADERS for suffix in loader.suffixes)

_STATED = {name: {"type": "string"} for name in Stated.model_fields}
BODY = {
    "requestBody": {
        "required": True,
        "description": "The file, as it is or as the part `file` of a form; 50 MB at most.",
        "content": {
            _FORM: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {"file": {"type": "string", "format": "binary"}, **_STATED},
                }
            },
            **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in SUFFIXES},
        },
    }
}
"""What OpenAPI says of the body."""


class UnsupportedType(HTTPException):
    """A file of a kind that no loader reads."""

    def __init__(self, given: str) -> None:
        known = ", ".join(sorted(_KNOWN))
        super().__init__(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"{given or 'A body without a content type'} is not read; send one of {known}.",
        )


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on disk under its own name, and what was stated of it in the form."""

    path: Path
    stated: Metadata


@asynccontextmanager
async def received(
    request: Request, data_dir: Path, name: str, stated: Stated
) -> AsyncIterator[Upload]:
    """Give the body of a request as a file, which is deleted at the end whatever happens.

    A form may carry its own metadata, which goes before `stated`. `name` names a body that is no
    form.

    Raises:
        TooLarge: the file is over 50 MB.
        UnsupportedType: no loader reads it.
        InvalidRequest: the form is not what we ask for.
    """
    # The process is part of the name, so that only what a dead one left is cleared.
    folder = data_dir / _FOLDER / f"{os.getpid()}-{secrets.token_hex(8)}"
    try:
        folder.mkdir(parents=True)
        yield await _receive(request, folder, name, stated)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise HTTPException(
            HTTPStatus.INSUFFICIENT_STORAGE, "The disk is full; free some space and send it again."
        ) from error
    except ClientDisconnect as error:
        raise InvalidRequest("The upload was cut off; send it again.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_unfinished(data_dir: Path) -> None:
    """Delete the files of uploads whose server is gone."""
    for folder in (data_dir / _FOLDER).glob("*-*"):
        pid = folder.name.partition("-")[0]
        if pid.isdigit() and (int(pid) == os.getpid() or not Path("/proc", pid).exists()):
            shutil.rmtree(folder, ignore_errors=True)


async def _receive(request: Request, folder: Path, name: str, stated: Stated) -> Upload:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _FORM:
        return await _from_form(request, folder, stated)
    path = folder / (_safe(name) + _suffix(kind, ""))
    with path.open("wb") as file:
        size = 0
        async for piece in request.stream():
            size += len(piece)
            if size > MAX_FILE_BYTES:
                raise TooLarge(MAX_FILE_BYTES)
            await run_in_threadpool(file.write, piece)
    return Upload(path, Metadata(**stated.model_dump(include=set(Stated.model_fields))))


async def _from_form(request: Request, folder: Path, stated: Stated) -> Upload:
    try:
        form = await request.form(
            max_files=1, max_fields=len(Stated.model_fields), max_part_size=_FIELD_MAX_BYTES
        )
    except TooLarge:
        raise
    except HTTPException as error:
        raise InvalidRequest(f"The form cannot be read: {error.detail}") from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise InvalidRequest("The form has no file; send it as the part `file`.")
        if (file.size or 0) > MAX_FILE_BYTES:
            raise TooLarge(MAX_FILE_BYTES)
        given = {key: value for key, value in form.multi_items() if key != "file"}
        known = _checked({**stated.model_dump(include=set(Stated.model_fields)), **given})
        named = Path((file.filename or "").replace("\\", "/"))
        path = folder / (_safe(named.stem) + _suffix(file.content_type or "", named.suffix))
        await run_in_threadpool(_copy, file.file, path)
        return Upload(path, known)
    finally:
        await form.close()


def _checked(values: Mapping[str, object]) -> Metadata:
    try:
        return Metadata(**Stated.model_validate(values).model_dump())
    except ValidationError as error:
        found = [{**e, "loc": ("body", *e["loc"])} for e in error.errors()]
        raise RequestValidationError(found) from error


def _suffix(kind: str, suffix: str) -> str:
    """Return the ending that chooses the loader: the file's own, or that of its content type."""
    if suffix.lower() in _KNOWN:
        return suffix.lower()
    # A browser calls what it does not know application/octet-stream.
    chosen = "" if suffix else SUFFIXES.get(kind.partition(";")[0].strip().lower(), "")
    if not chosen:
        raise UnsupportedType(suffix or kind)
    return chosen


def _safe(name: str) -> str:
    """Return a file name that stays in its folder and that messages can show."""
    return re.sub(r"[\x00-\x1f\x7f/\\:]+|^[.~]+", "", name)[:_NAME_MAX_CHARS].strip() or "article"


def _copy(source: BinaryIO, path: Path) -> None:
    with path.open("wb") as file:
        shutil.copyfileobj(source, file, _STEP_BYTES)
