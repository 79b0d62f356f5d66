"""Batches to train on: drawn from a mixture of sets, cut to windows, sorted by length."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qa.reader_input import ReaderInput, Window
from qa.training.augmentation import as_typed, names_in, with_other_context, with_other_element
from qa.training.examples import Example
from qa.training.recipe import Recipe, Stage

_POOL = 256
_LONGEST_ANSWER = 40
_UNANSWERED_WINDOW_SHARE = 0.06
_NEIGHBOUR_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Batch:
    """Arrays of shape (windows, tokens).

    `starts` and `ends` are target distributions; `choices` marks the tokens that may be chosen:
    those of the text, and position 0 for "no answer".
    """

    ids: NDArray[np.int64]
    mask: NDArray[np.int64]
    choices: NDArray[np.bool_]
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Target:
    window: Window
    answers: tuple[tuple[int, int], ...]


class TrainingBatches:
    """Endless batches; `taken` says how many examples of each set were used, for resuming."""

    def __init__(
        self,
        sets: dict[str, list[Example]],
        recipe: Recipe,
        stage: Stage,
        layout: ReaderInput,
        pad: int,
    ) -> None:
        self._sets = {name: sets[name] for name in stage.mixture}
        self._names = {name: names_in(examples) for name, examples in self._sets.items()}
        # a set that brings its own unanswerable questions has better ones than swapping makes
        self._swapped = {
            name: all(example.answers for example in examples)
            for name, examples in self._sets.items()
        }
        self._recipe = recipe
        self._stage = stage
        self._layout = layout
        self._pad = pad
        self.taken = dict.fromkeys(self._sets, 0)

    def __iter__(self) -> Iterator[Batch]:
        """Draw examples by the pool, so that windows of like length share a batch."""
        while True:
            chance = random.Random(f"{self._recipe.seed} {self._stage.name} {self.taken}")
            names = chance.choices(
                list(self._stage.mixture), list(self._stage.mixture.values()), k=_POOL
            )
            drawn = (self._target(name, chance) for name in names)
            targets = sorted(
                (target for target in drawn if target), key=lambda t: len(t.window.ids)
            )
            batches = list(self._cut(targets))
            chance.shuffle(batches)
            yield from batches

    def _target(self, name: str, chance: random.Random) -> _Target | None:
        examples = self._sets[name]
        turn, place = divmod(self.taken[name], len(examples))
        self.taken[name] += 1
        order = random.Random(f"{self._recipe.seed} {name} {turn}")
        at = _shuffled_place(order, len(examples), place)
        return self._window(self._change(name, at, chance), chance)

    def _change(self, name: str, at: int, chance: random.Random) -> Example:
        examples, recipe = self._sets[name], self._recipe
        example = examples[at]
        if not example.heading and chance.random() < recipe.public_heading_share:
            words = example.context.split()[: chance.randint(3, 8)]
            example = replace(example, heading=" ".join(words))
        draw = chance.random() if example.answers else 1
        changed = None
        if self._swapped[name] and draw < recipe.other_context_share:
            near = chance.random() < _NEIGHBOUR_SHARE
            other = at + chance.randint(-12, 12) if near else chance.randrange(len(examples))
            changed = with_other_context(example, examples[other % len(examples)])
        elif draw > 1 - recipe.other_element_share and example.answers:
            changed = with_other_element(example, self._names[name], chance)
        example = changed or example
        if example.lang == "vi" and chance.random() < recipe.as_typed_share:
            example = as_typed(example, chance)
        return example

    def _window(self, example: Example, chance: random.Random) -> _Target | None:
        text = self._layout.tokenise(example.context)
        opening = self._layout.opening(example.question, example.heading)
        size = chance.choice(self._recipe.window_sizes)
        room = size - len(opening) - 1
        latest = max(0, len(text.ids) - room)
        found = [text.tokens_of(start, end) for start, end in example.answers]
        spans = [span for span in found if span and span[1] - span[0] < _LONGEST_ANSWER]
        if example.answers and not spans:
            return None
        first = chance.randint(0, latest)
        if spans and (not latest or chance.random() >= _UNANSWERED_WINDOW_SHARE):
            a, b = chance.choice(spans)
            first = chance.randint(min(max(0, b - room + 1), latest), min(a, latest))
        window = self._layout.window(opening, text, first, size)
        if not window.length:
            return None
        moved = [(a - first, b - first) for a, b in spans]
        cut = [(a, b) for a, b in moved if b >= 0 and a < window.length]
        inside = [(a, b) for a, b in cut if a >= 0 and b < window.length]
        if len(cut) > len(inside) and not inside:
            return None  # half an answer is neither an answer nor none
        at = window.text_at
        return _Target(window, tuple((a + at, b + at) for a, b in inside) or ((0, 0),))

    def _cut(self, targets: list[_Target]) -> Iterator[Batch]:
        rows: list[_Target] = []
        for target in targets:
            if (len(rows) + 1) * len(target.window.ids) > self._recipe.batch_tokens:
                yield _batch(rows, self._pad)
                rows = []
            rows.append(target)
        if rows:
            yield _batch(rows, self._pad)


def _batch(targets: list[_Target], pad: int) -> Batch:
    shape = (len(targets), max(len(target.window.ids) for target in targets))
    ids, mask = np.full(shape, pad, np.int64), np.zeros(shape, np.int64)
    choices = np.zeros(shape, np.bool_)
    starts, ends = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for row, target in enumerate(targets):
        window = target.window
        ids[row, : len(window.ids)] = window.ids
        mask[row, : len(window.ids)] = 1
        choices[row, 0] = True
        choices[row, window.text_at : window.text_at + window.length] = True
        for first, last in target.answers:
            starts[row, first] += 1 / len(target.answers)
            ends[row, last] += 1 / len(target.answers)
    return Batch(ids, mask, choices, starts, ends)


def _shuffled_place(order: random.Random, count: int, place: int) -> int:
    """Return the place-th number of a shuffled range: an affine walk, so no list is kept."""
    step = order.randrange(1, count + 1)
    while np.gcd(step, count) != 1:
        step = order.randrange(1, count + 1)
    return (order.randrange(count) + place * step) % count
