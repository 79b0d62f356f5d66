"""A reader without a neural model: the best sentence of each passage, and a figure inside it."""

import re
from collections.abc import Sequence

from corpus.article import Range
from index.retriever import RetrievedPassage
from qa.asking import Asking, asking_of
from qa.live import Live
from qa.question import Question
from qa.reader import Reading
from qa.sentence_ranking import rank_sentences

_NUMBER = re.compile(
    r"(?:(?:hơn|trên|gần|khoảng|hàng)\s+)?\d+(?:[.,]\d+)*(?:\s*(?:-|–|đến)\s*\d+(?:[.,]\d+)*)?"
    r"(?:\s*(?:%|(?:nghìn|ngàn|triệu|tỷ|tỉ)(?:\s+\w+)?|[^\W\d_]+))?"
)
_TIME = re.compile(
    r"\b(?:(?:ngày\s+\d{1,2}\s+)?tháng\s+\d{1,2}\s*(?:/|năm\s+)\s*\d{4}"
    r"|\d{1,2}/\d{1,2}/\d{4}|\d{1,2}/\d{4}|năm\s+\d{4}(?:\s*[-–]\s*\d{4})?)"
)


class SentenceReader:
    """Shows whole sentences, or a figure where the sentence has exactly one of the kind asked."""

    name = "sentence"

    def read(
        self, question: Question, passages: Sequence[RetrievedPassage], live: Live
    ) -> list[Reading]:
        """Return the best sentence of each passage, best first."""
        asking = asking_of(question.repaired)
        best: dict[str, Reading] = {}
        for sentence in rank_sentences(question, passages, live):
            start, end = sentence.range
            a, b = _figure(sentence.found.article.text[start:end], asking) or (0, end - start)
            reading = Reading(sentence.found, (start + a, start + b), (start, end), sentence.score)
            best.setdefault(sentence.found.passage.id, reading)
        return list(best.values())


def _figure(sentence: str, asking: Asking) -> Range | None:
    """Return the only figure of the kind asked in a sentence, if there is just one."""
    pattern = {Asking.NUMBER: _NUMBER, Asking.TIME: _TIME}.get(asking)
    matches = list(pattern.finditer(sentence)) if pattern else []
    return matches[0].span() if len(matches) == 1 else None
