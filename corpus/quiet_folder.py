"""A folder that people work in: when it is quiet, and which of its files were read before."""

import time
from collections.abc import Mapping
from pathlib import Path

from corpus.article import Article
from corpus.errors import UnreadableArticle
from corpus.folder import article_files, read_article

FileState = tuple[int, int]
"""Size in bytes and time of change in nanoseconds."""


def folder_state(folder: Path) -> Mapping[Path, FileState]:
    """Return the state of every article file and sidecar; a folder that is not there has none."""
    try:
        files = list(article_files(folder))
    except UnreadableArticle:
        return {}
    named = (path for file in files for path in (file, file.with_suffix(".toml")))
    return {path: state for path in named if (state := _state(path))}


def wait_until_quiet(folder: Path, quiet_s: float) -> Mapping[Path, FileState]:
    """Return the folder's state once nothing in it has changed for so long.

    A file that is still being copied grows, so it is not read before it is whole; a copy that
    stands still for longer than that is read as it is, and read again when it goes on.
    """
    before, now = None, folder_state(folder)
    while before != now:
        time.sleep(quiet_s)
        before, now = now, folder_state(folder)
    return now


class RememberingReader:
    """Reads files as `read_article` does, but those that did not change since only once."""

    def __init__(self) -> None:
        self._read: dict[tuple[Path, str], tuple[object, Article]] = {}

    def __call__(self, path: Path, article_id: str) -> Article:
        """Return the article of a file; UnreadableArticle says what is wrong."""
        key = (path, article_id)
        state = (_state(path), _state(path.with_suffix(".toml")))
        if key not in self._read or self._read[key][0] != state:
            self._read[key] = (state, read_article(path, article_id))
        return self._read[key][1]


def _state(path: Path) -> FileState | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
