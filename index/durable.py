"""Making sure that what was written survives a loss of power, and that nothing is half-written."""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

UNFINISHED = (".building-", ".deleting-")
"""How the names of files and folders begin that an interruption may leave behind."""


def sync_folder(folder: Path) -> None:
    """Write a folder's list of names to the disk; a rename is not safe before that."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, text: str) -> None:
    """Write a file in one step: whoever reads it finds the old text or the new one, whole."""
    descriptor, name = tempfile.mkstemp(prefix=UNFINISHED[0], dir=path.parent)
    unfinished = Path(name)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o644)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)


def append_line(path: Path, line: str) -> None:
    """Append a line to a log; a last line that an interruption cut off does not spoil it.

    Of several processes that append, each writes its own line whole.
    """
    with path.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - 1))
        torn = file.read(1) not in (b"", b"\n")
        file.write(b"\n" * torn + line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def delete_folder(folder: Path) -> None:
    """Delete a folder; renamed first, so that half of it is never taken for the whole."""
    hidden = folder.with_name(f"{UNFINISHED[1]}{folder.name}")
    shutil.rmtree(hidden, ignore_errors=True)
    folder.rename(hidden)
    shutil.rmtree(hidden, ignore_errors=True)


def clear_unfinished(folder: Path) -> None:
    """Delete what interrupted work left behind; only for whoever holds the publish lock."""
    for path in folder.glob(".*"):
        if path.name.startswith(UNFINISHED):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
