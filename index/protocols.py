"""What retrieval needs of an embedding model and of a vector index."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found; scores are higher for better and comparable only within one list."""

    passage_id: str
    score: float


class Embedder(Protocol):
    """Turns text into unit vectors; questions and passages take different prefixes."""

    @property
    def name(self) -> str:
        """The model's name and revision; vectors of different names are never mixed."""
        ...

    @property
    def dim(self) -> int:
        """Number of components of a vector."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of shape (len(texts), dim)."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Return one unit vector of shape (dim,)."""
        ...


class PassageIndex(Protocol):
    """Nearest passages by inner product of unit vectors."""

    def __len__(self) -> int:
        """Number of vectors held."""
        ...

    def __iter__(self) -> Iterator[str]:
        """Iterate over the passage ids, in the order in which they were added."""
        ...

    def search(
        self, vector: Vectors, k: int, article_ids: frozenset[str] | None = None
    ) -> list[Hit]:
        """Return at most k hits, best first, only of these articles (None: of all)."""
        ...
