"""The plain recipes that ours has to beat, over the same passages and the same question.

Nothing is read into the question: it is embedded as typed, and searched by its syllables and
pairs. `z-scores` adds the standardised scores of all three lists, `rrf` their reciprocal ranks
(Cormack, Clarke and Büttcher 2009, k = 60).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from index.bm25_index import Field
from index.faiss_index import article_of
from index.fusion import fuse
from index.protocols import Embedder, Hit
from index.terms import folded_terms, marked_terms
from qa.live import Live
from qa.overlap import term_set

RECIPES = ("dense", "bm25", "bm25 folded", "z-scores", "rrf")
_DEPTH = 100
_RRF_K = 60
_READ = 5


@dataclass(frozen=True, slots=True)
class PlainSearch:
    """The passages found by each recipe, best first, and two plain signs that one of them answers.

    `cosine` is that of the nearest passage, `overlap` the idf-weighted share of the question's
    syllables that stand in the best of the first passages.
    """

    ranked: dict[str, tuple[str, ...]]
    cosine: float
    overlap: float

    def articles(self, recipe: str) -> tuple[str, ...]:
        """Return the articles of a recipe's passages, each once, best first."""
        return tuple(dict.fromkeys(map(article_of, self.ranked[recipe])))


def search_plainly(
    text: str, live: Live, embedder: Embedder, article_ids: frozenset[str] | None = None
) -> PlainSearch:
    """Search a question as it was typed by every plain recipe."""
    keywords = live.snapshot.keywords
    marked, folded = ([(t, 1.0) for t in terms(text)] for terms in (marked_terms, folded_terms))
    dense = live.snapshot.dense.search(embedder.embed_query(text), _DEPTH, article_ids)
    lists = [
        dense,
        keywords.search(Field.MARKED, marked, _DEPTH, article_ids),
        keywords.search(Field.FOLDED, folded, _DEPTH, article_ids),
    ]
    fused = fuse([(hits, 1.0) for hits in lists], {})
    ranked = dict(zip(RECIPES, (*lists, fused, _reciprocal(lists)), strict=True))
    return PlainSearch(
        {name: tuple(hit.passage_id for hit in hits) for name, hits in ranked.items()},
        max((hit.score for hit in dense), default=0.0),
        _overlap(text, fused[:_READ], live),
    )


def _reciprocal(lists: Sequence[Sequence[Hit]]) -> list[Hit]:
    scores: dict[str, float] = {}
    for hits in lists:
        for rank, hit in enumerate(hits, start=1):
            scores[hit.passage_id] = scores.get(hit.passage_id, 0.0) + 1 / (_RRF_K + rank)
    return [Hit(i, s) for i, s in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))]


def _overlap(text: str, hits: Sequence[Hit], live: Live) -> float:
    weights = {t: live.overlap.idf(t) for t in folded_terms(text) if "_" not in t}
    total = sum(weights.values())
    if not total:
        return 0.0
    passages = live.snapshot.table.passages([hit.passage_id for hit in hits])
    found = (term_set(passage.text) for passage in passages)
    return max((sum(w for t, w in weights.items() if t in f) / total for f in found), default=0.0)
