"""The domain questions as examples for the reader: where the answer is, and where it only seems so.

Most examples are windows as the reader is given them: a few neighbouring sentences of a passage
under its heading, with the answer anywhere in them. An example without an answer is the harder the
more it looks like one with it: the sentences beside the answer, another passage of the article, a
look-alike institution, the right text under another institution's name, and what a question that
the articles do not answer is tempted by.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from eval.example_passages import ExamplePassage, ExamplePassages, key_of, read_split
from eval.example_windows import Asked, answers_in, around, beside, example_of
from eval.question_set import read_conversations, read_questions
from index.build import context_of
from index.terms import syllables
from qa.organisations import OrganisationDirectory
from qa.training.examples import Example

_SEED = 20261123
_NEAR_PASSAGES = 3
_ALIKE_FROM = 3
_ANSWERING_MAX = 2
_AROUND = 3
_SWAPPED_SHARE = 0.4


def domain_examples(folder: Path, split_name: str, seed: int = _SEED) -> list[Example]:
    """Return the examples of one split of a domain set.

    Those of `train` are of every kind; of the others each passage that answers (`pos`), and of a
    question without an answer the most tempting passage (`near`).

    Raises:
        QuestionSetError: a file of the set is missing or broken.
    """
    maker = _Maker(folder, split_name, seed)
    make = maker.train if split_name == "train" else maker.plain
    return [example for asked in _asked(folder, split_name) for example in make(asked)]


def count_kinds(examples: Iterable[Example]) -> dict[str, int]:
    """Return how many examples of each kind there are, most first."""
    kinds = (example.id.rpartition(":")[2].rstrip("0123456789") for example in examples)
    return dict(Counter(kinds).most_common())


def _asked(folder: Path, split_name: str) -> Iterator[Asked]:
    for q in read_questions(folder / f"{split_name}.jsonl"):
        if not q.history:
            near = q.near.article_id if q.near else ""
            yield Asked(q.id, q.lang, q.question, q.gold, near)
    for c in read_conversations(folder / f"{split_name}_conversations.jsonl"):
        for number, turn in enumerate(c.turns):
            if turn.gold:
                yield Asked(f"{c.id}-{number}", "vi", turn.standalone, turn.gold)


class _Maker:
    def __init__(self, folder: Path, split_name: str, seed: int) -> None:
        self._seed = seed
        articles, organisations = read_split(folder, split_name)
        self._passages = ExamplePassages(articles, organisations)
        self._organisations = sorted(set(organisations.values()))
        self._directory = OrganisationDirectory(
            replace(a, organisation=organisations[a.id]) for a in articles
        )

    def plain(self, asked: Asked, near_passages: int = 1) -> Iterator[Example]:
        """Yield the whole passages that answer, or that tempt most."""
        if asked.gold:
            for number, place in enumerate(self._answering(asked)):
                yield from example_of(asked, f"pos{number}", place, place.range)
        else:
            tempting = self._passages.tempting(asked.question, self._near(asked))
            for number, place in enumerate(tempting[:near_passages]):
                yield from example_of(asked, f"near{number}", place, place.range)

    def train(self, asked: Asked) -> Iterator[Example]:
        """Yield every kind of example of one question."""
        chance = random.Random(f"{self._seed} {asked.id}")
        yield from self.plain(asked, _NEAR_PASSAGES)
        if not asked.gold:
            read = self._passages.windows(asked.question, self._near_institution(asked))
            for number, (place, window) in enumerate(read):
                yield from example_of(asked, f"near_read{number}", place, window)
            return
        answering = self._answering(asked)
        for number, place in enumerate(answering[:_ANSWERING_MAX]):
            for again in range(_AROUND):
                window = around(asked, place, chance)
                yield from example_of(asked, f"around{number * _AROUND + again}", place, window)
            for window in beside(asked, place, chance):
                yield from example_of(asked, f"beside{number}", place, window)
        yield from self._as_read(asked)
        if answering and self._is_named(asked, answering[0]):
            yield from self._alike(asked, answering[0], chance)
            yield from self._swapped(asked, answering[0], chance)

    def _answering(self, asked: Asked) -> list[ExamplePassage]:
        places = self._passages.of({item.article_id for item in asked.gold})
        return [place for place in places if answers_in(asked, place, place.range)]

    def _near(self, asked: Asked) -> list[ExamplePassage]:
        return self._passages.of({asked.near}) or list(self._passages.all)

    def _near_institution(self, asked: Asked) -> list[ExamplePassage]:
        names = {place.organisation for place in self._passages.of({asked.near})}
        return [p for p in self._passages.all if not names or p.organisation in names]

    def _is_named(self, asked: Asked, place: ExamplePassage) -> bool:
        named = self._directory.named_in(syllables(asked.question))
        return any(organisation.name == place.organisation for organisation in named)

    def _as_read(self, asked: Asked) -> Iterator[Example]:
        """Yield what would be read of the articles that answer, where it is known what it holds."""
        articles = {item.article_id for item in asked.gold}
        windows = self._passages.windows(asked.question, self._passages.of(articles))
        for number, (place, window) in enumerate(windows):
            yield from example_of(asked, f"read{number}", place, window)

    def _alike(self, asked: Asked, own: ExamplePassage, chance: random.Random) -> Iterator[Example]:
        """Yield what tempts among the articles of other institutions: a window or a passage."""
        others = [p for p in self._passages.all if p.organisation != own.organisation]
        tempting = self._passages.tempting(asked.question, others)[:_ALIKE_FROM]
        windows = self._passages.windows(asked.question, tempting)
        if choices := [*windows, *((p, p.range) for p in tempting)]:
            place, window = chance.choice(choices)
            yield from example_of(asked, "alike0", place, window)

    def _swapped(
        self, asked: Asked, own: ExamplePassage, chance: random.Random
    ) -> Iterator[Example]:
        """Yield the passage that answers, as if it were about another institution."""
        name = f" {' '.join(key_of(own.organisation).split()[-2:])} "
        title = "" if name in key_of(own.article.title) else own.article.title
        headings = tuple(h for h in own.passage.headings if name not in key_of(h))
        others = [o for o in self._organisations if name not in key_of(o)]
        if others and name not in key_of(own.passage.text) and chance.random() < _SWAPPED_SHARE:
            article = replace(own.article, organisation=chance.choice(others), title=title)
            heading = context_of(article, replace(own.passage, headings=headings))
            yield Example(
                f"{asked.id}:swapped0", asked.lang, asked.question, heading, own.passage.text, ()
            )
