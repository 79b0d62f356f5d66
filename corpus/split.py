"""Articles become passages: along headings, list items and sentences, with exact offsets.

The only user of langchain_text_splitters. Its `add_start_index` searches for each piece and can
miss; here the pieces are cut so that they join back to the source, which makes every offset a sum.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from operator import attrgetter

from langchain_text_splitters import RecursiveCharacterTextSplitter, TextSplitter

from corpus.article import Article, Passage, Range
from corpus.headings import holds_fact
from corpus.sentences import split_sentences
from corpus.structure import Block, Kind, outline

PASSAGE_MAX_CHARS = 1200
"""Within what the embedding model reads (512 tokens), so that most paragraphs stay whole."""
_TOGETHER_MAX_CHARS = 600
_OWN_PASSAGE_CHARS = 160
"""A list item as long as this is a topic of its own; shorter ones stay together as a list."""
_LABEL_MAX_CHARS = 60


@dataclass(frozen=True, slots=True)
class _Unit:
    """A run of text that stays together if it fits: a list item or a paragraph."""

    start: int
    end: int
    sentences: tuple[Range, ...]
    headings: tuple[str, ...]
    label: str
    alone: bool
    section: int
    """Grows at each heading and each line of furniture: no passage reaches over one."""


class _SentenceSplitter(TextSplitter):
    """Packs sentences, each with the space behind it, into pieces that join to the source."""

    def __init__(self, max_chars: int) -> None:
        super().__init__(chunk_size=max_chars, chunk_overlap=0, strip_whitespace=False)
        self._clauses = RecursiveCharacterTextSplitter(
            chunk_size=max_chars,
            chunk_overlap=0,
            separators=["; ", ", ", " ", ""],
            keep_separator="end",
            strip_whitespace=False,
        )
        self._max_chars = max_chars

    def split_text(self, text: str) -> list[str]:
        """Return pieces of at most the given length whose concatenation is the text."""
        starts = [start for start, _ in split_sentences(text, 0, len(text))][1:]
        borders = [0, *starts, len(text)]
        sentences = [text[a:b] for a, b in zip(borders, borders[1:], strict=False)]
        pieces: list[str] = []
        for sentence in sentences:
            fits = len(sentence) <= self._max_chars
            pieces += [sentence] if fits else self._clauses.split_text(sentence)
        return self._merge_splits(pieces, separator="")


def split(
    article: Article, max_chars: int = PASSAGE_MAX_CHARS, repeated: Collection[str] = ()
) -> list[Passage]:
    """Return the passages of an article in order; page furniture is in none.

    A passage never crosses a heading, and begins with one only if that gives a number or a name.
    `article.text[p.start:p.end] == p.text` for each.
    """
    units = list(_units(article, outline(article.text, repeated)))
    ranges = [r for group in _runs(units) for r in _pack(article.text, group, max_chars)]
    return [
        Passage(
            f"{article.id}#{n}",
            article.id,
            a,
            b,
            article.text[a:b],
            headings,
            sentences,
            bisect_right(article.page_starts, a),
        )
        for n, (a, b, headings, sentences) in enumerate(ranges)
    ]


def _units(article: Article, blocks: Sequence[Block]) -> Iterator[_Unit]:
    section = 0
    for block, after in zip_longest(blocks, blocks[1:]):
        body = article.text[block.body : block.end]
        headings = block.headings
        if block.kind in (Kind.FURNITURE, Kind.HEADING):
            section += 1
            # A heading that says what may be asked for opens the passage below it.
            if block.kind is Kind.FURNITURE or not holds_fact(body) or body == article.title:
                continue
            headings = after.headings if after else headings
        if block.kind is Kind.RULE:
            continue
        is_heading = block.kind is Kind.HEADING
        whole = ((block.body, block.end),)
        sentences = whole if is_heading else split_sentences(article.text, block.body, block.end)
        headings = tuple(h for h in headings if h != article.title)
        is_long = block.end - block.start >= _OWN_PASSAGE_CHARS
        label = _label(body) if block.kind is Kind.BULLET else ""
        alone = block.kind is Kind.BULLET and is_long
        yield _Unit(block.start, block.end, tuple(sentences), headings, label, alone, section)


def _label(body: str) -> str:
    """Return what a list item is about, as "Nhật Bản" in "Nhật Bản: Đây là ...", or ""."""
    label, colon, rest = body.partition(":")
    return label.strip() if colon and rest.strip() and len(label) <= _LABEL_MAX_CHARS else ""


def _runs(units: Sequence[_Unit]) -> Iterator[list[_Unit]]:
    """Yield neighbours that may share a passage: same headings, no long list item among them."""
    key = attrgetter("section", "headings", "alone")
    for (_, _, alone), group in groupby(units, key=key):
        run = list(group)
        yield from ([unit] for unit in run) if alone else [run]


def _pack(
    text: str, run: Sequence[_Unit], max_chars: int
) -> Iterator[tuple[int, int, tuple[str, ...], tuple[Range, ...]]]:
    """Yield start, end, headings and sentences of each passage of a run."""
    begin = 0
    for number in range(1, len(run) + 1):
        together = min(max_chars, _TOGETHER_MAX_CHARS)
        full = number == len(run) or run[number].end - run[begin].start > together
        if not full:
            continue
        start, end = run[begin].start, run[number - 1].end
        sentences = [s for unit in run[begin:number] for s in unit.sentences]
        position = start
        for piece in _SentenceSplitter(max_chars).split_text(text[start:end]):
            stop = position + len(piece)
            inside = tuple(
                (max(a, position), min(b, stop)) for a, b in sentences if a < stop and b > position
            )
            a, b = _trim(text, position, stop)
            continued = position > start and run[begin].label
            headings = (
                (*run[begin].headings, run[begin].label) if continued else run[begin].headings
            )
            if inside and a < b:
                yield a, b, headings, tuple(_trim(text, *s) for s in inside)
            position = stop
        begin = number


def _trim(text: str, start: int, end: int) -> Range:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
