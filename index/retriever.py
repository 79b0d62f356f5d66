"""Find passages: by meaning, by their sentences, and by words with and without marks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from corpus.article import Article, Passage
from index.bm25_index import Field
from index.faiss_index import article_of
from index.fusion import fuse
from index.near_copies import LOOKED_BEHIND, grouped
from index.passage_table import PassageTable
from index.protocols import Embedder, Hit, Vectors
from index.query import SearchQuery
from index.snapshot import Snapshot

_DEPTH = 100
"""How many passages each list contributes; deeper lists changed no first place on XQuAD."""
_BONUS_DEPTH = 20


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A passage with the scores that found it.

    `score` is the fused one; `dense` is the cosine of question and passage, `sentences` the cosine
    of the question with each sentence of the passage, `keyword` the BM25 score on folded terms (0
    where the passage was not among the best). `copies` are the lower-ranked passages that say the
    same in nearly the same words of the same organisation, best first; copies have none.
    """

    passage: Passage
    article: Article
    score: float
    dense: float
    keyword: float
    sentences: tuple[float, ...]
    copies: tuple["RetrievedPassage", ...] = ()


class Retriever:
    """Hybrid search over one snapshot."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def search(
        self,
        snapshot: Snapshot,
        query: SearchQuery,
        k: int,
        article_ids: frozenset[str] | None = None,
    ) -> list[RetrievedPassage]:
        """Return at most k passages, best first, only of these articles (None: of all).

        A passage that repeats a better one is not a hit of its own but among that one's copies.
        """
        vector = self._embedder.embed_query(query.text)
        dense = snapshot.dense.search(vector, _DEPTH, article_ids)
        marked = snapshot.keywords.search(Field.MARKED, query.marked, _DEPTH, article_ids)
        folded = snapshot.keywords.search(Field.FOLDED, query.folded, _DEPTH, article_ids)
        preferred = self._preferred(snapshot, vector, query, article_ids)
        found = {hit.passage_id for hits in (dense, marked, folded, preferred) for hit in hits}
        sentences = sentence_scores(snapshot, sorted(found), vector)
        nearest = [Hit(i, max(scores, default=0.0)) for i, scores in sentences.items()]
        weights = query.weights
        fused = fuse(
            [
                (_with(dense, preferred), weights.passage),
                (nearest, weights.sentence),
                (marked, weights.marked),
                (folded, weights.folded),
            ],
            {i: query.article_bonus.get(article_of(i), 0.0) for i in found},
        )
        cosines = {hit.passage_id: hit.score for hit in (*preferred, *dense)}
        keywords = {hit.passage_id: hit.score for hit in folded}
        lowest = min(cosines.values(), default=0.0)
        ranked = (
            RetrievedPassage(
                passage=passage,
                article=snapshot.table.article(passage.article_id),
                score=hit.score,
                dense=cosines.get(passage.id, lowest),
                keyword=keywords.get(passage.id, 0.0),
                sentences=sentences[passage.id],
            )
            for hit, passage in _with_passages(fused, snapshot.table, k + LOOKED_BEHIND)
        )
        groups = grouped(ranked, k)
        return [replace(first, copies=tuple(copies)) for first, *copies in groups]

    @staticmethod
    def _preferred(
        snapshot: Snapshot,
        vector: Vectors,
        query: SearchQuery,
        article_ids: frozenset[str] | None,
    ) -> list[Hit]:
        """Return the nearest passages of the articles that the question points to."""
        pointed = frozenset(a for a, bonus in query.article_bonus.items() if bonus > 0)
        if article_ids is not None:
            pointed &= article_ids
        return snapshot.dense.search(vector, _BONUS_DEPTH, pointed) if pointed else []


def sentence_scores(
    snapshot: Snapshot, passage_ids: Sequence[str], vector: Vectors
) -> dict[str, tuple[float, ...]]:
    """Return the cosine of a question with each sentence of these passages."""
    rows = {i: snapshot.table.sentence_rows(i) for i in passage_ids}
    wanted = np.fromiter((row for span in rows.values() for row in span), np.int64)
    block = np.asarray(snapshot.sentence_vectors[wanted], np.float32)
    scores = iter((block @ vector).tolist())
    return {i: tuple(islice(scores, len(span))) for i, span in rows.items()}


def _with_passages(
    hits: Sequence[Hit], table: PassageTable, at_once: int
) -> Iterator[tuple[Hit, Passage]]:
    for start in range(0, len(hits), at_once):
        batch = hits[start : start + at_once]
        yield from zip(batch, table.passages([hit.passage_id for hit in batch]), strict=True)


def _with(hits: Sequence[Hit], more: Sequence[Hit]) -> list[Hit]:
    known = {hit.passage_id for hit in hits}
    return [*hits, *(hit for hit in more if hit.passage_id not in known)]
