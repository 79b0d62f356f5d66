"""Whose article it is: most sentences of a page say only "Bệnh viện".

A name begins with a kind of institution and may go on after lower-case syllables ("Chấn thương
Chỉnh hình Đồng Xuân"), so where it ends is learned from the page itself: at the word after which
its mentions part. The owner of the page is the name that its title, footer and opening and the bare
word ("Bệnh viện đã ...") point to; where they do not agree, nothing is better than a guess.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from corpus.clean import plain_spaces
from corpus.vietnamese import fold, is_syllable

_KIND = re.compile(
    r"\b(?:(?:Bệnh viện )?(?:Trường )?Đại học|Bệnh viện|Bệnh xá|Viện(?! trưởng)|Học viện"
    r"|Trường (?:Cao đẳng|Trung cấp|(?=ĐH|CĐ))|Trung tâm|Sở Y tế|Bộ Y tế|Chi cục|Tổng cục|Cục"
    r"|Phòng khám|Trạm Y tế)(?!\w)",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"\b(Bệnh viện|Viện|Nhà trường|Trường|Học viện|Trung tâm|Sở|Cục)(?=\s+[^\W\dA-ZĐ_]|\s*[,.;:)])"
)
_TOKEN = re.compile(r" ?([^\W_][\w’']*)")
_DASH = re.compile(r" *[-–] *(?=[^\W\d_])")
# Words that no name of an institution holds.
_FUNCTION_WORDS = frozenset(
    "với cùng của do tại từ cho là đã đang sẽ trong theo về được có như thuộc để khi này vào cũng"
    " nhận trên ký đón tiếp còn không hiện ở các những một hai".split()
)
# What a name may end with although its last syllable is in lower case.
_COMPOUNDS = frozenset(["trung ương", "quốc gia", "quốc tế"])
_DIVISIONS = frozenset(["tỉnh", "thành", "quận", "huyện", "khu"])
_PLACE = re.compile(r" *\((?=[^\W\d_])(?!\w*[A-ZĐ]{2})[^\d)]{1,40}\)")
_PARTNER_AHEAD = re.compile(r"(?:với|cùng|đoàn)(?: của)? *$")
_IS_SIGN = re.compile(r"(?!Y$)[A-ZĐ\d]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_GAP_MAX, _TOKENS_MAX, _OPENING_CHARS = 3, 12, 600
_FOOT, _TITLE, _OPENING, _FIRST, _MENTIONS_MAX, _BARE_MAX = 8, 6, 2, 2, 8, 8
_SCORE_MIN, _MARGIN, _MENTIONS_READ_MAX = 4, 1.4, 400


@dataclass(frozen=True, slots=True)
class _Mention:
    """A kind of institution with each of the names that it and the words behind it could be."""

    names: tuple[str, ...]
    is_partner: bool


def infer_organisation(title: str, text: str, furniture: str = "") -> str:
    """Return the name of the organisation that an article is about, or "" when none is sure."""
    flat = plain_spaces(text)
    counts = _counts(list(islice(_mentions(flat), _MENTIONS_READ_MAX)))
    scores = _scores(counts, title, flat, furniture)
    best = max(scores, default="", key=lambda n: (scores[n], len(n), sum(map(str.islower, n))))
    rest = [scores[n] for n in scores if not _is_form(n, best) and not _is_form(best, n)]
    is_sure = scores.get(best, 0) >= max(_SCORE_MIN, _MARGIN * max(rest, default=0))
    return best if is_sure else ""


def _scores(counts: Counter[str], title: str, text: str, furniture: str) -> dict[str, float]:
    """Return for each name how much speaks for it, in any of its forms, being the owner's."""
    foot, heading, opening = (f" {_words(t)} " for t in (furniture, title, text[:_OPENING_CHARS]))
    bare = Counter(_generic(m.group()) for m in _BARE.finditer(text))
    first = next(iter(counts), "")
    scores: dict[str, float] = {}
    for name in counts:
        forms = [other for other in counts if _is_form(other, name)]
        padded = [f" {_words(form)} " for form in forms]
        on_foot = any(form in foot for form in padded)
        if on_foot or all(w.isupper() or is_syllable(w) for w in _LETTERS.findall(name)):
            scores[name] = (
                _FOOT * on_foot
                + _TITLE
                * any(
                    form in heading and not _PARTNER_AHEAD.search(heading.split(form)[0])
                    for form in padded
                )
                + _OPENING * any(form in opening for form in padded)
                + _FIRST * (first in forms)
                + min(_MENTIONS_MAX, sum(counts[form] for form in forms))
                + min(_BARE_MAX, max(bare[_generic(form)] for form in forms))
            )
    return scores


def _mentions(text: str) -> Iterator[_Mention]:
    for kind in _KIND.finditer(text):
        if not kind.group()[0].isupper():
            continue
        ends = list(_ends(text, kind.end()))
        names = [re.sub(r"\s+", " ", text[kind.start() : end]) for end in ends]
        if kind.group().isupper():
            # In capitals nothing shows where a name ends but the end of its line.
            stop = next((e for e in ends if not _TOKEN.match(text, e)), 0)
            names = [text[kind.start() : stop].title()] if stop else []
        if names:
            ahead = text[max(0, kind.start() - 40) : kind.start()]
            is_partner = bool(_PLACE.match(text, ends[-1]) or _PARTNER_AHEAD.search(ahead))
            yield _Mention(tuple(names), is_partner)


def _ends(text: str, position: int) -> Iterator[int]:
    """Yield the offsets after which a name that goes on at this one may end."""
    gap, previous = 0, ""
    for _ in range(_TOKENS_MAX):
        if previous and (dash := _DASH.match(text, position)):
            position = dash.end()
        token = _TOKEN.match(text, position)
        if not token or _KIND.match(text, token.start(1)):
            return
        word, position = token.group(1), token.end()
        if any(a.islower() and b.isupper() for a, b in pairwise(word)):
            return  # A name and the next sentence: "LươngChuyến".
        is_name = word[0].isupper() or (word.isdigit() and (not gap or len(word) == 3))
        gap = 0 if is_name or f"{previous} {word}".casefold() in _COMPOUNDS else gap + 1
        begins = previous or is_name or word in _DIVISIONS
        if not begins or word in _FUNCTION_WORDS or gap > _GAP_MAX:
            return
        if not gap:
            yield position
        previous = word


def _counts(mentions: Sequence[_Mention]) -> Counter[str]:
    """Return how often each name is used: it ends where it does as often as it goes on.

    Partners' names are left out, and those cut short, as "Trung tâm Mô" of "Trung tâm Mô phỏng".
    """
    begins = Counter(_words(name) for m in mentions for name in m.names)
    over = Counter(_words(m.names[-1]) for m in mentions)
    counts: Counter[str] = Counter()
    for mention in mentions:
        name = mention.names[0]
        for longer in mention.names[1:]:
            ended = max(over[_words(name)], _looks_over(name, longer[len(name) :]))
            if ended >= begins[_words(longer)]:
                break
            name = longer
        own = _own_words(name)
        if not mention.is_partner and (len(own) > 1 or _IS_SIGN.fullmatch(own[0])):
            counts[name] += 1
    # A title in capitals runs on to the end of its line, over the name and the news.
    runs_on = {n for n in counts for m in counts if _words(n).startswith(f"{_words(m)} ")}
    return Counter({n: counts[n] for n in counts if n not in runs_on or counts[n] > 1})


def _looks_over(name: str, rest: str) -> bool:
    """Tell whether a name may well be whole before the rest: "... Đồng Xuân" | " mời Đại học".

    Most names end with a place, two syllables that both have a capital. Behind a dash stands a
    slogan or a partner, unless it is "Hữu nghị Việt - Đức".
    """
    own, next_word = _own_words(name), rest.split()[0]
    if len(own) < 2:
        return False
    if _DASH.match(rest):
        return own[-1] not in ("Việt", "Nam")
    ends_whole = own[-2][0].isupper() or " ".join(own[-2:]).casefold() in _COMPOUNDS
    goes_on = next_word in _DIVISIONS or f"{own[-1]} {next_word}".casefold() in _COMPOUNDS
    return ends_whole and next_word.islower() and not goes_on


def _own_words(name: str) -> list[str]:
    return _KIND.sub("", name, count=1).split()


@lru_cache(maxsize=4096)
def _words(text: str) -> str:
    """Return the words alone, in lower case: dashes and capitals vary from mention to mention."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _is_form(short: str, full: str) -> bool:
    """Tell whether one name is another with words left out, or with the same initials."""
    rest = iter(_words(full).split())
    left_out = all(word in rest for word in _words(short).split())
    return left_out or _initials(short) == _initials(full)


def _generic(name: str) -> str:
    """Return by which of the bare words a page would call the bearer of a name."""
    folded = fold(name)
    if folded.startswith(("truong", "dai hoc", "nha truong")):
        return "truong"
    kinds = ("benh vien", "trung tam", "so", "vien", "cuc")
    return next((kind for kind in kinds if folded.startswith(kind)), folded)


def _initials(name: str) -> str:
    """Return the initials of a name; words in capitals and numbers stand for themselves."""
    words = re.findall(r"[^\W_]+", name)
    initials = "".join(w if w.isupper() or w.isdigit() else w[0] for w in words)
    return fold(initials).replace("tw", "tu")  # "TW" is short for "Trung ương".
