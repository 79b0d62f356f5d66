"""Which parts of the passages are read: the best sentences with their neighbours, no more.

A reader costs time by the token. Reading the best sentences of several passages finds more answers
in the same time than reading one passage from end to end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.article import Range
from index.retriever import RetrievedPassage
from qa.sentence_ranking import RankedSentence

READ_MAX_CHARS = 840
"""About 230 tokens of Vietnamese, in all windows together."""
_WINDOWS_MAX = 4


@dataclass(frozen=True, slots=True)
class ReadingWindow:
    """A run of neighbouring sentences of one passage, as a range in its article."""

    found: RetrievedPassage
    range: Range

    @property
    def text(self) -> str:
        """The words of the window."""
        return self.found.article.text[slice(*self.range)]


def reading_windows(
    ranked: Sequence[RankedSentence], max_chars: int = READ_MAX_CHARS
) -> list[ReadingWindow]:
    """Return the windows over the best sentences, best first, within a budget of characters.

    Sentences with one sentence between them are read in one window. A sentence that no longer fits
    ends the choice; the best one is always read, however long.
    """
    runs: list[tuple[RetrievedPassage, int, int]] = []
    for sentence in ranked:
        widened = _with_sentence(runs, sentence)
        if runs and sum(map(_length, widened)) > max_chars:
            break
        runs = widened
    return [ReadingWindow(found, _range(found, a, b)) for found, a, b in runs]


def _with_sentence(
    runs: Sequence[tuple[RetrievedPassage, int, int]], sentence: RankedSentence
) -> list[tuple[RetrievedPassage, int, int]]:
    for place, (found, first, last) in enumerate(runs):
        same = found.passage.id == sentence.found.passage.id
        if same and first - 2 <= sentence.number <= last + 2:
            grown = (found, min(first, sentence.number), max(last, sentence.number))
            return [*runs[:place], grown, *runs[place + 1 :]]
    if len(runs) == _WINDOWS_MAX:
        return list(runs)
    return [*runs, (sentence.found, sentence.number, sentence.number)]


def _length(run: tuple[RetrievedPassage, int, int]) -> int:
    start, end = _range(*run)
    return end - start


def _range(found: RetrievedPassage, first: int, last: int) -> Range:
    return found.passage.sentences[first][0], found.passage.sentences[last][1]
