"""What can be wrong with the machine and the files of an installation; looking changes nothing."""

import errno
import json
import os
import shutil
import socket
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from api.commands.doctor_finding import Finding, Status
from api.commands.quiet_store import database_is_there
from corpus.errors import CoopQaError
from index.embedder import BUNDLED
from index.model_folder import CHECKSUMS, verify_folder
from qa.assemble import Parts
from qa.settings import Settings

_LOW_BYTES, _TOO_LOW_BYTES = 2_000_000_000, 200_000_000
"""Unpacking the models takes about 1 GB, a snapshot of 2,000 articles about 100 MB."""
_TIMEOUT_S = 2.0


def data_folder(parts: Parts) -> Iterator[Finding]:
    """Can the data folder be written?"""
    folder = parts.settings.data_dir
    there = _existing(folder)
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
        yield Finding(
            "data folder", "broken", f"{folder} cannot be written",
            "set COOPQA_DATA_DIR to a folder that can",
        )  # fmt: skip
    elif not folder.is_dir():
        yield Finding("data folder", "ok", f"{folder} is made at the first start")
    else:
        yield Finding("data folder", "ok", f"{folder} can be written")


def free_disk(parts: Parts) -> Iterator[Finding]:
    """Is there room for another snapshot?"""
    free = shutil.disk_usage(_existing(parts.settings.data_dir)).free
    status: Status = "broken" if free < _TOO_LOW_BYTES else "look" if free < _LOW_BYTES else "ok"
    step = "" if status == "ok" else "make room, or lower COOPQA_KEEP_SNAPSHOTS"
    yield Finding("free disk", status, f"{free / 1e9:.1f} GB free", step)


def database(parts: Parts) -> Iterator[Finding]:
    """Does the database open?"""
    if not database_is_there(parts.settings):
        yield Finding("database", "ok", "there is none yet; it is made at the first start")
        return
    try:
        engine = create_engine(parts.settings.database)
        with engine.connect() as connection:
            sqlite = engine.dialect.name == "sqlite"
            said = connection.execute(text("PRAGMA quick_check" if sqlite else "SELECT 'ok'"))
            word = str(said.scalar())
        engine.dispose()
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        word = str(getattr(error, "orig", None) or error)
    if word == "ok":
        yield Finding("database", "ok", "opens and is sound")
    else:
        yield Finding("database", "broken", word, "see COOPQA_DATABASE_URL, or restore a backup")


def models(parts: Parts) -> Iterator[Finding]:
    """Are the unpacked models whole?"""
    folders = sorted(p.parent for p in parts.settings.models_dir.glob(f"[!.]*/{CHECKSUMS}"))
    for folder in folders:
        try:
            verify_folder(folder)
            yield Finding("models", "ok", f"{folder.name} is whole")
        except CoopQaError as error:
            yield Finding("models", "broken", str(error), f"delete {folder}; it is built anew")
    named = parts.settings.embedding_model
    if named == BUNDLED and not folders:
        yield Finding("models", "look", "not unpacked yet", "the first start does it, in a minute")
    elif os.sep in named and not Path(named).is_dir():
        yield Finding(
            "models", "broken", f"there is no folder {named}", "see COOPQA_EMBEDDING_MODEL"
        )


def port(parts: Parts) -> Iterator[Finding]:
    """Is the port free, or is it ours already?"""
    settings = parts.settings
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            yield _taken(settings, error)
        else:
            yield Finding("port", "ok", f"{settings.host}:{settings.port} is free")


def _taken(settings: Settings, error: OSError) -> Finding:
    where = f"{settings.host}:{settings.port}"
    if error.errno != errno.EADDRINUSE:
        said = f"{where} cannot be used ({error.strerror})"
        return Finding("port", "broken", said, "set COOPQA_HOST and COOPQA_PORT")
    if _answers(settings):
        return Finding("port", "ok", f"coop-qa answers at {where}")
    said = f"{where} is in use by another program"
    return Finding("port", "broken", said, "stop it, or set COOPQA_PORT")


def _answers(settings: Settings) -> bool:
    any_address = {"0.0.0.0": "127.0.0.1", "::": "::1"}
    host = any_address.get(settings.host, settings.host)
    shown = f"[{host}]" if ":" in host else host
    # A proxy of the environment knows nothing of this machine's ports.
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(f"http://{shown}:{settings.port}/healthz", timeout=_TIMEOUT_S) as answer:
            return bool(json.load(answer) == {"status": "up"})
    except (OSError, ValueError, HTTPException):
        return False


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest above it that is there."""
    return next(f for f in (folder.absolute(), *folder.absolute().parents) if f.exists())
