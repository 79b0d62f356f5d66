"""Whether a question hangs on the one before: by its words, and where words do not tell, by search.

A question without any sign is a new topic when the passage that it finds alone holds much more of
it than the passage of the present topic does. A short question needs more of that than a long one,
and one that names somebody new needs none, unless it begins with "còn". One that is rich in words
of its own is a new topic at once: even where it is none, it is found as it stands.

A complete question about what no passage speaks of ("Giá vé gửi xe bao nhiêu?") finds nothing
either way, so its strange words count for a new topic too, and it takes nothing along. The first
one is free: a follow-up may say in a word of its own what the article says in another.
"""

import math
from enum import StrEnum

from corpus.vietnamese import fold
from index.bm25_index import Field
from index.terms import folded_terms, one_spelling, syllables
from qa.mentions import person_spans, year_spans
from qa.overlap import is_function_word
from qa.signs import Signs
from qa.typed import markers

_ENTITY_CONCEPTS = 3
# In units of the weight of a word that stands in one passage only, so that they fit a small corpus
# as well as a large one; chosen on the training conversations.
_GAINS = ((6, 1.37), (9, 0.39))
"""Questions of fewer words than the first number need the second as their gain."""
_GAIN_OF_LONG, _GAIN_WITHOUT_ORGANISATION, _GAIN_OF_NEW_NAME = 0.08, 1.94, -0.16
_GAIN_OF_CONTRAST = 1.94
_STRANGE_COUNTS, _COMPLETE_WORDS = 0.5, 4
_FULL_CONCEPTS, _QUESTION_WORDS = 2, 2


class Hanging(StrEnum):
    """How a question hangs on the earlier ones; `ELSEWHERE` is a new topic that no passage has."""

    ALONE = "alone"
    NEW_TOPIC = "new topic"
    ELSEWHERE = "elsewhere"
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
    return by_search(signs, topic, article_ids)


def by_search(signs: Signs, topic: str, article_ids: frozenset[str] | None) -> Hanging:
    """Tell a new topic from more of the present one by what the search finds for each."""
    new_name = _names_somebody_new(signs, topic)
    strange = _strange(signs)
    new_topic = Hanging.ELSEWHERE if strange else Hanging.NEW_TOPIC
    if signs.rich:
        return new_topic
    if not signs.concepts or (signs.contrasts and not new_name):
        return Hanging.MORE
    if article_ids:
        named = (o.article_ids for o in signs.question.organisations)
        article_ids = article_ids.union(*named)
    limit = _limit(signs, new_name=new_name, at_home=article_ids is not None)
    limit -= _STRANGE_COUNTS * strange
    return new_topic if _gains(signs, topic, article_ids, limit) else Hanging.MORE


def _limit(signs: Signs, *, new_name: bool, at_home: bool) -> float:
    """Return the gain that makes a new topic; `at_home`: an organisation is spoken of."""
    if signs.contrasts:
        return _GAIN_OF_CONTRAST
    says_home = bool(signs.typed.spans(markers("at_home")))
    if len(signs.concepts) >= _FULL_CONCEPTS and (says_home or new_name):
        return _GAIN_OF_NEW_NAME
    if not at_home:
        return _GAIN_WITHOUT_ORGANISATION
    # A short form says several words: "HTQT".
    count = max(len(signs.typed.words), len(signs.concepts) + _QUESTION_WORDS)
    steps = (gain for words, gain in _GAINS if count < words)
    return next(steps, _GAIN_OF_LONG)


def _strange(signs: Signs) -> int:
    """Return how many words of a complete question no passage has, the first aside.

    They are taken as typed, for repair turns them into words that passages have. Of another
    language all would be strange, so none is counted.
    """
    typed, keywords = signs.typed, signs.live.snapshot.keywords
    empty = (*signs.asking, *typed.spans(markers("particles")))
    but = {*range(signs.opened), *(i for span in empty for i in range(*span))}
    words = [word for i, word in enumerate(typed.words) if i not in but]
    said = {word.key if typed.marked else word.folded for word in words}
    said = {word for word in said if not is_function_word(word, marked=typed.marked)}
    if typed.foreign or len(said) < _COMPLETE_WORDS:
        return 0
    field = Field.MARKED if typed.marked else Field.FOLDED
    return max(0, sum(not keywords.document_frequency(field, word) for word in said) - 1)


def _names_somebody_new(signs: Signs, topic: str) -> bool:
    known = set(folded_terms(topic))
    spans = [*signs.partners, *person_spans(signs.typed), *year_spans(signs.typed)]
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
