"""How much of a question's wording its evidence gives away."""

import re
from collections.abc import Iterable

from corpus.article import Article
from corpus.vietnamese import fold
from eval.question import GoldItem, Question

_WORD = re.compile(r"\w+")


def overlap(question: str, evidence: str) -> float:
    """Return the share, 0 to 1, of a question's different words that stand in the evidence.

    Words are folded on both sides, so that a question typed without diacritics cannot hide.
    """
    asked = set(_WORD.findall(fold(question)))
    return len(asked & set(_WORD.findall(fold(evidence)))) / max(1, len(asked))


def gold_overlap(question: str, gold: Iterable[GoldItem], articles: dict[str, Article]) -> float:
    """Return the overlap of a question with the evidence of all its items together."""
    parts = {(item.article_id, item.evidence) for item in gold}
    return overlap(question, " ".join(articles[a].text[s:e] for a, (s, e) in sorted(parts)))


def vietnamese_overlaps(
    questions: Iterable[Question], articles: dict[str, Article]
) -> tuple[float, ...]:
    """Return the overlaps of the answerable Vietnamese questions, in rising order.

    A question in another language shares no words with a Vietnamese text and would flatter.
    """
    return tuple(
        sorted(
            gold_overlap(q.question, q.gold, articles)
            for q in questions
            if q.answerable and q.lang == "vi"
        )
    )


def deciles(values: tuple[float, ...]) -> tuple[float, ...]:
    """Return the least value, the nine deciles (the fifth is the median) and the greatest.

    `values` are in rising order and not empty; a decile is the nearest rank below.
    """
    return tuple(values[(len(values) - 1) * n // 10] for n in range(11))
