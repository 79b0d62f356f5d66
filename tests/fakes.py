"""Stand-ins that are quick and always the same."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from index.protocols import Vectors
from qa.confidence import FittedConfidence, load_fitted

DIM = 64
_WEIGHTS = {
    "dense": 0.8, "sentence_coverage": 5.0, "foreign_dense": 1.5,
    "foreign_coverage": 1.0, "unknown": -3.0, "organisation_wrong": -4.0,
}  # fmt: skip


def steady_confidence(answer_threshold: float = 0.4) -> FittedConfidence:
    """A confidence that stays as it is when the product's own is fitted anew; 0 answers always."""
    return replace(
        load_fitted(),
        intercept=-3.0,
        coefficients=_WEIGHTS,
        answer_threshold=answer_threshold,
        span_threshold=0.5,
    )


class HashEmbedder:
    """An embedder whose vectors count hashed words; it remembers what it was given to embed."""

    def __init__(self, name: str = "hash-1", dim: int = DIM) -> None:
        self.name = name
        self.dim = dim
        self.embedded: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return np.array([self._vector(text) for text in texts], np.float32).reshape(-1, self.dim)

    def embed_query(self, text: str) -> Vectors:
        return self._vector(text)

    def _vector(self, text: str) -> Vectors:
        vector = np.full(self.dim, 0.01, np.float32)
        for word in unicodedata.normalize("NFC", text).lower().split():
            digest = hashlib.sha256(word.encode()).digest()
            vector[int.from_bytes(digest[:4], "big") % self.dim] += 1
        return vector / np.linalg.norm(vector)
