"""Vectors already computed, by model and text, so that a new snapshot embeds only what changed.

Each vector is listed under the articles that have its text, of whatever version, so that those of
a removed article can be found although its text is no longer known.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from index.protocols import Embedder, Vectors

_CHUNK_TEXTS = 64
_SCHEMA = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=NORMAL;
PRAGMA secure_delete=ON;
CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS owners (article_id TEXT, key BLOB, PRIMARY KEY (article_id, key))
    WITHOUT ROWID;
"""


class EmbeddingCache:
    """A SQLite file of float32 vectors; what it holds can always be computed again."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __len__(self) -> int:
        """Return the number of vectors held."""
        return int(self._connection.execute("SELECT count(*) FROM vectors").fetchone()[0])

    def embed(
        self,
        embedder: Embedder,
        texts: Sequence[str],
        progress: Callable[[int], None] = lambda _done: None,
        owners: Sequence[str] = (),
    ) -> Vectors:
        """Return vectors of shape (len(texts), dim), computing only those that are not held.

        `progress` is called with the number of texts finished since the last call; `owners` names
        the article of each text. What was computed is kept even if the run is interrupted.
        """
        keys = [key_of(embedder.name, text) for text in texts]
        vectors = np.zeros((len(texts), embedder.dim), np.float32)
        missing: list[int] = []
        for row, key in enumerate(keys):
            found = self._connection.execute(
                "SELECT vector FROM vectors WHERE key = ?", (key,)
            ).fetchone()
            if found and len(found[0]) == embedder.dim * 4:
                vectors[row] = np.frombuffer(found[0], np.float32)
            else:
                missing.append(row)
        # Before the vectors, so that none is ever without its article.
        if owners:
            with self._transaction():
                self._connection.executemany(
                    "INSERT OR IGNORE INTO owners VALUES (?, ?)", zip(owners, keys, strict=True)
                )
        progress(len(texts) - len(missing))
        # Texts of like length share a batch, which saves padding.
        missing.sort(key=lambda row: len(texts[row]))
        for begin in range(0, len(missing), _CHUNK_TEXTS):
            rows = missing[begin : begin + _CHUNK_TEXTS]
            vectors[rows] = embedder.embed_passages([texts[row] for row in rows])
            with self._transaction():
                self._connection.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                    [(keys[row], vectors[row].tobytes()) for row in rows],
                )
            progress(len(rows))
        return vectors

    def count(self, article_id: str) -> int:
        """Return the number of vectors that are listed under an article."""
        sql = "SELECT count(*) FROM owners WHERE article_id = ?"
        return int(self._connection.execute(sql, (article_id,)).fetchone()[0])

    def forget(self, article_ids: Sequence[str]) -> None:
        """Delete the vectors of texts that only these articles, or none, have.

        The file is written anew, so that nothing is left in its gaps.
        """
        with self._transaction():
            self._connection.executemany(
                "DELETE FROM owners WHERE article_id = ?", [(i,) for i in article_ids]
            )
            self._connection.execute(
                "DELETE FROM vectors WHERE key NOT IN (SELECT key FROM owners)"
            )
        self._connection.executescript("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def key_of(model: str, text: str) -> bytes:
    """Return the key of a text's vector by a model."""
    return hashlib.sha256(f"{model}\0{text}".encode()).digest()
