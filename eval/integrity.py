"""Is a new snapshot what it should be, before any question is asked?

Files, row counts and checksums are checked when it is opened. Here a sample of passages is looked
up by what was put in: each must be found by its own vector and by its own words, made anew by the
code that will make the queries.
"""

from collections.abc import Sequence
from random import Random

import numpy as np

from corpus.article import Passage
from eval.reason import Reason, reason
from index.bm25_index import Field
from index.build import embedded_sentences, embedded_text
from index.protocols import Embedder
from index.snapshot import Snapshot
from index.terms import folded_terms, marked_terms

_SAMPLE = 40
_SEED = 7
_TERMS = 12
_NEAR = 5
_SAME_COSINE = 0.99
_LEAST_SHARE = 0.9
"""Passages that repeat each other can hide one another; more than a tenth cannot."""


def integrity_faults(snapshot: Snapshot, embedder: Embedder) -> list[Reason]:
    """Return what is wrong with a snapshot that could be opened; nothing is what is hoped for."""
    passages = list(snapshot.table.all_passages())
    sample = Random(_SEED).sample(passages, min(_SAMPLE, len(passages)))
    shares = {
        "slices": _share([_is_slice(snapshot, p) for p in sample]),
        "vectors": _share(_by_vector(snapshot, sample, embedder)),
        "sentence_vectors": _share(_by_sentence(snapshot, sample, embedder)),
        "marked_keywords": _share([_by_words(snapshot, p, Field.MARKED) for p in sample]),
        "folded_keywords": _share([_by_words(snapshot, p, Field.FOLDED) for p in sample]),
    }
    return [
        reason("integrity", part=part, share=share, n=len(sample))
        for part, share in shares.items()
        if share < (1.0 if part == "slices" else _LEAST_SHARE)
    ]


def _is_slice(snapshot: Snapshot, passage: Passage) -> bool:
    article = snapshot.table.article(passage.article_id)
    return article.text[passage.start : passage.end] == passage.text


def _by_vector(snapshot: Snapshot, passages: Sequence[Passage], embedder: Embedder) -> list[bool]:
    texts = [embedded_text(snapshot.table.article(p.article_id), p) for p in passages]
    found: list[bool] = []
    for passage, vector in zip(passages, embedder.embed_passages(texts), strict=True):
        hits = snapshot.dense.search(vector, _NEAR)
        own = [hit.score for hit in hits if hit.passage_id == passage.id]
        found.append(bool(own) and own[0] >= _SAME_COSINE)
    return found


def _by_sentence(snapshot: Snapshot, passages: Sequence[Passage], embedder: Embedder) -> list[bool]:
    with_text = [p for p in passages if p.sentences]
    firsts = [embedded_sentences(snapshot.table.article(p.article_id), p)[0] for p in with_text]
    rows = [snapshot.table.sentence_rows(p.id).start for p in with_text]
    stored = np.asarray(snapshot.sentence_vectors[rows], np.float32)
    cosines = np.einsum("ij,ij->i", stored, embedder.embed_passages(firsts))
    return [bool(cosine >= _SAME_COSINE) for cosine in cosines]


def _by_words(snapshot: Snapshot, passage: Passage, field: Field) -> bool:
    terms = marked_terms if field is Field.MARKED else folded_terms
    text = embedded_text(snapshot.table.article(passage.article_id), passage)
    frequency = {t: snapshot.keywords.document_frequency(field, t) for t in set(terms(text))}
    rare = sorted(frequency, key=lambda t: (frequency[t], t))[:_TERMS]
    hits = snapshot.keywords.search(field, [(t, 1.0) for t in rare], _NEAR)
    return passage.id in {hit.passage_id for hit in hits}


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 1.0
