"""A reader without a neural model: the best sentence of each passage, and a figure inside it."""

import re
from collections.abc import Sequence

from corpus.article import Range
from index.build import context_of
from index.retriever import RetrievedPassage
from qa.asking import Asking, asking_of
from qa.live import Live
from qa.overlap import Concept, Overlap
from qa.question import Question
from qa.reader import Reading

_SENTENCE_WEIGHT = 2.0
_NUMBER = re.compile(
    r"(?:(?:hơn|trên|gần|khoảng|hàng)\s+)?\d+(?:[.,]\d+)*(?:\s*(?:-|–|đến)\s*\d+(?:[.,]\d+)*)?"
    r"(?:\s*(?:%|(?:nghìn|ngàn|triệu|tỷ|tỉ)(?:\s+\w+)?|[^\W\d_]+))?"
)
_YEAR = re.compile(
    r"\b(?:(?:ngày\s+\d{1,2}\s+)?tháng\s+\d{1,2}\s*(?:/|năm\s+)\s*\d{4}"
    r"|\d{1,2}/\d{1,2}/\d{4}|\d{1,2}/\d{4}|năm\s+\d{4}(?:\s*[-–]\s*\d{4})?)"
)


class SentenceReader:
    """Chooses sentences by their own vectors and by the words that they share with the question."""

    name = "sentence"

    def read(
        self, question: Question, passages: Sequence[RetrievedPassage], live: Live
    ) -> list[Reading]:
        """Return the best sentence of each passage, best first."""
        concepts = live.overlap.concepts(question)
        asking = asking_of(question.repaired)
        readings = [r for p in passages if (r := self._one(concepts, asking, p))]
        return sorted(readings, key=lambda r: -r.score)

    def _one(
        self, concepts: Sequence[Concept], asking: Asking, found: RetrievedPassage
    ) -> Reading | None:
        passage, text = found.passage, found.article.text
        if not passage.sentences:
            return None
        context = context_of(found.article, passage)
        scores = [
            dense * _SENTENCE_WEIGHT + Overlap.coverage(concepts, f"{context}\n{text[a:b]}")
            for (a, b), dense in zip(passage.sentences, found.sentences, strict=True)
        ]
        best = max(range(len(scores)), key=scores.__getitem__)
        start, end = passage.sentences[best]
        span = _figure(text[start:end], asking) or (0, end - start)
        return Reading(found, (start + span[0], start + span[1]), (start, end), scores[best])


def _figure(sentence: str, asking: Asking) -> Range | None:
    """Return the only figure of the kind asked in a sentence, if there is just one."""
    pattern = {Asking.NUMBER: _NUMBER, Asking.TIME: _YEAR}.get(asking)
    matches = list(pattern.finditer(sentence)) if pattern else []
    if len(matches) != 1:
        return None
    return matches[0].span()
