"""Articles that say nearly the same: they crowd the answers, and a change to one misses the other.

Resemblance of sets of word triples (Broder 1997); MinHash with locality-sensitive hashing finds the
candidates, so that 2,000 articles need not be compared pair by pair.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from datasketch import MinHash, MinHashLSH

from corpus.article import Article
from corpus.vietnamese import fold

SIMILAR = 0.8
"""One word changed in a page of 300 leaves .98; two price lists of one form share about half."""
_CANDIDATE = 0.6
_PERMUTATIONS = 128
_BATCH = 5_000
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Two articles, in order of id, and how much of their wording they share, 0 to 1."""

    first: str
    second: str
    similarity: float
    same_text: bool


def near_duplicates(articles: Sequence[Article]) -> tuple[Resemblance, ...]:
    """Return the pairs of articles that share most of their wording, the likest first.

    Marks and capitals do not count, so a copy without diacritics is found too.
    """
    by_id = {article.id: article for article in articles}
    wordings = {i: _wording(article.text) for i, article in sorted(by_id.items())}
    known = MinHashLSH(threshold=_CANDIDATE, num_perm=_PERMUTATIONS)
    found: list[Resemblance] = []
    for article_id, wording in wordings.items():
        sketch = _sketch(wording)
        for other in sorted(map(str, known.query(sketch))):
            similarity = _jaccard(wording, wordings[other])
            same = by_id[article_id].version == by_id[other].version
            if similarity >= SIMILAR:
                found.append(Resemblance(other, article_id, similarity, same))
        known.insert(article_id, sketch)
    return tuple(sorted(found, key=lambda r: (-r.same_text, -r.similarity, r.first, r.second)))


def _wording(text: str) -> frozenset[int]:
    words = _WORD.findall(fold(text))
    triples = zip(words, words[1:], words[2:], strict=False) if len(words) > 2 else [words]
    # Hashed at once: the triples of 2,000 articles as strings would take gigabytes.
    return frozenset(zlib.crc32(" ".join(triple).encode()) for triple in triples)


def _sketch(wording: frozenset[int]) -> MinHash:
    sketch = MinHash(_PERMUTATIONS, hashfunc=int)
    ordered = list(wording)
    # Each batch makes a table of 128 numbers a triple.
    for start in range(0, len(ordered), _BATCH):
        sketch.update_batch(ordered[start : start + _BATCH])
    return sketch


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / max(1, len(one | other))
