"""Names of countries in Vietnamese, English and French, so that Mỹ, Hoa Kỳ and USA are one."""

import tomllib
from functools import cache
from pathlib import Path

from babel import Locale

from corpus.vietnamese import fold
from index.terms import one_spelling, syllables

_EXTRA = Path(__file__).with_name("country_names.toml")
_MAX_WORDS = 5


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Return the names of each territory by its code, as words joined by spaces."""
    names: dict[str, list[str]] = {}
    for language in ("vi", "en", "fr"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(code, []).append(name)
    for code, more in tomllib.loads(_EXTRA.read_text("utf-8"))["names"].items():
        names.setdefault(code, []).extend(more)
    return {code: tuple(dict.fromkeys(map(_key, forms))) for code, forms in names.items()}


@cache
def _codes(marks: bool) -> dict[str, str]:
    forms = ((form, code) for code, names in _names().items() for form in names)
    return {form if marks else fold(form): code for form, code in forms if form}


def countries(words: list[str], *, marked: bool) -> dict[str, tuple[str, ...]]:
    """Return the countries that a question names: the words found, and all names of the country.

    Typed with marks, "anh" is a person and "Anh" not told apart from it in lower case, so names of
    one short syllable count only where marks agree or the question has none.
    """
    codes = _codes(marked)
    spelt = [one_spelling(w) for w in words]
    found: dict[str, tuple[str, ...]] = {}
    position = 0
    while position < len(spelt):
        for length in range(min(_MAX_WORDS, len(spelt) - position), 0, -1):
            form = " ".join(spelt[position : position + length])
            if code := codes.get(form if marked else fold(form)):
                found[form] = _names()[code]
                position += length - 1
                break
        position += 1
    return found


def _key(name: str) -> str:
    return " ".join(one_spelling(word) for word in syllables(name))
