"""Where a reader's examples come from: the passages of one split, and which of them tempt.

What tempts is told by shared words alone: it needs no index, and it is where a reader goes wrong.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.article import Article, Passage, Range
from corpus.errors import QuestionSetError
from corpus.folder import read_folder
from corpus.split import split
from eval.article_cards import read_article_cards
from index.build import context_of, repeated_lines
from index.retriever import RetrievedPassage
from index.terms import folded, syllables
from qa.reading_windows import ReadingWindow, reading_windows
from qa.sentence_ranking import RankedSentence

_TOP = 5
_PASSAGE_SHARE = 0.3
"""How much of a passage's score its sentences inherit."""


@lru_cache(maxsize=65536)
def key_of(text: str) -> str:
    """Return a text's folded words, one space around each, for comparing whole words."""
    return f" {' '.join(map(folded, syllables(text)))} "


@dataclass(frozen=True)
class ExamplePassage:
    """A passage with the organisation that it is truly about, and its words.

    `words` holds those of heading and text, `sentence_words` those of heading and each sentence.
    """

    article: Article
    passage: Passage
    organisation: str
    words: frozenset[str]
    sentence_words: tuple[frozenset[str], ...]

    @property
    def heading(self) -> str:
        """The context that the index and the reader see with the text."""
        return context_of(self.article, self.passage)

    @property
    def range(self) -> Range:
        """The place in the article."""
        return self.passage.start, self.passage.end


class ExamplePassages:
    """The passages of some articles, cut as the index cuts them."""

    def __init__(self, articles: Sequence[Article], organisations: dict[str, str]) -> None:
        """`organisations` are the true ones, by article."""
        repeated = repeated_lines(articles)
        self.all = tuple(
            _with_words(a, p, organisations[a.id])
            for a in articles
            for p in split(a, repeated=repeated)
        )
        frequency = Counter(word for place in self.all for word in place.words)
        self._weights = {word: count**-0.5 for word, count in frequency.items()}
        self._holding: dict[str, list[ExamplePassage]] = defaultdict(list)
        for place in self.all:
            for word in place.words:
                self._holding[word].append(place)

    def of(self, article_ids: Collection[str]) -> list[ExamplePassage]:
        """Return the passages of some articles."""
        return [place for place in self.all if place.article.id in article_ids]

    def tempting(self, question: str, places: Iterable[ExamplePassage]) -> list[ExamplePassage]:
        """Return the passages, those that share most with the question first."""
        score = dict[str, float]()
        for word in sorted(_words(question)):
            for place in self._holding.get(word, ()):
                score[place.passage.id] = score.get(place.passage.id, 0) + self._weights[word]
        return sorted(places, key=lambda p: (-score.get(p.passage.id, 0), p.passage.id))

    def windows(
        self, question: str, places: Iterable[ExamplePassage]
    ) -> list[tuple[ExamplePassage, Range]]:
        """Return what the reader would be given of the five most tempting passages, best first."""
        asked = _words(question)
        best = {p.passage.id: p for p in self.tempting(question, places)[:_TOP]}
        ranked = [s for place in best.values() for s in self._ranked(asked, place)]
        read: list[ReadingWindow] = reading_windows(sorted(ranked, key=lambda s: -s.score))
        return [(best[window.found.passage.id], window.range) for window in read]

    def _ranked(self, asked: frozenset[str], place: ExamplePassage) -> list[RankedSentence]:
        found = RetrievedPassage(place.passage, place.article, 0.0, 0.0, 0.0, ())
        inherited = _PASSAGE_SHARE * self._shared(asked, place.words)
        return [
            RankedSentence(found, number, sentence, inherited + self._shared(asked, words))
            for number, (sentence, words) in enumerate(
                zip(place.passage.sentences, place.sentence_words, strict=True)
            )
        ]

    def _shared(self, asked: frozenset[str], words: frozenset[str]) -> float:
        return float(sum(self._weights[word] for word in sorted(asked & words)))


def read_split(folder: Path, split_name: str) -> tuple[tuple[Article, ...], dict[str, str]]:
    """Return the articles of one split, and the true organisation of each.

    Raises:
        QuestionSetError: the folder has no cards, or a card without its article.
    """
    path = folder / "articles.jsonl"
    if not path.is_file():
        raise QuestionSetError(f"{path} is missing; give the folder of a domain question set.")
    cards = {c.id: c for c in read_article_cards(path) if c.split == split_name}
    found = {a.id: a for a in read_folder(folder / "articles").articles if a.id in cards}
    if lost := sorted(cards.keys() - found.keys()):
        raise QuestionSetError(f"{path}: {lost[0]!r} has no article in {folder / 'articles'}.")
    return tuple(found.values()), {i: card.organisation for i, card in cards.items()}


def _with_words(article: Article, passage: Passage, organisation: str) -> ExamplePassage:
    context = _words(context_of(article, passage))
    sentences = tuple(context | _words(article.text[a:b]) for a, b in passage.sentences)
    return ExamplePassage(article, passage, organisation, context | _words(passage.text), sentences)


def _words(text: str) -> frozenset[str]:
    return frozenset(map(folded, syllables(text)))
