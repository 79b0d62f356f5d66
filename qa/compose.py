"""Readings become an answer: spans with numbered citations, suggestions, or a refusal."""

import re
from collections.abc import Sequence

from corpus.article import Article, Range
from index.retriever import RetrievedPassage
from qa.answer import AnswerSpan, Citation, Suggestion
from qa.quote import QUOTE_MAX_CHARS, quote_range
from qa.reader import Reading

_SUGGESTIONS = 3
_SUGGESTION_MAX_CHARS = 280


def cite(
    chosen: Sequence[tuple[Reading, Sequence[Range], float]],
) -> tuple[tuple[AnswerSpan, ...], tuple[Citation, ...]]:
    """Return the spans of the chosen readings, with one citation for each different quote.

    Each reading comes with the ranges to show and their confidence. Behind the citations of the
    spans stand further ones: the same quote where a copy of the passage has it too.
    """
    spans: list[AnswerSpan] = []
    citations: list[Citation] = []
    numbers: dict[tuple[str, Range], int] = {}
    repeated: list[tuple[RetrievedPassage, Range]] = []
    for reading, shown, score in chosen:
        article = reading.passage.article
        for start, end in shown:
            quoted = quote_range(article.text, _around(reading, (start, end)), (start, end))
            key = (article.id, quoted)
            if key not in numbers:
                numbers[key] = len(citations) + 1
                citations.append(_citation(numbers[key], reading.passage, quoted))
                repeated += _standing_in(reading.passage.copies, article.text[slice(*quoted)])
            text = article.text[start:end]
            spans.append(AnswerSpan(text, article.id, start, end, score, numbers[key]))
    for copy, place in repeated:
        if (copy.article.id, place) not in numbers:
            number = numbers[copy.article.id, place] = len(citations) + 1
            citations.append(_citation(number, copy, place))
    return tuple(spans), tuple(citations)


def suggest(passages: Sequence[RetrievedPassage]) -> tuple[Suggestion, ...]:
    """Return the nearest sentence of each of the nearest passages."""
    return tuple(_suggestion(found) for found in passages[:_SUGGESTIONS] if found.sentences)


def _around(reading: Reading, span: Range) -> Range:
    """Return the sentence or list item of the passage that holds a span."""
    for start, end in reading.passage.passage.sentences:
        if start <= span[0] and span[1] <= end:
            return start, end
    return reading.sentence


def _standing_in(
    copies: Sequence[RetrievedPassage], quote: str
) -> list[tuple[RetrievedPassage, Range]]:
    """Return the copies that have a quote word for word, each with the quote's place there.

    Articles are cleaned to one form of Unicode, so that only spaces and line ends can differ.
    """
    words = r"\s+".join(map(re.escape, quote.split()))
    found: list[tuple[RetrievedPassage, Range]] = []
    for copy in copies:
        if place := re.search(rf"(?<!\w){words}(?!\w)", copy.passage.text):
            start = copy.passage.start
            found.append((copy, (start + place.start(), start + place.end())))
    return found


def _citation(number: int, found: RetrievedPassage, quoted: Range) -> Citation:
    article, passage = found.article, found.passage
    return Citation(
        number=number,
        article_id=article.id,
        article_version=article.version,
        title=article.title,
        organisation=article.organisation,
        date=article.date,
        source=article.source,
        heading=_heading(found),
        page=passage.page or None,
        start=quoted[0],
        end=quoted[1],
        quote=article.text[slice(*quoted)],
    )


def _suggestion(found: RetrievedPassage) -> Suggestion:
    article = found.article
    best = max(range(len(found.sentences)), key=found.sentences.__getitem__)
    sentence = found.passage.sentences[best]
    start, end = _shortened(article, sentence)
    return Suggestion(
        article_id=article.id,
        article_version=article.version,
        title=article.title,
        organisation=article.organisation,
        date=article.date,
        heading=_heading(found),
        start=start,
        end=end,
        quote=article.text[start:end],
    )


def _shortened(article: Article, sentence: Range) -> Range:
    start, end = sentence
    if end - start <= min(_SUGGESTION_MAX_CHARS, QUOTE_MAX_CHARS):
        return sentence
    cut = article.text.rfind(" ", start, start + _SUGGESTION_MAX_CHARS)
    return start, cut if cut > start else start + _SUGGESTION_MAX_CHARS


def _heading(found: RetrievedPassage) -> str:
    return " > ".join(found.passage.headings)
