"""Folders of model files: built once, put in place whole, and checked before use."""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from corpus.errors import ModelError

CHECKSUMS = "checksums.json"


def prepare_folder(folder: Path, build: Callable[[Path], None]) -> Path:
    """Return the folder, verified; where it is absent, let `build` fill a temporary one first.

    The temporary folder is renamed only when it is complete, so an interrupted build leaves
    nothing that could be taken for a model.

    Raises:
        ModelError: the folder exists but its files do not match its checksums.
    """
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = folder.with_name(f".{folder.name}-{secrets.token_hex(8)}")
        unfinished.mkdir()
        try:
            build(unfinished)
            _write_checksums(unfinished)
            _share(unfinished)
            _put_in_place(unfinished, folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    verify_folder(folder)
    return folder


def verify_folder(folder: Path) -> None:
    """Compare every file with the folder's checksums.

    Raises:
        ModelError: a file is missing or differs, or the list of checksums is missing.
    """
    try:
        expected: dict[str, str] = json.loads((folder / CHECKSUMS).read_text("utf-8"))
        damaged = [name for name, digest in expected.items() if sha256(folder / name) != digest]
    except (OSError, ValueError, AttributeError) as error:
        raise ModelError(
            f"{folder} is not a complete model ({error}); delete it and start again"
        ) from error
    if damaged:
        raise ModelError(
            f"{folder}: {', '.join(damaged)} changed since set-up; delete the folder and start "
            "again, it is built anew"
        )


def sha256(path: Path) -> str:
    """Return the file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_checksums(folder: Path) -> None:
    digests = {path.name: sha256(path) for path in sorted(folder.iterdir())}
    (folder / CHECKSUMS).write_text(json.dumps(digests, indent=1) + "\n", "utf-8")


def _share(folder: Path) -> None:
    """Give each file the rights that the folder has by umask; weights are written for us alone."""
    rights = folder.stat().st_mode & 0o666
    for path in folder.iterdir():
        path.chmod(rights)


def _put_in_place(unfinished: Path, folder: Path) -> None:
    try:
        os.rename(unfinished, folder)
    except OSError:
        # another process was faster; its folder is verified like any other
        if not folder.exists():
            raise
