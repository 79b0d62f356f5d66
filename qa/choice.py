"""Which readings are shown: the surest, or one for each organisation that the question fits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.retriever import RetrievedPassage
from index.terms import folded, syllables
from qa.live import Live
from qa.question import Question
from qa.reader import Reading
from qa.writing import is_foreign

FITTING_DEPTH = 20
"""How many passages are looked at for other organisations that a question fits."""
_PASSAGES_EACH = 2
_COVERED, _COVERED_SHARE = 0.75, 0.9
_SEVERAL_SHARE = 0.6
_SEVERAL_MAX = 4


@dataclass(frozen=True, slots=True)
class Judged:
    """A reading with the chance that it is right."""

    reading: Reading
    confidence: float

    @property
    def found(self) -> RetrievedPassage:
        """The passage that was read."""
        return self.reading.passage


@dataclass(frozen=True, slots=True)
class Choice:
    """What a question may be about: the best passage of each organisation that it fits, by name.

    Empty where one organisation is named, or only one can be meant.
    """

    live: Live
    fitting: Mapping[str, RetrievedPassage]

    @classmethod
    def of(cls, question: Question, found: Sequence[RetrievedPassage], live: Live) -> "Choice":
        """Compare how much of the question stands in the passages of each organisation.

        An organisation fits where nearly all that the question is about does. On the 183 questions
        of the sets that name nobody and mean one organisation this finds no second one.
        """
        named = question.organisations
        if len(named) == 1 or is_foreign(question.writing):
            return cls(live, {})
        meant = frozenset[str]().union(*(o.article_ids for o in named))
        names = {folded(word) for o in named for word in syllables(o.name)}
        concepts = [c for c in live.overlap.concepts(question) if not c.forms <= names]
        best: dict[str, tuple[float, RetrievedPassage]] = {}
        seen = Counter[str]()
        for passage in found:
            name = live.directory.name_of(passage.article.id)
            seen[name] += 1
            if not name or seen[name] > _PASSAGES_EACH:
                continue
            if not named or passage.article.id in meant:
                covered = live.overlap.coverage(concepts, passage.passage.text)
                best[name] = max(best.get(name, (-1.0, passage)), (covered, passage), key=_first)
        enough = max(_COVERED, _COVERED_SHARE * max((c for c, _ in best.values()), default=0.0))
        fitting = {name: passage for name, (c, passage) in best.items() if c >= enough}
        return cls(live, fitting if len(fitting) > 1 else {})

    @property
    def too_many(self) -> bool:
        """Whether there are more organisations than answers that one can read."""
        return len(self.fitting) > _SEVERAL_MAX

    def unread(self, judged: Sequence[Judged]) -> list[RetrievedPassage]:
        """Return the passages of the organisations of which nothing was read."""
        read = {self._name(j) for j in judged}
        return [passage for name, passage in self.fitting.items() if name not in read]

    def shown(self, question: Question, sure: Sequence[Judged]) -> list[Judged]:
        """Return the reading to show, or the surest one of each organisation that fits.

        Of questions in another language, whose words stand in no passage, the readings tell.
        """
        if not sure or len(question.organisations) == 1:
            return list(sure[:1])
        by_name: dict[str, Judged] = {}
        for judged in sure:
            by_name.setdefault(self._name(judged), judged)
        floor = sure[0].confidence * _SEVERAL_SHARE
        return [
            j
            for name, j in by_name.items()
            if j is sure[0] or (name in self.fitting if self.fitting else j.confidence >= floor)
        ]

    def _name(self, judged: Judged) -> str:
        return self.live.directory.name_of(judged.found.article.id)


def _first(pair: tuple[float, RetrievedPassage]) -> float:
    return pair[0]
