"""Several ranked lists become one.

Each list's scores are standardised over its own candidates (z-scores; Lee 1997, and the
"distribution-based score fusion" of later engines) and added with weights. A passage that a list
did not return counts as that list's lowest score.
"""

import math
from collections.abc import Mapping, Sequence

from index.protocols import Hit


def standardise(hits: Sequence[Hit]) -> dict[str, float]:
    """Return z-scores by passage id; a list of equal scores becomes zeros."""
    if not hits:
        return {}
    scores = [hit.score for hit in hits]
    mean = sum(scores) / len(scores)
    deviation = math.sqrt(sum((s - mean) ** 2 for s in scores) / len(scores)) or 1.0
    return {hit.passage_id: (hit.score - mean) / deviation for hit in hits}


def fuse(lists: Sequence[tuple[Sequence[Hit], float]], bonus: Mapping[str, float]) -> list[Hit]:
    """Return all passages of the weighted lists, best first; ties keep the order of ids.

    `bonus` is added to the passages that it names.
    """
    fused: dict[str, float] = {hit.passage_id: 0.0 for hits, _ in lists for hit in hits}
    for hits, weight in lists:
        scores = standardise(hits)
        lowest = min(scores.values(), default=0.0)
        for passage_id in fused:
            fused[passage_id] += weight * scores.get(passage_id, lowest)
    ranked = [Hit(i, score + bonus.get(i, 0.0)) for i, score in fused.items()]
    return sorted(ranked, key=lambda hit: (-hit.score, hit.passage_id))
