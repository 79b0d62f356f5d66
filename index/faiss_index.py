"""Exact nearest passages with FAISS; the only user of faiss."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import faiss
import numpy as np

from corpus.errors import IndexMismatch, SnapshotDamaged
from index.protocols import Hit, Vectors


class FaissIndex:
    """A flat inner-product index: exact, and 100,000 passages still take milliseconds."""

    def __init__(self, dim: int) -> None:
        self._index: faiss.Index = faiss.IndexFlatIP(dim)
        self._ids: list[str] = []
        self._articles: dict[str, list[int]] = {}

    @classmethod
    def load(cls, path: Path, passage_ids: Sequence[str]) -> "FaissIndex":
        """Read vectors from a file; the ids are those of its rows, in order.

        Raises:
            SnapshotDamaged: the file is not a FAISS index, or has another number of rows.
        """
        try:
            stored = faiss.read_index(str(path))
        except RuntimeError as error:
            raise SnapshotDamaged(f"{path} is not a readable FAISS index.") from error
        if stored.ntotal != len(passage_ids):
            raise SnapshotDamaged(f"{path} has {stored.ntotal} rows for {len(passage_ids)} ids.")
        index = cls(stored.d)
        index._index = stored
        index._register(passage_ids)
        return index

    def save(self, path: Path) -> None:
        """Write the vectors; ids are kept by the caller, in the order of the rows."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        """Return the number of vectors."""
        return int(self._index.ntotal)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the passage ids in the order of the rows."""
        return iter(self._ids)

    def add(self, passage_ids: Sequence[str], vectors: Vectors) -> None:
        """Add unit vectors of shape (len(passage_ids), dim)."""
        if vectors.shape != (len(passage_ids), self._index.d):
            raise IndexMismatch(
                f"vectors of shape {vectors.shape} do not fit {len(passage_ids)} ids "
                f"and dimension {self._index.d}; was the embedding model changed?"
            )
        self._index.add(np.ascontiguousarray(vectors, np.float32))
        self._register(passage_ids)

    def search(
        self, vector: Vectors, k: int, article_ids: frozenset[str] | None = None
    ) -> list[Hit]:
        """Return at most k hits, best first, only of these articles (None: of all)."""
        parameters = None
        if article_ids is not None:
            rows = [row for a in article_ids for row in self._articles.get(a, ())]
            if not rows:
                return []
            selector = faiss.IDSelectorBatch(np.asarray(rows, np.int64))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        # One vector is no work for two threads: the second only spins, and takes the core from
        # what runs next. OpenMP keeps the number by calling thread, hence at each search.
        faiss.omp_set_num_threads(1)
        scores, rows_found = self._index.search(
            vector.reshape(1, -1).astype(np.float32), k, params=parameters
        )
        return [
            Hit(self._ids[row], float(score))
            for row, score in zip(rows_found[0], scores[0], strict=True)
            if row >= 0
        ]

    def _register(self, passage_ids: Sequence[str]) -> None:
        for row, passage_id in enumerate(passage_ids, start=len(self._ids)):
            self._articles.setdefault(article_of(passage_id), []).append(row)
        self._ids.extend(passage_ids)


def article_of(passage_id: str) -> str:
    """Return the article of a passage id such as `an-article#3`."""
    return passage_id.rpartition("#")[0]
