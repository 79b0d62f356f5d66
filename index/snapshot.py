"""One immutable built index: opened whole or not at all."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.errors import IndexMismatch, SnapshotDamaged
from index.bm25_index import Bm25Index
from index.faiss_index import FaissIndex
from index.manifest import Manifest, corpus_fingerprint, read_manifest, verify_files
from index.passage_table import PassageTable
from index.protocols import Embedder, PassageIndex, Vectors
from index.syllable_model import SyllableModel

PASSAGES, VECTORS, SENTENCES, KEYWORDS, SYLLABLES = (
    "passages.db", "passages.faiss", "sentences.npy", "bm25", "syllables.json",
)  # fmt: skip


@dataclass(frozen=True)
class Snapshot:
    """Everything that answers one question; a question under way keeps the one it began with."""

    manifest: Manifest
    table: PassageTable
    dense: PassageIndex
    keywords: Bm25Index
    sentence_vectors: Vectors
    syllables: SyllableModel

    @property
    def id(self) -> str:
        """The snapshot's name, which every answer carries."""
        return self.manifest.id


def open_snapshot(folder: Path, embedder: Embedder) -> Snapshot:
    """Open a snapshot after checking every file.

    Raises:
        SnapshotDamaged: files are missing, changed or disagree.
        IndexMismatch: it was built with another embedding model.
    """
    manifest = read_manifest(folder)
    if (manifest.embedder, manifest.dim) != (embedder.name, embedder.dim):
        raise IndexMismatch(
            f"Snapshot {manifest.id} was built with {manifest.embedder} ({manifest.dim} "
            f"components), the settings say {embedder.name} ({embedder.dim}); "
            "run `coopqa index build`."
        )
    verify_files(folder, manifest)
    table = PassageTable(folder / PASSAGES)
    dense = FaissIndex.load(folder / VECTORS, table.passage_ids)
    keywords = Bm25Index.load(folder / KEYWORDS)
    sentence_vectors = np.load(folder / SENTENCES, mmap_mode="r")
    if corpus_fingerprint(table.articles.values()) != manifest.corpus_fingerprint:
        raise SnapshotDamaged(
            f"Snapshot {manifest.id} holds other articles than its manifest says; "
            "run `coopqa index build`."
        )
    counts = (len(table.passage_ids), len(dense), len(keywords))
    if set(counts) != {manifest.passages} or len(sentence_vectors) != manifest.sentences:
        raise SnapshotDamaged(
            f"Snapshot {manifest.id}: passages, vectors and postings are {counts}, the manifest "
            f"says {manifest.passages}; run `coopqa index build`."
        )
    syllables = SyllableModel.load(folder / SYLLABLES)
    return Snapshot(manifest, table, dense, keywords, sentence_vectors, syllables)
