"""The product without one of its parts, for the search of passages.

Each part is taken out of what the product itself made of a question, so that nothing in the
product knows of it. What is left is searched by the product, except for the fusion by ranks.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import groupby

from index.bm25_index import Field
from index.faiss_index import article_of
from index.protocols import Embedder, Hit
from index.query import FusionWeights, SearchQuery
from index.retriever import sentence_scores
from index.snapshot import Snapshot
from index.terms import syllables
from qa.live import Live
from qa.question import Question, read_question, understood
from qa.repair import abbreviations, repair
from qa.writing import writing_of

_DEPTH = 100
_RRF_K = 60
_TYPED_WEIGHT = 1.0

Without = Callable[[str, Live], SearchQuery]
"""Makes the query for a checked question, one part left out."""


def whole(text: str, live: Live) -> SearchQuery:
    """Return the query that the product makes."""
    return _read(text, live).search


def _read(text: str, live: Live) -> Question:
    return read_question(text, live.snapshot, live.directory)


def _unrepaired(text: str, live: Live) -> SearchQuery:
    return understood(text, writing_of(text), syllables(text), live.directory).search


def _unabbreviated(text: str, live: Live) -> SearchQuery:
    """Short forms stay as typed; the words between them are repaired."""
    writing, words = writing_of(text), list[str]()
    for short, run in groupby(syllables(text), key=lambda word: word in abbreviations()):
        typed = list(run)
        words += typed if short else repair(" ".join(typed), writing, live.snapshot.syllables)
    return understood(text, writing, words, live.directory).search


def _without_places(text: str, live: Live) -> SearchQuery:
    """Other names of countries are the only terms that weigh less than what was typed."""
    query = whole(text, live)
    return replace(
        query,
        marked=tuple(t for t in query.marked if t[1] == _TYPED_WEIGHT),
        folded=tuple(t for t in query.folded if t[1] == _TYPED_WEIGHT),
    )


def _without_pairs(text: str, live: Live) -> SearchQuery:
    query = whole(text, live)
    return replace(
        query,
        marked=tuple(t for t in query.marked if "_" not in t[0] or t[1] != _TYPED_WEIGHT),
        folded=tuple(t for t in query.folded if "_" not in t[0] or t[1] != _TYPED_WEIGHT),
    )


def _without_passages(text: str, live: Live) -> SearchQuery:
    query = whole(text, live)
    return replace(query, weights=replace(query.weights, passage=0.0))


def _without_sentences(text: str, live: Live) -> SearchQuery:
    query = whole(text, live)
    return replace(query, weights=replace(query.weights, sentence=0.0))


def _with_equal_weights(text: str, live: Live) -> SearchQuery:
    return replace(whole(text, live), weights=FusionWeights(1.0, 1.0, 1.0, 1.0))


PARTS: Mapping[str, Without] = {
    "repair of marks and slips": _unrepaired,
    "general abbreviations": _unabbreviated,
    "names of countries": _without_places,
    "pairs of syllables": _without_pairs,
    "words with marks": lambda text, live: replace(whole(text, live), marked=()),
    "words without marks": lambda text, live: replace(whole(text, live), folded=()),
    "passage vectors": _without_passages,
    "sentence vectors": _without_sentences,
    "organisation's weight": lambda text, live: replace(whole(text, live), article_bonus={}),
    "weights by way of writing": _with_equal_weights,
}
"""Every part with the query that is made without it."""

BY_SCORES = "scores instead of ranks"
"""The part that is not of the query: `search_by_ranks` takes its place."""


def search_by_ranks(query: SearchQuery, snapshot: Snapshot, embedder: Embedder) -> list[str]:
    """Return passage ids by weighted reciprocal ranks (Cormack, Clarke and Büttcher 2009).

    The same four lists as the product's, with its weights; articles that the question points to
    gain as if they were first in a list of their own.
    """
    vector = embedder.embed_query(query.text)
    dense = snapshot.dense.search(vector, _DEPTH)
    marked = snapshot.keywords.search(Field.MARKED, query.marked, _DEPTH)
    folded = snapshot.keywords.search(Field.FOLDED, query.folded, _DEPTH)
    found = {hit.passage_id for hits in (dense, marked, folded) for hit in hits}
    sentences = sentence_scores(snapshot, sorted(found), vector)
    nearest = [Hit(i, max(scores, default=0.0)) for i, scores in sentences.items()]
    weights = query.weights
    scores = {i: query.article_bonus.get(article_of(i), 0.0) / (_RRF_K + 1) for i in found}
    for hits, weight in (
        (dense, weights.passage),
        (nearest, weights.sentence),
        (marked, weights.marked),
        (folded, weights.folded),
    ):
        for rank, hit in enumerate(sorted(hits, key=lambda h: (-h.score, h.passage_id)), start=1):
            scores[hit.passage_id] += weight / (_RRF_K + rank)
    return sorted(scores, key=lambda i: (-scores[i], i))
