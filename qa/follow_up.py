"""Whether a question hangs on the one before: by its words, and where words do not tell, by search.

A question without any sign is a new topic when the passage that it finds alone holds much more of
it than the passage of the present topic does. A short question needs more of that than a long one,
and one that names somebody new needs none.
"""

import math
from enum import StrEnum

from corpus.vietnamese import fold
from index.bm25_index import Field
from index.terms import folded_terms, one_spelling, syllables
from qa.mentions import year_spans
from qa.signs import Signs
from qa.typed import markers

_ENTITY_CONCEPTS = 3
# In units of the weight of a word that stands in one passage only, so that they fit a small corpus
# as well as a large one; chosen on the training conversations.
_GAINS = ((6, 1.37), (9, 0.39))
"""Questions of fewer words than the first number need the second as their gain."""
_GAIN_OF_LONG, _GAIN_WITHOUT_ORGANISATION, _GAIN_OF_NEW_NAME = 0.08, 1.94, -0.16
_FULL_CONCEPTS = 2


class Hanging(StrEnum):
    """How a question hangs on the earlier ones."""

    ALONE = "alone"
    NEW_TOPIC = "new topic"
    SAME_RELATION = "same relation"
    MORE = "more"


def hanging(signs: Signs, topic: str, article_ids: frozenset[str] | None) -> Hanging:
    """Tell how a question hangs on a topic, which is the text of earlier questions and answers.

    `article_ids` are the articles of the present organisation; None when there is none.
    """
    if signs.stands:
        return Hanging.ALONE
    if signs.points_back:
        return Hanging.MORE
    if signs.entity and (signs.contrasts or len(signs.concepts) <= _ENTITY_CONCEPTS):
        return Hanging.SAME_RELATION
    if signs.contrasts or not signs.concepts:
        return Hanging.MORE
    limit = _limit(signs, topic, article_ids)
    new = _gains(signs, topic, article_ids, limit)
    return Hanging.NEW_TOPIC if new else Hanging.MORE


def _limit(signs: Signs, topic: str, article_ids: frozenset[str] | None) -> float:
    at_home = bool(signs.typed.spans(markers("at_home")))
    full = len(signs.concepts) >= _FULL_CONCEPTS
    if full and (at_home or _names_somebody_new(signs, topic)):
        return _GAIN_OF_NEW_NAME
    if article_ids is None:
        return _GAIN_WITHOUT_ORGANISATION
    steps = (gain for words, gain in _GAINS if len(signs.typed.words) < words)
    return next(steps, _GAIN_OF_LONG)


def _names_somebody_new(signs: Signs, topic: str) -> bool:
    known = set(folded_terms(topic))
    spans = [*signs.partners, *year_spans(signs.typed)]
    return any(signs.typed.words[end - 1].folded not in known for _, end in spans)


def _gains(signs: Signs, topic: str, article_ids: frozenset[str] | None, limit: float) -> bool:
    """Tell whether the question's own passage holds so much more of it than that of the topic."""
    limit *= math.log(1 + (len(signs.live.snapshot.keywords) - 0.5) / 1.5)
    alone = _held(signs, list(signs.weights), article_ids)
    # Most questions that hang on the topic end here, without the second search.
    return alone >= limit and alone - _held(signs, folded_terms(topic), article_ids) >= limit


def _held(signs: Signs, terms: list[str], article_ids: frozenset[str] | None) -> float:
    """Return how much weight of the question stands in the best passage for some terms."""
    snapshot = signs.live.snapshot
    query = [(term, 1.0) for term in terms]
    for hit in snapshot.keywords.search(Field.FOLDED, query, 1, article_ids):
        (passage,) = snapshot.table.passages([hit.passage_id])
        article = snapshot.table.article(passage.article_id)
        texts = (article.organisation, article.title, *passage.headings, passage.text)
        # Folding the whole text at once is ten times faster than word by word.
        words = f" {' '.join(map(_spelling, syllables(fold(' '.join(texts)))))} "
        return sum(w for t, w in signs.weights.items() if f" {t.replace('_', ' ')} " in words)
    return 0.0


def _spelling(folded: str) -> str:
    return one_spelling(folded) if folded.endswith("y") else folded
