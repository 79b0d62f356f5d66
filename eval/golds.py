"""Golds live with the corpus: which still hold after articles were edited and removed.

live      the article is unchanged, or the answer still stands where it stood; its offsets move
stale     an edit changed what the gold says: a person has to look, so old and new are shown
retired   the article was explicitly removed
lost      the article is not there though nobody removed it
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from corpus.article import Article, version_of
from eval.alignment import Alignment
from eval.question import Alternative, GoldItem, Question

_SAME_EVIDENCE = 0.8
"""The share of the evidence that an edit must leave for the gold to be taken as still meant."""
_SHOWN_CHARS = 600

OldText = Callable[[str, str], str | None]
"""Returns the text of an article's version, or None when it is not kept."""


@dataclass(frozen=True, slots=True)
class StaleGold:
    """A gold that an edit may have made wrong, with the text that it was written for."""

    question: Question
    article_id: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Golds:
    """The questions by what became of their golds; `lost` and `retired` are in the set's words."""

    live: tuple[Question, ...]
    stale: tuple[StaleGold, ...] = ()
    retired: tuple[Question, ...] = ()
    lost: tuple[Question, ...] = ()

    @property
    def stale_places(self) -> int:
        """How many different texts of articles the stale golds are about."""
        return len({(s.article_id, s.old) for s in self.stale})


def sort_golds(
    questions: Sequence[Question],
    articles: Mapping[str, Article],
    removed: Collection[str],
    old_text: OldText = lambda _article, _version: None,
) -> Golds:
    """Sort the questions by what became of their golds in these articles.

    A question without gold is live: a removal cannot give it an answer. What new text answers of
    these is told apart once they were asked, by `newly_answered`.
    """
    align = _Aligner(articles, old_text)
    live: list[Question] = []
    stale: list[StaleGold] = []
    retired: list[Question] = []
    lost: list[Question] = []
    for question in questions:
        items = [i for i in question.gold if i.article_id not in removed]
        if question.answerable and not items:
            retired.append(question)
        elif any(item.article_id not in articles for item in items):
            lost.append(question)
        else:
            moved = [(item, align.move(item)) for item in items]
            gone = next((item for item, now in moved if now is None), None)
            if gone is None:
                live.append(replace(question, gold=tuple(n for _, n in moved if n is not None)))
            else:
                stale.append(StaleGold(question, gone.article_id, *align.texts(gone)))
    return Golds(tuple(live), tuple(stale), tuple(retired), tuple(lost))


class _Aligner:
    """Moves golds from the version that they were written for to the one that there is."""

    def __init__(self, articles: Mapping[str, Article], old_text: OldText) -> None:
        self._articles = articles
        self._old = lru_cache(maxsize=None)(old_text)
        self._alignment = lru_cache(maxsize=None)(
            lambda article_id, old: Alignment(old, articles[article_id].text)
        )

    def move(self, item: GoldItem) -> GoldItem | None:
        """Return the gold at its present place, or None where it does not hold."""
        article = self._articles[item.article_id]
        if _stands(item, article.text):
            return replace(item, article_version=article.version)
        old = self._old(item.article_id, item.article_version)
        if old is None:
            return None
        alignment = self._alignment(item.article_id, old)
        if alignment.kept(item.evidence) < _SAME_EVIDENCE:
            return None
        ranges = ((a, alignment.range((a.start, a.end))) for a in item.alternatives)
        kept = tuple(
            Alternative(start, end, a.text)
            for a, (start, end) in ranges
            if article.text[start:end] == a.text
        )
        if not kept:
            return None
        return GoldItem(article.id, article.version, kept, alignment.range(item.evidence))

    def texts(self, item: GoldItem) -> tuple[str, str]:
        """Return the evidence as it was and what stands there now."""
        article = self._articles[item.article_id]
        old = self._old(item.article_id, item.article_version)
        if old is None:
            return item.text, article.text[slice(*item.evidence)][:_SHOWN_CHARS]
        start, end = self._alignment(item.article_id, old).range(item.evidence)
        return old[slice(*item.evidence)][:_SHOWN_CHARS], article.text[start:end][:_SHOWN_CHARS]


def _stands(item: GoldItem, text: str) -> bool:
    """Tell whether the version is the one that the gold was written for."""
    return version_of(text) == item.article_version and all(
        text[a.start : a.end] == a.text for a in item.alternatives
    )
