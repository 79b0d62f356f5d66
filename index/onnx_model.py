"""Models on ONNX Runtime: export, quantisation, and one session with its tokenizer."""

import json
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from corpus.errors import ModelError
from index.model_folder import sha256, verify_folder

if TYPE_CHECKING:
    from torch import nn

Tokens = NDArray[np.int64]
Floats = NDArray[np.float32]
INPUTS = ("input_ids", "attention_mask")
_MODEL = "model.onnx"
_LARGE_BATCH_TOKENS = 1024
_TOKENIZERS: dict[str, Tokenizer] = {}
_RETURN_MEMORY = onnxruntime.RunOptions()
_RETURN_MEMORY.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")


class OnnxModel:
    """A tokenizer and an ONNX Runtime session over one folder: token batches in, arrays out."""

    def __init__(self, folder: Path, threads: int) -> None:
        """Open the folder after comparing it with its checksums.

        Raises:
            ModelError: files are missing, damaged, or not a model that ONNX Runtime can open.
        """
        verify_folder(folder)
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self.max_tokens: int = config["max_position_embeddings"]
        self._pad: int = config["pad_token_id"]
        self.tokenizer = shared_tokenizer(folder / "tokenizer.json")
        try:
            self._session = onnxruntime.InferenceSession(
                folder / _MODEL, _session_options(threads), providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime has no public base class of its errors
            raise ModelError(
                f"{folder} cannot be opened ({error}); delete it and start again"
            ) from error

    def tokenize(self, texts: Sequence[str]) -> tuple[Tokens, Tokens]:
        """Return token ids and attention mask, each (len(texts), longest text in tokens).

        Texts beyond `max_tokens` lose their end; the closing special token stays.
        """
        encodings = self.tokenizer.encode_batch_fast(list(texts))
        return self.pad([self._cut(encoding.ids) for encoding in encodings])

    def pad(self, token_ids: Sequence[Sequence[int]]) -> tuple[Tokens, Tokens]:
        """Return token ids and attention mask, each (len(token_ids), longest)."""
        shape = (len(token_ids), max(map(len, token_ids), default=0))
        ids = np.full(shape, self._pad, np.int64)
        mask = np.zeros(shape, np.int64)
        for row, tokens in enumerate(token_ids):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        return ids, mask

    def run(self, token_ids: Tokens, attention_mask: Tokens) -> list[Floats]:
        """Return the model's outputs for one batch, in the order of their export."""
        fed = dict(zip(INPUTS, (token_ids, attention_mask), strict=True))
        is_large = token_ids.size > _LARGE_BATCH_TOKENS
        outputs: list[Floats] = self._session.run(None, fed, _RETURN_MEMORY if is_large else None)
        return outputs

    def _cut(self, ids: list[int]) -> list[int]:
        return ids if len(ids) <= self.max_tokens else [*ids[: self.max_tokens - 1], ids[-1]]


def shared_tokenizer(path: Path) -> Tokenizer:
    """Open a tokenizer; files of the same content share one, which takes 280 MB here."""
    digest = sha256(path)
    if digest not in _TOKENIZERS:
        _TOKENIZERS[digest] = Tokenizer.from_file(str(path))
    return _TOKENIZERS[digest]


def export_int8(module: "nn.Module", outputs: Sequence[str], source: Path, folder: Path) -> None:
    """Write the module as an int8 model into the folder, with the tokenizer of `source`.

    The module takes token ids and an attention mask, each (texts, tokens), and is changed. Weights
    of matrix products are int8 per column and activations int8 as they come, but for outlying
    channels and narrow layers such as a head; embeddings are int8.
    """
    from index.outliers import split_outliers  # imports torch, which only set-up needs

    split_outliers(module, source / "tokenizer.json")
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        exact = Path(temporary) / _MODEL
        _export(module, outputs, exact)
        _quantize(exact, folder / _MODEL)
    for name in ("config.json", "tokenizer.json"):
        shutil.copyfile(source / name, folder / name)


def _export(module: "nn.Module", outputs: Sequence[str], path: Path) -> None:
    import torch  # costs seconds; only set-up needs it

    texts = torch.export.Dim("texts", min=1, max=4096)
    tokens = torch.export.Dim("tokens", min=2, max=512)
    # a batch of several shapes: sizes 1 and equal sizes would be taken for constants
    example = torch.full((3, 7), 5), torch.ones((3, 7), dtype=torch.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(),
            example,
            path,
            input_names=list(INPUTS),
            output_names=list(outputs),
            dynamic_shapes=({0: texts, 1: tokens}, {0: texts, 1: tokens}),
            external_data=False,
            dynamo=True,
            verbose=False,
        )


def _quantize(exact: Path, path: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    from index.outliers import OUTLIER_CHANNELS

    graph = onnx.load(exact).graph
    sizes = {tensor.name: min(tensor.dims, default=0) for tensor in graph.initializer}
    products = [node for node in graph.node if node.op_type == "MatMul"]
    quantize_dynamic(
        exact,
        path,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        nodes_to_exclude=[
            node.name for node in products if sizes.get(node.input[1], 0) <= OUTLIER_CHANNELS
        ],
        weight_type=QuantType.QInt8,
        # weights in a file of their own are mapped: rows of embeddings that no text needs
        # never become resident
        use_external_data_format=True,
    )


def _session_options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # without it the idle threads of one model take the cores from the next: 40 ms instead of 21
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return options
