import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.article import Article
from corpus.errors import CoopQaError, IndexMismatch, SnapshotDamaged, SnapshotMissing
from index.build import build_snapshot
from index.embedding_cache import EmbeddingCache
from index.manifest import verify_files
from index.pointer import SnapshotPointer
from index.protocols import Vectors
from index.snapshot import Snapshot, open_snapshot
from qa.live import LiveSnapshot
from tests.fakes import HashEmbedder

LAO = Article(
    "lao",
    "Hợp tác với Lào",
    "Hợp tác với Lào\n\n- Năm 2019: cử 14 bác sĩ sang giúp bạn.\n\n- Năm 2020: tặng 3 máy thở.",
    "Bệnh viện Sông Lam",
)
NHAT = Article(
    "nhat", "Hợp tác với Nhật Bản", "Hợp tác với Nhật Bản\n\nHai bên ký biên bản ghi nhớ.", "Viện A"
)


@pytest.fixture
def snapshots(tmp_path: Path) -> Path:
    return tmp_path / "snapshots"


@pytest.fixture
def cache(tmp_path: Path) -> EmbeddingCache:
    return EmbeddingCache(tmp_path / "embeddings.db")


@pytest.fixture
def embedder() -> HashEmbedder:
    return HashEmbedder()


def build(
    snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder, *articles: Article
) -> Snapshot:
    built = build_snapshot(articles, snapshots, embedder, cache)
    return open_snapshot(snapshots / built, embedder)


def test_a_snapshot_holds_the_articles_and_their_passages(
    snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder
):
    snapshot = build(snapshots, cache, embedder, LAO, NHAT)
    assert snapshot.table.articles == {"lao": LAO, "nhat": NHAT}
    assert snapshot.manifest.articles == 2
    assert snapshot.manifest.embedder == "hash-1"
    passages = list(snapshot.table.all_passages())
    assert len(passages) == snapshot.manifest.passages == len(snapshot.dense)
    for passage in passages:
        text = snapshot.table.article(passage.article_id).text
        assert text[passage.start : passage.end] == passage.text
        for start, end in passage.sentences:
            assert passage.start <= start < end <= passage.end
    assert sum(len(p.sentences) for p in passages) == len(snapshot.sentence_vectors)


def test_the_same_corpus_is_not_embedded_twice(
    snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder
):
    first = build(snapshots, cache, embedder, LAO, NHAT)
    assert len(embedder.embedded) > 0
    embedder.embedded.clear()
    second = build(snapshots, cache, embedder, LAO, NHAT)
    assert embedder.embedded == []
    assert first.id != second.id
    assert first.manifest.corpus_fingerprint == second.manifest.corpus_fingerprint
    assert (first.sentence_vectors == second.sentence_vectors).all()


def test_only_what_changed_is_embedded(
    snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder
):
    build(snapshots, cache, embedder, LAO, NHAT)
    embedder.embedded.clear()
    changed = Article(LAO.id, LAO.title, LAO.text.replace("3 máy", "5 máy"), LAO.organisation)
    build(snapshots, cache, embedder, changed, NHAT)
    assert embedder.embedded != []
    assert all("5 máy thở" in text for text in embedder.embedded)


def test_another_model_embeds_everything_anew(
    snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder
):
    build(snapshots, cache, embedder, LAO)
    other = HashEmbedder("hash-2")
    build(snapshots, cache, other, LAO)
    assert sorted(other.embedded) == sorted(embedder.embedded)


class Interrupted(HashEmbedder):
    def __init__(self, after: int) -> None:
        super().__init__()
        self._left = after

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        return super().embed_passages(texts)


@pytest.mark.parametrize("after", [0, 1])
def test_an_interrupted_build_leaves_nothing_but_what_it_computed(
    snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder, after: int
):
    with pytest.raises(KeyboardInterrupt):
        build_snapshot([LAO, NHAT], snapshots, Interrupted(after), cache)
    assert list(snapshots.iterdir()) == []
    assert SnapshotPointer(snapshots).ids() == []
    assert bool(len(cache)) == bool(after)


def test_a_build_that_was_killed_is_no_snapshot_and_is_cleared_away(snapshots: Path):
    for name in (".building-x", ".deleting-y"):
        (snapshots / name).mkdir(parents=True)
        (snapshots / name / "manifest.json").write_text("{}")
    (snapshots / "unfinished").mkdir()
    pointer = SnapshotPointer(snapshots)
    assert pointer.ids() == []
    pointer.clear_unfinished()
    assert [p.name for p in snapshots.iterdir()] == ["unfinished"]


def test_nothing_points_to_a_snapshot_before_it_is_published(
    snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder
):
    snapshot = build(snapshots, cache, embedder, LAO)
    pointer = SnapshotPointer(snapshots)
    assert pointer.ids() == [snapshot.id]
    with pytest.raises(SnapshotMissing, match="coopqa publish"):
        pointer.current()


def test_articles_without_text_make_no_snapshot(
    snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder
):
    with pytest.raises(SnapshotDamaged, match="add an article first"):
        build_snapshot([], snapshots, embedder, cache)


@pytest.mark.parametrize("other", [HashEmbedder("hash-2"), HashEmbedder("hash-1", dim=32)])
def test_a_snapshot_of_another_model_is_refused(
    snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder, other: HashEmbedder
):
    snapshot = build(snapshots, cache, embedder, LAO)
    with pytest.raises(IndexMismatch, match=r"was built with hash-1 .* run `coopqa index build`"):
        open_snapshot(snapshots / snapshot.id, other)


def test_a_snapshot_of_another_format_is_refused(
    snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder
):
    folder = snapshots / build(snapshots, cache, embedder, LAO).id
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 99}))
    with pytest.raises(IndexMismatch, match="format 99"):
        open_snapshot(folder, embedder)


def files_of(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".lock")


def test_damage_to_any_file_is_named_with_what_to_do(
    snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder
):
    folder = snapshots / build(snapshots, cache, embedder, LAO, NHAT).id
    files = files_of(folder)
    assert len(files) > 5
    for path in files:
        content = path.read_bytes()
        damages = [None, b"", content[:-1], content[:-1] + bytes([content[-1] ^ 1])]
        if path.name == "manifest.json":
            damages = [None, b"", content[:-3], b"[]", b"null", b"{}", b"\xff"]
        for damage in damages:
            path.unlink()
            if damage is not None:
                path.write_bytes(damage)
            with pytest.raises(SnapshotDamaged, match="coopqa index build") as refused:
                open_snapshot(folder, embedder)
            assert path.name in str(refused.value) or path.name == "manifest.json"
            path.write_bytes(content)
    assert open_snapshot(folder, embedder).id == folder.name


def test_a_file_too_many_is_damage(snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder):
    snapshot = build(snapshots, cache, embedder, LAO)
    (snapshots / snapshot.id / "extra").write_text("x")
    with pytest.raises(SnapshotDamaged, match="extra"):
        verify_files(snapshots / snapshot.id, snapshot.manifest)


@pytest.mark.parametrize(
    "change",
    [
        {"passages": 1},
        {"sentences": 1},
        {"files": []},
        {"files": {}},
        {"id": "another"},
        {"corpus_fingerprint": "sha256:0000000000000000"},
    ],
)
def test_a_manifest_that_disagrees_with_the_files_is_damage(
    snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder, change: dict
):
    folder = snapshots / build(snapshots, cache, embedder, LAO, NHAT).id
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | change))
    with pytest.raises(SnapshotDamaged, match="coopqa index build"):
        open_snapshot(folder, embedder)


def test_opening_a_snapshot_changes_nothing_in_it(
    snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder
):
    snapshot = build(snapshots, cache, embedder, LAO)
    before = {p: p.read_bytes() for p in files_of(snapshots / snapshot.id)}
    again = open_snapshot(snapshots / snapshot.id, embedder)
    assert again.table.passages(again.table.passage_ids)
    assert {p: p.read_bytes() for p in files_of(snapshots / snapshot.id)} == before


@pytest.fixture
def two(
    snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder
) -> tuple[SnapshotPointer, str, str]:
    ids = [build(snapshots, cache, embedder, a).id for a in (LAO, NHAT)]
    pointer = SnapshotPointer(snapshots)
    pointer.point(ids[0])
    return pointer, ids[0], ids[1]


def test_the_pointer_goes_forward_and_back(two: tuple[SnapshotPointer, str, str]):
    pointer, first, second = two
    with pytest.raises(SnapshotMissing, match="no earlier snapshot"):
        pointer.previous()
    pointer.point(second)
    assert (pointer.current(), pointer.previous()) == (second, first)
    pointer.point(pointer.previous())
    assert pointer.current() == first


def test_the_pointer_goes_only_to_snapshots_that_are_there(
    two: tuple[SnapshotPointer, str, str],
):
    pointer, first, second = two
    for unknown in ("nowhere", "", "..", f"../{first}", f"{first}/../{second}", ".building-x"):
        with pytest.raises(SnapshotMissing, match=first):
            pointer.point(unknown)
    assert pointer.current() == first


def test_a_pointer_that_could_not_be_written_stays_as_it_was(
    two: tuple[SnapshotPointer, str, str], monkeypatch: pytest.MonkeyPatch
):
    pointer, first, second = two

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr(os, "fsync", full)
        pointer.point(second)
    assert pointer.current() == first
    pointer.point(second)
    assert pointer.current() == second


def test_readers_see_one_whole_snapshot_while_the_pointer_moves(
    two: tuple[SnapshotPointer, str, str], embedder: HashEmbedder
):
    pointer, first, second = two
    live = LiveSnapshot(pointer, embedder)
    belongs = {first: "lao", second: "nhat"}
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                if pointer.current() not in belongs:
                    wrong.append("half a pointer")
                snapshot = live().snapshot
                (article_id,) = snapshot.table.articles
                ids = {p.article_id for p in snapshot.table.all_passages()}
                found = {h.passage_id.partition("#")[0] for h in snapshot.dense.search(
                    embedder.embed_query("hợp tác"), 5)}  # fmt: skip
                if {article_id} != ids or found != ids or belongs[snapshot.id] != article_id:
                    wrong.append((snapshot.id, article_id, ids, found))
        except CoopQaError as error:
            wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(30):
        pointer.point(second)
        pointer.point(first)
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert live().snapshot.id == first


def test_two_may_move_the_pointer_at_once(two: tuple[SnapshotPointer, str, str]):
    pointer, first, second = two
    failed: list[Exception] = []

    def move(snapshot_id: str) -> None:
        try:
            for _ in range(50):
                SnapshotPointer(pointer.folder).point(snapshot_id)
        except Exception as error:
            failed.append(error)

    movers = [threading.Thread(target=move, args=(i,)) for i in (first, second)]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join()
    assert failed == []
    assert pointer.current() in (first, second)


def test_old_snapshots_go_but_never_the_live_one(
    snapshots: Path, cache: EmbeddingCache, embedder: HashEmbedder
):
    ids = sorted(build(snapshots, cache, embedder, LAO).id for _ in range(4))
    pointer = SnapshotPointer(snapshots)
    pointer.point(ids[0])
    assert pointer.keep_last(2) == [ids[1]]
    assert pointer.ids() == [ids[0], ids[2], ids[3]]
    assert pointer.current() == ids[0]


def test_a_snapshot_that_cannot_be_opened_is_tried_once_and_the_old_one_answers(
    two: tuple[SnapshotPointer, str, str], embedder: HashEmbedder, caplog: pytest.LogCaptureFixture
):
    pointer, first, second = two
    live = LiveSnapshot(pointer, embedder)
    assert live().snapshot.id == first
    (pointer.path(second) / "passages.db").unlink()
    pointer.point(second)
    for _ in range(3):
        assert live().snapshot.id == first
    assert [r.levelname for r in caplog.records] == ["ERROR"]
    pointer.point(first)
    assert live().snapshot.id == first
