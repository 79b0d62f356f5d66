"""Articles become a snapshot: split, embed, index, write, and only then put in place."""

import os
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from corpus.article import Article, Passage
from corpus.clean import plain_spaces
from corpus.errors import SnapshotDamaged
from corpus.furniture import shape_of
from corpus.progress import Progress
from corpus.split import split
from index import snapshot
from index.bm25_index import Bm25Index, PassageTerms
from index.durable import UNFINISHED, sync_folder
from index.embedding_cache import EmbeddingCache
from index.faiss_index import FaissIndex
from index.manifest import FORMAT, Manifest, checksums, corpus_fingerprint
from index.passage_table import PassageTable
from index.protocols import Embedder
from index.syllable_model import SyllableModel
from index.terms import folded_terms, marked_terms

_REPEATED_IN_ARTICLES = 3
_REPEATED_MAX_CHARS = 100


@dataclass(frozen=True, slots=True)
class Stead:
    """In whose place a snapshot is made anew: the name that it gets, and when that was built."""

    name: str
    built_at: str


def build_snapshot(
    articles: Sequence[Article],
    snapshots_dir: Path,
    embedder: Embedder,
    cache: EmbeddingCache,
    progress: Progress = lambda _step, _done, _all: None,
    stead: Stead | None = None,
) -> str:
    """Build a snapshot of these articles beside the others and return its id.

    Nothing points to it yet. An interrupted build leaves no snapshot. Where it is not made in
    another's stead its name sorts behind those of earlier ones.

    Raises:
        SnapshotDamaged: there is nothing to index.
    """
    by_id = {a.id: a for a in articles}
    passages = passages_of(articles)
    if not passages:
        raise SnapshotDamaged("There is no text to index; add an article first.")
    snapshots_dir.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=UNFINISHED[0], dir=snapshots_dir))
    try:
        _write(folder, by_id, passages, embedder, cache, progress)
        manifest = _manifest(folder, stead, articles, passages, embedder)
        manifest.write(folder)
        _sync(folder)
        folder.chmod(0o755)
        folder.rename(snapshots_dir / manifest.id)
        sync_folder(snapshots_dir)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return manifest.id


def passages_of(articles: Sequence[Article]) -> list[Passage]:
    """Return the passages of a corpus, in the order of its articles."""
    repeated = repeated_lines(articles)
    return [p for a in articles for p in split(a, repeated=repeated)]


def embedded_text(article: Article, passage: Passage) -> str:
    """Return what stands for a passage in the indexes: where it belongs, then its words."""
    return f"{context_of(article, passage)}\n{passage.text}"


def context_of(article: Article, passage: Passage) -> str:
    """Return where a passage belongs: organisation, title and headings."""
    return " · ".join(filter(None, (article.organisation, article.title, *passage.headings)))


def embedded_sentences(article: Article, passage: Passage) -> list[str]:
    """Return what stands for each sentence of a passage in the table of sentence vectors.

    With the whole context the sentence that answers is first among those of the five best
    passages for 55 of 100 questions, without it for 49 (domain dev set).
    """
    context = context_of(article, passage)
    return [f"{context}\n{article.text[start:end]}" for start, end in passage.sentences]


def repeated_lines(articles: Sequence[Article]) -> frozenset[str]:
    """Return the short lines, digits as 0, that stand in several articles: menus and footers."""
    counts = Counter(
        line
        for a in articles
        for line in {shape_of(plain_spaces(line)) for line in a.text.split("\n")}
        if 0 < len(line) <= _REPEATED_MAX_CHARS
    )
    return frozenset(line for line, n in counts.items() if n >= _REPEATED_IN_ARTICLES)


def _write(
    folder: Path,
    articles: dict[str, Article],
    passages: Sequence[Passage],
    embedder: Embedder,
    cache: EmbeddingCache,
    progress: Progress,
) -> None:
    texts = [embedded_text(articles[p.article_id], p) for p in passages]
    sentences = [s for p in passages for s in embedded_sentences(articles[p.article_id], p)]
    done = 0

    def report(finished: int) -> None:
        nonlocal done
        done += finished
        progress("embed", done, len(texts) + len(sentences))

    dense = FaissIndex(embedder.dim)
    owners = [p.article_id for p in passages]
    dense.add([p.id for p in passages], cache.embed(embedder, texts, report, owners))
    dense.save(folder / snapshot.VECTORS)
    owners = [p.article_id for p in passages for _ in p.sentences]
    vectors = cache.embed(embedder, sentences, report, owners).astype(np.float16)
    np.save(folder / snapshot.SENTENCES, vectors)
    progress("write", 0, 1)
    Bm25Index.build(
        folder / snapshot.KEYWORDS,
        (
            PassageTerms(p.id, p.article_id, marked_terms(text), folded_terms(text))
            for p, text in zip(passages, texts, strict=True)
        ),
    )
    SyllableModel.learn(
        [*(a.text for a in articles.values()), *(a.organisation for a in articles.values())]
    ).save(folder / snapshot.SYLLABLES)
    PassageTable.write(folder / snapshot.PASSAGES, articles.values(), passages)
    progress("write", 1, 1)


def _new_name() -> str:
    now = datetime.now(UTC)
    return f"{now:%Y%m%dT%H%M%S}{now.microsecond:06}-{secrets.token_hex(3)}"


def _manifest(
    folder: Path,
    stead: Stead | None,
    articles: Sequence[Article],
    passages: Sequence[Passage],
    embedder: Embedder,
) -> Manifest:
    return Manifest(
        id=stead.name if stead else _new_name(),
        format=FORMAT,
        built_at=datetime.now(UTC).isoformat(timespec="microseconds"),
        embedder=embedder.name,
        dim=embedder.dim,
        corpus_fingerprint=corpus_fingerprint(articles),
        articles=len(articles),
        passages=len(passages),
        sentences=sum(len(p.sentences) for p in passages),
        files=checksums(folder),
        first_built_at=stead.built_at if stead else "",
    )


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        else:
            sync_folder(path)
    sync_folder(folder)
