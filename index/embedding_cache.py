"""Vectors already computed, by model and text, so that a new snapshot embeds only what changed."""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index.protocols import Embedder, Vectors

_CHUNK_TEXTS = 64
_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)"


class EmbeddingCache:
    """A SQLite file of float32 vectors; what it holds can always be computed again."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA secure_delete=ON")
        self._connection.execute(_SCHEMA)

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
    ) -> Vectors:
        """Return vectors of shape (len(texts), dim), computing only those that are not held.

        `progress` is called with the number of texts finished since the last call. What was
        computed is kept even if the run is interrupted.
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
        progress(len(texts) - len(missing))
        # Texts of like length share a batch, which saves padding.
        missing.sort(key=lambda row: len(texts[row]))
        for begin in range(0, len(missing), _CHUNK_TEXTS):
            rows = missing[begin : begin + _CHUNK_TEXTS]
            vectors[rows] = embedder.embed_passages([texts[row] for row in rows])
            with self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                    [(keys[row], vectors[row].tobytes()) for row in rows],
                )
            progress(len(rows))
        return vectors


def key_of(model: str, text: str) -> bytes:
    """Return the key of a text's vector by a model."""
    return hashlib.sha256(f"{model}\0{text}".encode()).digest()
