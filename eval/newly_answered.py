"""Questions that have no answer, were refused, and are answered by text that was not live then.

Nobody can tell by the set whether such an answer is right: the set was written before the text. So
it is neither harm nor success, but something that the keeper looks at.
"""

from collections.abc import Collection, Sequence
from functools import cache

from eval.given import GivenQuote
from eval.golds import OldText
from eval.run_folder import ArticleSize
from eval.score import Asked


def newly_answered(
    asked: Sequence[Asked],
    before: Sequence[Asked],
    was_live: Collection[ArticleSize],
    old_text: OldText,
) -> tuple[Asked, ...]:
    """Return the questions without gold, refused before, that only new text answers now.

    New is a quote that stood in no article that was live: an old sentence of an edited or renamed
    article says what it said before. `before` and `was_live` are of the run to compare with.
    """
    refused = {a.question.id for a in before if not a.given.answered}
    live = {(a.id, a.version) for a in was_live}

    @cache
    def old_texts() -> list[str]:
        return [text for key in live if (text := old_text(*key)) is not None]

    def is_new(cited: GivenQuote) -> bool:
        if (cited.article_id, cited.article_version) in live:
            return False
        return not any(cited.quote in text for text in old_texts())

    return tuple(
        a
        for a in asked
        if a.question.id in refused
        and not a.question.answerable
        and a.given.answered
        and a.given.citations
        and all(map(is_new, a.given.citations))
    )
