"""Texts with golds that were edited, as they were and as they are, with what differs marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from eval.failures import Piece
from eval.golds import StaleGold
from eval.question import Question

_WORD = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")


@dataclass(frozen=True, slots=True)
class StaleText:
    """One text of an article and the questions whose gold stood in it."""

    article_id: str
    questions: tuple[Question, ...]
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]


def stale_texts(golds: Sequence[StaleGold]) -> list[StaleText]:
    """Return each edited text once, in the order of the set."""
    places = dict.fromkeys((g.article_id, g.old, g.new) for g in golds)
    return [
        StaleText(
            article_id,
            tuple(g.question for g in golds if (g.article_id, g.old, g.new) == place),
            *_differences(old, new),
        )
        for place in places
        for article_id, old, new in (place,)
    ]


def _differences(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    a, b = _WORD.findall(old), _WORD.findall(new)
    before: list[Piece] = []
    after: list[Piece] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        before.append(Piece("".join(a[a1:a2]), kind != "equal"))
        after.append(Piece("".join(b[b1:b2]), kind != "equal"))
    return tuple(p for p in before if p.text), tuple(p for p in after if p.text)
