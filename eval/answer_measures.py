"""How good one answer is, against its gold.

Exact match and token F1 are those of SQuAD (Rajpurkar et al. 2016, `evaluate-v1.1.py`): the best
over the accepted answers, after normalisation. Ours is adapted to Vietnamese: lower case, NFC,
punctuation and symbols deleted, one spelling of tone placement and of final i/y (hoà and hòa, sỹ
and sĩ). Two departures: no articles are removed (Vietnamese has none; MLQA's list for Vietnamese
removes content words such as "của"), and a mark between two digits stays, because 13,5 is not 135.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from eval.given import Given, GivenSpan
from eval.question import Alternative, GoldItem, Question
from index.terms import one_spelling

_MARK = re.compile(r"(?<![0-9])(?:[^\w\s]|_)|(?:[^\w\s]|_)(?![0-9])")
_COVERED = 0.5
"""The share of an accepted answer that must be shown for its item to count as found."""
_RIGHT_ITEMS_F1 = 0.5


def normalise(text: str) -> str:
    """Return a text for comparison; the rules stand at the top of this file."""
    plain = _MARK.sub("", unicodedata.normalize("NFC", text).lower())
    return " ".join(one_spelling(word) for word in plain.split())


def exact_match(given: str, accepted: Iterable[str]) -> float:
    """Return 1.0 when the text is one of the accepted answers, else 0.0."""
    return float(normalise(given) in {normalise(text) for text in accepted})


def token_f1(given: str, accepted: Iterable[str]) -> float:
    """Return the best harmonic mean of token precision and recall over the accepted answers."""
    return max((_f1(normalise(given).split(), normalise(a).split()) for a in accepted), default=0.0)


def measure_answer(question: Question, given: Given) -> dict[str, float]:
    """Return the measures that apply to a question; a measure that does not apply is left out.

    A question with gold that was not answered scores 0 in every measure of the answer; citation
    precision is of the citations that were shown.
    """
    if not question.answerable:
        refused = float(given.status in {"no_answer", "clarify", "small_talk"})
        return {"right": refused, "refused": refused}
    measures = {
        "right": float(is_right(question, given.spans) or _clarified(question, given)),
        "answered": float(given.status in {"answered", "clarify"}),
        "exact_match": _items_exact(question.gold, given.spans),
        "f1": _items_token_f1(question.gold, given),
        "in_quote": _in_quotes(question.gold, given),
        "right_article": float(right_article(question, given)),
    }
    if question.must_include:
        measures["must_include"] = must_include(question.must_include, given.text)
    if len(question.gold) > 1:
        precision, recall = items_found(question.gold, given.spans)
        measures |= {"items_recall": recall, "items_f1": _mean(precision, recall)}
    if given.citations:
        measures["citation_precision"] = citation_precision(question.gold, given)
    return measures


def is_right(question: Question, spans: Sequence[GivenSpan]) -> bool:
    """Tell whether these spans answer: F1 over the items, matched by overlap, is at least 0.5."""
    return _mean(*items_found(question.gold, spans)) >= _RIGHT_ITEMS_F1


def items_found(gold: Sequence[GoldItem], spans: Sequence[GivenSpan]) -> tuple[float, float]:
    """Return precision and recall of the items.

    A span and an item match when the span covers at least half of an accepted answer of it, at
    its place, or is that answer in the same words elsewhere in the same article.
    """
    if not spans or not gold:
        return 0.0, 0.0
    good = sum(any(_finds(span, item) for item in gold) for span in spans)
    found = sum(any(_finds(span, item) for span in spans) for item in gold)
    return good / len(spans), found / len(gold)


def must_include(needed: Sequence[str], given: str) -> float:
    """Return the share of the needed texts that stand, as whole words, in the answer."""
    shown = f" {normalise(given)} "
    return sum(f" {normalise(text)} " in shown for text in needed) / len(needed)


def citation_precision(gold: Sequence[GoldItem], given: Given) -> float:
    """Return the share of the citations whose quote overlaps the evidence of an item."""
    good = sum(
        any(_overlaps(c.article_id, c.range, i.article_id, i.evidence) for i in gold)
        for c in given.citations
    )
    return good / len(given.citations)


def right_article(question: Question, given: Given) -> bool:
    """Tell whether the first citation is of an article that holds an item."""
    first = [c.article_id for c in given.citations[:1]]
    return any(item.article_id in first for item in question.gold)


def _items_exact(gold: Sequence[GoldItem], spans: Sequence[GivenSpan]) -> float:
    """Return 1.0 when the spans are exactly the items, one for each, else 0.0."""
    shown = Counter(normalise(span.text) for span in spans)
    for item in gold:
        accepted = sorted({normalise(a.text) for a in item.alternatives} & set(shown.elements()))
        if not accepted:
            return 0.0
        shown[accepted[0]] -= 1
    return float(not any(shown.values()))


def _items_token_f1(gold: Sequence[GoldItem], given: Given) -> float:
    """Return token F1 of all that is shown against all items, each in its nearest wording."""
    if not given.spans:
        return 0.0
    wanted = " ".join(_nearest(item, given.spans).text for item in gold)
    return token_f1(given.text, [wanted])


def _nearest(item: GoldItem, spans: Sequence[GivenSpan]) -> Alternative:
    return max(item.alternatives, key=lambda a: max(token_f1(s.text, [a.text]) for s in spans))


def _in_quotes(gold: Sequence[GoldItem], given: Given) -> float:
    """Return the share of the items of which an accepted answer stands whole in a quote."""
    found = sum(
        any(
            c.article_id == item.article_id and c.start <= a.start and a.end <= c.end
            for c in given.citations
            for a in item.alternatives
        )
        for item in gold
    )
    return found / len(gold)


def _clarified(question: Question, given: Given) -> bool:
    """Tell whether a question back offers every article that holds an item."""
    offered = {s.article_id for s in given.suggestions}
    wanted = {item.article_id for item in question.gold}
    return given.status == "clarify" and len(wanted) > 1 and wanted <= offered


def _finds(span: GivenSpan, item: GoldItem) -> bool:
    if span.article_id != item.article_id:
        # The same words in another article are about another hospital.
        return False
    text = normalise(span.text)
    for a in item.alternatives:
        shared = min(span.end, a.end) - max(span.start, a.start)
        if shared >= _COVERED * (a.end - a.start) or text == normalise(a.text):
            return True
    return False


def _overlaps(article: str, a: tuple[int, int], other: str, b: tuple[int, int]) -> bool:
    return article == other and a[0] < b[1] and b[0] < a[1]


def _f1(given: Sequence[str], wanted: Sequence[str]) -> float:
    if not given or not wanted:
        return float(given == wanted)
    same = (Counter(given) & Counter(wanted)).total()
    return _mean(same / len(given), same / len(wanted))


def _mean(precision: float, recall: float) -> float:
    """Return the harmonic mean."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
