"""One window of a passage as an example: what of the answer it holds, and windows by the answer."""

import random
from dataclasses import dataclass

from corpus.article import Range
from eval.example_passages import ExamplePassage, key_of
from eval.question import GoldItem
from qa.reading_windows import READ_MAX_CHARS
from qa.training.examples import Example

_NEIGHBOURS_MAX = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that stands alone; `near` names the articles that tempt where there is no gold."""

    id: str
    lang: str
    question: str
    gold: tuple[GoldItem, ...]
    near: str = ""


def example_of(asked: Asked, kind: str, place: ExamplePassage, window: Range) -> list[Example]:
    """Return the example of one window; none where it may answer in words that are not marked."""
    answers = answers_in(asked, place, window)
    if not answers and _may_answer(asked, place, window):
        return []
    text = place.article.text[slice(*window)]
    name = f"{asked.id}:{kind}"
    return [Example(name, asked.lang, asked.question, place.heading, text, answers)]


def answers_in(asked: Asked, place: ExamplePassage, window: Range) -> tuple[Range, ...]:
    """Return where in the window the preferred answers stand."""
    start, end = window
    golds = (i.alternatives[0] for i in asked.gold if i.article_id == place.article.id)
    return tuple(
        sorted(
            {(g.start - start, g.end - start) for g in golds if start <= g.start and g.end <= end}
        )
    )


def _may_answer(asked: Asked, place: ExamplePassage, window: Range) -> bool:
    text = key_of(place.article.text[slice(*window)])
    return any(
        (item.article_id == place.article.id and _touch(item.evidence, window))
        or any(key_of(alternative.text) in text for alternative in item.alternatives)
        for item in asked.gold
    )


def around(asked: Asked, place: ExamplePassage, chance: random.Random) -> Range:
    """Return the sentences of an answer with up to three neighbours on each side."""
    start, end = place.range
    a, b = chance.choice(answers_in(asked, place, place.range))
    sentences = place.passage.sentences
    holding = [n for n, s in enumerate(sentences) if _touch(s, (start + a, start + b))]
    if not holding:
        return place.range
    first = max(0, holding[0] - chance.randint(0, _NEIGHBOURS_MAX))
    last = min(len(sentences) - 1, holding[-1] + chance.randint(0, _NEIGHBOURS_MAX))
    while sentences[last][1] - sentences[first][0] > READ_MAX_CHARS and (
        first < holding[0] or last > holding[-1]
    ):
        before = holding[0] - first > last - holding[-1]
        first, last = first + before, last - (not before)
    return sentences[first][0], sentences[last][1]


def beside(asked: Asked, place: ExamplePassage, chance: random.Random) -> list[Range]:
    """Return the sentences before or those behind the answers of a passage."""
    own = [i.evidence for i in asked.gold if i.article_id == place.article.id]
    sentences = place.passage.sentences
    holding = [n for n, s in enumerate(sentences) if any(_touch(s, e) for e in own)]
    runs = [sentences[: holding[0]], sentences[holding[-1] + 1 :]] if holding else []
    sides = [(run[0][0], run[-1][1]) for run in runs if run]
    return [chance.choice(sides)] if sides else []


def _touch(a: Range, b: Range) -> bool:
    return a[0] < b[1] and b[0] < a[1]
