"""The questions that failed, with the passage that was wanted and the one that was given."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.article import Range
from eval.given import Given, GivenQuote, GivenSpan, evidence_key
from eval.question import Question
from eval.score import Asked

_QUOTE_CHARS = 700


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a quoted text; the marked ones are the answer."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A quoted text with the answer marked in it."""

    article_id: str
    heading: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that failed; `kind` is `wrong`, `false_refusal`, `unanswerable` or `error`.

    `withheld` are the texts that a refused answer would have shown; `rank` is that of the passage
    with the answer among those that were found, 0 for none, None where there is nothing to find.
    """

    kind: str
    question: Question
    given: Given
    expected: tuple[Passage, ...]
    shown: tuple[Passage, ...]
    withheld: tuple[str, ...]
    rank: int | None


Evidence = Mapping[str, str]
"""The text of the evidence of each gold, by `evidence_key`."""


def failures(asked: Sequence[Asked], evidence: Evidence) -> list[Failure]:
    """Return what failed, the worst kinds first."""
    order = ("error", "unanswerable", "wrong", "false_refusal")
    failed = [_failure(a, evidence) for a in asked if kind_of(a)]
    return sorted(failed, key=lambda f: order.index(f.kind))


def kind_of(asked: Asked) -> str:
    """Return how a question failed, or "" when it did not."""
    if asked.given.status == "error" or asked.given.broken_quotes:
        return "error"
    if asked.measures["right"]:
        return ""
    if not asked.question.answerable:
        return "unanswerable"
    return "wrong" if asked.given.answered else "false_refusal"


def shown_passages(given: Given) -> tuple[Passage, ...]:
    """Return what an answer quotes, with what it shows marked."""
    return tuple(_shown(c, n, given.spans) for n, c in enumerate(given.citations, start=1))


def _failure(asked: Asked, evidence: Evidence) -> Failure:
    given = asked.given
    return Failure(
        kind=kind_of(asked),
        question=asked.question,
        given=given,
        expected=tuple(_expected(asked.question, evidence)),
        shown=shown_passages(given),
        withheld=tuple(dict.fromkeys(span.text for span in given.withheld)),
        rank=_rank(asked),
    )


def _expected(question: Question, evidence: Evidence) -> Iterator[Passage]:
    """Yield each evidence once, with the preferred answers that stand in it marked."""
    for article_id, place in dict.fromkeys((i.article_id, i.evidence) for i in question.gold):
        items = [i for i in question.gold if (i.article_id, i.evidence) == (article_id, place)]
        text = evidence.get(evidence_key(article_id, place))
        if text is None:
            pieces = tuple(Piece(item.text, True) for item in items)
        else:
            firsts = [item.alternatives[0] for item in items]
            pieces = _marked(text, place[0], [(a.start, a.end) for a in firsts])
        yield Passage(article_id, "", pieces)


def _shown(citation: GivenQuote, number: int, spans: Sequence[GivenSpan]) -> Passage:
    ranges = [span.range for span in spans if span.citation == number]
    pieces = _marked(citation.quote, citation.start, ranges)
    return Passage(citation.article_id, citation.heading, pieces)


def _marked(text: str, offset: int, ranges: Sequence[Range]) -> tuple[Piece, ...]:
    """Cut a text that begins at `offset` of its article at the borders of what is marked."""
    pieces: list[Piece] = []
    at = 0
    for start, end in sorted(ranges):
        a, b = max(at, start - offset), min(len(text), end - offset)
        if a < b:
            pieces += [Piece(text[at:a], False), Piece(text[a:b], True)]
            at = b
    pieces.append(Piece(text[at:], False))
    return tuple(_shortened(pieces))


def _shortened(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the pieces; of long text around what is marked, only the part next to it."""
    if sum(len(p.text) for p in pieces) <= _QUOTE_CHARS:
        yield from (p for p in pieces if p.text)
        return
    keep = _QUOTE_CHARS // max(2, len(pieces))
    for number, piece in enumerate(pieces):
        if piece.marked or len(piece.text) <= 2 * keep:
            text = piece.text
        elif number == 0:
            text = "… " + piece.text[-keep:]
        elif number == len(pieces) - 1:
            text = piece.text[:keep] + " …"
        else:
            text = f"{piece.text[:keep]} … {piece.text[-keep:]}"
        if text:
            yield Piece(text, piece.marked)


def _rank(asked: Asked) -> int | None:
    if not asked.question.answerable:
        return None
    reciprocal = asked.measures.get("rr", 0.0)
    return round(1 / reciprocal) if reciprocal else 0
