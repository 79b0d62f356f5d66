"""What a question mentions by name, and where: organisations, partners, countries, years, people."""

import re
from collections.abc import Iterable, Sequence

from corpus.vietnamese import fold, is_syllable
from index.syllable_model import SyllableModel
from index.terms import one_spelling, syllables
from qa.organisations import Organisation
from qa.places import countries
from qa.repair import abbreviations
from qa.typed import Span, Typed, markers

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_SHORT_NAME = 4


def organisation_span(typed: Typed, organisations: Iterable[Organisation]) -> Span | None:
    """Return the words by which a question calls an organisation of the corpus."""
    best: Span = (0, 0)
    words = [word.folded for word in typed.words]
    for organisation in organisations:
        name = [fold(one_spelling(word)) for word in syllables(organisation.name)]
        for first in range(len(words)):
            for start in range(len(name)):
                length = _common(words[first:], name[start:])
                if length > best[1] - best[0] and _telling(typed, (first, first + length)):
                    best = (first, first + length)
        best = _widened(typed, best, set(name))
    return best if best[1] else None


def partner_spans(typed: Typed, model: SyllableModel, but: Span | None = None) -> list[Span]:
    """Return the names of partners and countries, with "Quỹ" or "bên" before them, outside `but`."""
    taken = set(range(*but)) if but else set[int]()
    people = {i for span in person_spans(typed) for i in range(*span)}
    named = {i for span in country_spans(typed) for i in range(*span)} - taken
    named |= {i for i in range(len(typed.words)) if _is_name(typed, i, model)} - taken - people
    return [_with_kind(typed, run, taken) for run in _runs(named)]


def country_spans(typed: Typed) -> list[Span]:
    """Return where countries are named; "anh" and "áo" count only where they are meant as such."""
    keys = [word.key for word in typed.words]
    found: list[Span] = []
    for form in countries(keys, marked=typed.marked):
        parts = form.split()
        for first in range(len(keys) - len(parts) + 1):
            span = (first, first + len(parts))
            if keys[first : span[1]] == parts and (len(parts) > 1 or _meant(typed, first)):
                found.append(span)
    return found


def year_spans(typed: Typed) -> list[Span]:
    """Return where years stand."""
    return [(i, i + 1) for i, word in enumerate(typed.words) if _YEAR.fullmatch(word.text)]


def person_spans(typed: Typed) -> list[Span]:
    """Return the names of people that follow a title: "TS Huỳnh Lệ Quyên"."""
    found: list[Span] = []
    for first, start in typed.spans(markers("titles")):
        end = start
        while end < len(typed.words) and _capital(typed, end):
            end += 1
        if end > start and not typed.length_at(start, markers("kinds")):
            found.append((first, end))
    return found


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    pairs = zip(left, right, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(left), len(right)))


def _telling(typed: Typed, span: Span) -> bool:
    """Tell whether a run names something: two words that are not only a kind, or a number."""
    kinds = {i for kind in typed.spans(markers("kinds")) for i in range(*kind)}
    own = [i for i in range(*span) if i not in kinds]
    if not own or len(own) == 1 and span[1] - span[0] == 1 and not typed.words[own[0]].text.isdigit():
        return False
    return not typed.marked or len(own) < span[1] - span[0] or any(_capital(typed, i) for i in own)


def _widened(typed: Typed, span: Span, name: set[str]) -> Span:
    first, end = span
    while end and first and typed.words[first - 1].folded in name:
        first -= 1
    return _with_kind(typed, (first, end), set()) if end else span


def _with_kind(typed: Typed, span: Span, taken: set[int]) -> Span:
    """Return a name with the kind before it: "Quỹ Havn", "bên Đức"."""
    for length in (3, 2, 1):
        first = span[0] - length
        if first >= 0 and typed.length_at(first, markers("kinds")) == length and first not in taken:
            return (first, span[1])
    return span


def _is_name(typed: Typed, index: int, model: SyllableModel) -> bool:
    word = typed.words[index]
    if word.text.isdigit() or word.key in abbreviations() or typed.length_at(index, markers("titles")):
        return False
    if _capital(typed, index):
        follows = index + 1 < len(typed.words) and _capital(typed, index + 1)
        return index > 0 or follows or not is_syllable(word.key)
    foreign = len(word.text) >= _SHORT_NAME and not is_syllable(word.key)
    return foreign and word.text.isalpha() and model.frequency(word.key) > 0


def _capital(typed: Typed, index: int) -> bool:
    return typed.words[index].text[0].isupper()


def _meant(typed: Typed, index: int) -> bool:
    """Tell whether a word of one syllable is a country: by its capital, or by "nước" before it."""
    before = index > 0 and typed.length_at(index - 1, markers("kinds")) == 1
    return _capital(typed, index) or before or not is_syllable(typed.words[index].key)


def _runs(indices: set[int]) -> list[Span]:
    runs: list[Span] = []
    for index in sorted(indices):
        if runs and runs[-1][1] == index:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return runs
