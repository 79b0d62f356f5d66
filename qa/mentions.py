"""What a question mentions by name: organisations, partners, countries, years and people."""

import re
from collections.abc import Iterable, Sequence

from corpus.vietnamese import fold, is_syllable
from index.syllable_model import SyllableModel
from index.terms import folded, one_spelling, syllables
from qa.organisations import Organisation
from qa.places import countries
from qa.repair import abbreviations
from qa.typed import Span, Typed, markers

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_SHORT_NAME = 4
_SPELT_OUT_BY = 2


def organisation_span(typed: Typed, organisations: Sequence[Organisation]) -> Span | None:
    """Return the words by which a question calls an organisation of the corpus."""
    words = _spelt_out(typed)
    best: Span = (0, 0)
    for organisation in organisations:
        keys = [one_spelling(word) for word in syllables(organisation.name)]
        name = [fold(key) for key in keys]
        for first in range(len(words)):
            for start in range(len(name)):
                length = _common([word for word, _ in words[first:]], name[start:])
                if not length:
                    continue
                last, end = words[first + length - 1]
                span = (words[first][1], end + 1)
                whole = len(organisations) == 1 and last == name[-1]
                longer = span[1] - span[0] > best[1] - best[0]
                if longer and _telling(typed, span, length, careless=whole):
                    best = span
        while best[1] and best[0] and typed.words[best[0] - 1].key in keys:
            best = (best[0] - 1, best[1])
    return _with_kind(typed, best, set()) if best[1] else None


def partner_spans(typed: Typed, model: SyllableModel, but: Span | None = None) -> list[Span]:
    """Return partners and countries, with "Quỹ" or "bên" before them, outside `but`."""
    taken = {i for span in ([but] if but else []) + person_spans(typed) for i in range(*span)}
    named = {i for span in country_spans(typed) for i in range(*span)}
    named |= {i for i in range(len(typed.words)) if _is_name(typed, i, model)}
    return [_with_kind(typed, run, taken) for run in _runs(typed, named - taken, taken)]


def country_spans(typed: Typed) -> list[Span]:
    """Return where countries are named; "anh" and "áo" count only where a country is meant."""
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
        while end < len(typed.words) and typed.capital(end):
            end += 1
        if end > start and not typed.length_at(start, markers("kinds")):
            found.append((first, end))
    return found


def question_spans(typed: Typed) -> list[Span]:
    """Return the question words, with what they count: "mấy tuần"; a name is none ("Sao Mai")."""
    found: list[Span] = []
    for first, end in typed.spans(markers("question_words")):
        if first and typed.capital(first):
            continue
        counts = typed.words[end - 1].key in ("nhiêu", "mấy")
        found.append((first, end + counts * typed.length_at(end, markers("units"))))
    return found


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    pairs = zip(left, right, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(left), len(right)))


def _spelt_out(typed: Typed) -> list[tuple[str, int]]:
    """Return folded words with short forms spelt out, each with the place of the typed word."""
    return [
        (folded(part), place)
        for place, word in enumerate(typed.words)
        for part in syllables(abbreviations().get(word.key, word.text))
    ]


def _telling(typed: Typed, span: Span, length: int, *, careless: bool) -> bool:
    """Tell whether a run names something: two words that are not only a kind, or a number.

    `length` counts the words of the name with short forms spelt out: "TMH" is three. A name has a
    capital, unless none is typed at all and the run may be `careless`.
    """
    kinds = {i for kind in typed.spans(markers("kinds")) for i in range(*kind)}
    own = [i for i in range(*span) if i not in kinds]
    if not own:
        return False
    if length - (span[1] - span[0]) >= _SPELT_OUT_BY:
        return True
    if span[1] - span[0] == 1 and not _is_number(typed, own[0]):
        return False
    if careless and not any(typed.capital(i) for i in range(1, len(typed.words))):
        return True
    named = range(own[0], own[-1] + 1)
    return not typed.marked or any(typed.capital(i) or _is_number(typed, i) for i in named)


def _is_number(typed: Typed, index: int) -> bool:
    return typed.words[index].text.isdigit()


def _with_kind(typed: Typed, span: Span, taken: set[int]) -> Span:
    """Return a name with the kind before it: "Quỹ Havn", "bên Đức"."""
    for length in (3, 2, 1):
        first = span[0] - length
        if first >= 0 and typed.length_at(first, markers("kinds")) == length and first not in taken:
            return (first, span[1])
    return span


def _is_name(typed: Typed, index: int, model: SyllableModel) -> bool:
    word = typed.words[index]
    if word.text[0].isdigit() or word.key in abbreviations():
        return False
    if typed.length_at(index, markers("titles")):
        return False
    if typed.capital(index):
        follows = index + 1 < len(typed.words) and typed.capital(index + 1)
        return index > 0 or follows or not (typed.foreign or is_syllable(word.key))
    strange = not typed.foreign and len(word.text) >= _SHORT_NAME and not is_syllable(word.key)
    return strange and word.text.isalpha() and model.frequency(word.key) > 0


def _meant(typed: Typed, index: int) -> bool:
    """Tell whether a word of one syllable is a country: by its capital, or by "nước" before it."""
    if typed.capital(index) or not is_syllable(typed.words[index].key):
        return True
    leads = markers("kinds"), *([] if typed.marked else [markers("linkers")])
    before = typed.words[index - 1].folded if index else ""
    return any(len(phrase) == 1 for phrases in leads for phrase in phrases.get(before, ()))


def _runs(typed: Typed, named: Iterable[int], taken: set[int]) -> list[Span]:
    """Return names as runs of words, with what hangs on them: "Sakura-kai", "st alban"."""
    runs: list[Span] = []
    for index in sorted(named):
        first = index
        while first and first - 1 not in taken and _hangs_before(typed, first - 1):
            first -= 1
        if runs and runs[-1][1] >= first:
            runs[-1] = (runs[-1][0], max(index + 1, runs[-1][1]))
        else:
            runs.append((first, index + 1))
        end = runs[-1][1]
        while end < len(typed.words) and end not in taken and typed.hyphenated(end):
            end += 1
        runs[-1] = (runs[-1][0], end)
    return runs


def _hangs_before(typed: Typed, index: int) -> bool:
    word = typed.words[index]
    if typed.foreign:
        return typed.hyphenated(index + 1)
    short = not is_syllable(word.key) and word.text.isalpha() and word.key not in abbreviations()
    return typed.hyphenated(index + 1) or (short and not typed.length_at(index, markers("titles")))
