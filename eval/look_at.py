"""What a keeper should look at even though nothing stands against publication."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.compare import Comparison, Pair
from eval.golds import Golds, StaleGold
from eval.reason import words
from eval.score import Asked

_SHOWN_CHARS = 200


@dataclass(frozen=True, slots=True)
class Example:
    """One question with what it was about or was answered, before and after."""

    question_id: str
    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LookAt:
    """How many texts with golds were edited, answers got worse, questions were newly answered.

    There is an example where any of them is not 0.
    """

    stale: int = 0
    worse: int = 0
    newly: int = 0
    example: Example | None = None

    def lines(self, lang: str = "en") -> tuple[str, ...]:
        """Return it in words, the counts first; nothing where there is nothing to look at."""
        if not self.example:
            return ()
        known = words(lang)
        counts = [(name, getattr(self, name)) for name in ("stale", "worse", "newly")]
        return (
            known["look_at"],
            *(f"  {known[f'look_at_{name}'].format(n=n)}" for name, n in counts if n),
            f"  {self.example.question_id} {self.example.question}",
            f"    {known['before'].lower()}: {self.example.before}",
            f"    {known['after'].lower()}: {self.example.after}",
        )


def look_at(
    golds: Golds | None, comparison: Comparison | None, newly: Sequence[Asked] = ()
) -> LookAt:
    """Return what a keeper should look at."""
    golds = golds or Golds(())
    worse = comparison.worse if comparison else ()
    example = _example(worse, golds.stale, newly)
    return LookAt(golds.stale_places, len(worse), len(newly), example)


def _example(
    worse: Sequence[Pair], stale: Sequence[StaleGold], newly: Sequence[Asked]
) -> Example | None:
    """Return a worse answer, about an edited article if there is one, else what else there is."""
    if worse:
        edited = {s.article_id for s in stale}
        about = (p for p in worse if any(i.article_id in edited for i in p.question.gold))
        pair = next(about, worse[0])
        question, before, after = pair.question, _said(pair.before), _said(pair.after)
    elif stale:
        question, before, after = stale[0].question, _short(stale[0].old), _short(stale[0].new)
    elif newly:
        question, before, after = newly[0].question, "–", _said(newly[0])
    else:
        return None
    return Example(question.id, question.question, before, after)


def _said(asked: Asked) -> str:
    return _short(asked.given.text) if asked.given.answered else f"({asked.given.status})"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_CHARS else line[:_SHOWN_CHARS] + " …"
