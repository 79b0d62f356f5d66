"""Variants of a question by named rule: the ways in which Vietnamese is really typed.

Each rule is a pure function of text and seed, so a table can name its rule and be made again.

    nfd             decomposed Unicode, as some keyboards and file systems deliver it
    no_tones        without the five tone marks; ă â ê ô ơ ư đ stay
    no_marks        without any mark, in lower case and without punctuation
    telex           slips of the Telex method: see `_slip`
    vni             the same slips of the VNI method, whose keys are digits
    missing_spaces  spaces left out
    chat            the spellings and abbreviations of chats, in lower case

`telex` and `vni` change one word in ten and `missing_spaces` one space in ten (`rate`), at least
one; the others change everything that they apply to. Numbers are left alone: a changed number is
another question. The rules are made for Vietnamese and harmless to other languages.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from random import Random

from corpus.errors import InvalidRequest
from corpus.vietnamese import fold, fold_tones
from eval.question import Question

DEFAULT_RATE = 0.1


@dataclass(frozen=True, slots=True)
class _Method:
    """The keys of an input method, by combining mark; `d_key` makes a `đ` of a `d`."""

    tones: dict[str, str]
    shapes: dict[str, str]
    d_key: str


_TONES = "\u0301\u0300\u0309\u0303\u0323"
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
# "" stands for the vowel's own key, pressed twice.
_TELEX = _Method(
    dict(zip(_TONES, "sfrxj", strict=True)), {_CIRCUMFLEX: "", _BREVE: "w", _HORN: "w"}, "d"
)
_VNI = _Method(
    dict(zip(_TONES, "12345", strict=True)), {_CIRCUMFLEX: "6", _BREVE: "8", _HORN: "7"}, "9"
)

_CHAT: dict[str, tuple[str, ...]] = {
    "hợp tác quốc tế": ("htqt",),
    "phó giáo sư": ("pgs",),
    "bệnh viện": ("bv",),
    "bác sĩ": ("bs",),
    "bác sỹ": ("bs",),
    "giáo sư": ("gs",),
    "tiến sĩ": ("ts",),
    "điều dưỡng": ("đd",),
    "điện thoại": ("đt",),
    "đại học": ("đh",),
    "trung ương": ("tw",),
    "quốc tế": ("qt",),
    "bao nhiêu": ("bn", "bnhiu"),
    "nhiêu": ("nhiu",),
    "nhiều": ("nhìu",),
    "không": ("ko", "k", "hok"),
    "được": ("dc", "đc"),
    "gì": ("j",),
    "với": ("vs",),
    "vậy": ("v",),
    "rồi": ("r", "rùi"),
    "người": ("ng",),
    "nước": ("nc",),
    "biết": ("bít",),
    "thế nào": ("tn",),
    "những": ("nhữg",),
    "trong": ("trog",),
    "anh chị": ("ac",),
    "mọi người": ("mn",),
}
# Longer spellings first: "bao nhiêu" before "nhiêu".
_CHAT_WORDS = re.compile(
    rf"\b(?:{'|'.join(sorted(map(re.escape, _CHAT), key=len, reverse=True))})\b"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
# Not between two numbers, which would make a third.
_SPACE = re.compile(r"(?<=[^\W\d]) (?=\w)|(?<=\d) (?=[^\W\d])")
_PUNCTUATION = re.compile(r"(?<!\d)[^\w\s]|[^\w\s](?!\d)")


def vary(text: str, rule: str, seed: int, rate: float = DEFAULT_RATE) -> str:
    """Return the text as the rule would have it typed; InvalidRequest for an unknown rule.

    The same arguments always give the same text. Except for `nfd` the result is in NFC.
    """
    if rule not in _RULES:
        raise InvalidRequest(f"{rule!r} is not a noise rule; known are {', '.join(RULES)}.")
    text = unicodedata.normalize("NFC", text)
    # Seeded with the text too, or every question would slip at the same places.
    return _RULES[rule](text, Random(f"{seed} {rule} {text}"), rate)


def varied(questions: Iterable[Question], rule: str, seed: int) -> list[Question]:
    """Return the questions as the rule would have them typed."""
    return [replace(q, question=vary(q.question, rule, seed)) for q in questions]


def _nfd(text: str, random: Random, rate: float) -> str:
    return unicodedata.normalize("NFD", text)


def _no_tones(text: str, random: Random, rate: float) -> str:
    return fold_tones(text)


def _no_marks(text: str, random: Random, rate: float) -> str:
    return " ".join(_PUNCTUATION.sub(" ", fold(text)).split())


def _telex(text: str, random: Random, rate: float) -> str:
    return _slips(text, random, rate, _TELEX)


def _vni(text: str, random: Random, rate: float) -> str:
    return _slips(text, random, rate, _VNI)


def _missing_spaces(text: str, random: Random, rate: float) -> str:
    spaces = [(m.start(), m.end(), "") for m in _SPACE.finditer(text)]
    return _replaced(text, _drawn(spaces, random, rate))


def _chat(text: str, random: Random, rate: float) -> str:
    return _CHAT_WORDS.sub(lambda m: random.choice(_CHAT[m.group()]), text.lower())


def _slips(text: str, random: Random, rate: float, method: _Method) -> str:
    words = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]
    drawn = _drawn(words, random, rate)
    return _replaced(text, [(s, e, _slip(word, random, method)) for s, e, word in drawn])


def _slip(word: str, random: Random, method: _Method) -> str:
    """Return the word with one slip, drawn from those that change it.

    They are: all keys left as pressed (vieejn, vie65n); the tone's key left at the end (viênj);
    two neighbours swapped; one letter doubled.
    """
    keys, tone = _keys(word, method)
    place = random.randrange(len(word) - 1)
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    doubled = word[: place + 1] + word[place:]
    slips = {keys + tone, fold_tones(word) + tone, swapped, doubled} - {word}
    return random.choice(sorted(slips))


def _keys(word: str, method: _Method) -> tuple[str, str]:
    """Return the keys that make the word, without those of the tones, and the tones' keys."""
    keys, tones = "", ""
    for letter in word:
        decomposed = unicodedata.normalize("NFD", letter)
        base, marks = decomposed[0], decomposed[1:]
        if base in "đĐ":
            base = ("d" if base == "đ" else "D") + method.d_key
        shapes = (method.shapes[m] or base.lower() for m in marks if m in method.shapes)
        keys += base + "".join(shapes)
        tones += "".join(method.tones[m] for m in marks if m in method.tones)
    return keys, tones


def _drawn(
    places: list[tuple[int, int, str]], random: Random, rate: float
) -> list[tuple[int, int, str]]:
    count = min(len(places), max(1, round(rate * len(places))))
    return sorted(random.sample(places, count))


def _replaced(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    parts, end = [], 0
    for start, stop, new in changes:
        parts += [text[end:start], new]
        end = stop
    return "".join([*parts, text[end:]])


_RULES: dict[str, Callable[[str, Random, float], str]] = {
    "nfd": _nfd,
    "no_tones": _no_tones,
    "no_marks": _no_marks,
    "telex": _telex,
    "vni": _vni,
    "missing_spaces": _missing_spaces,
    "chat": _chat,
}
RULES = tuple(_RULES)
