"""Whose article it is: most sentences of a page say only "Bệnh viện"."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from corpus.clean import plain_spaces
from corpus.vietnamese import fold, is_syllable

_KIND = re.compile(
    r"\b(?:Bệnh viện|Bệnh xá|Viện|Trường Đại học|Trường Cao đẳng|Trường Trung cấp|Đại học|Học viện"
    r"|Trung tâm|Sở Y tế|Bộ Y tế|Chi cục|Tổng cục|Cục|Phòng khám|Trạm Y tế|Nhà trường)\b",
    re.IGNORECASE,
)
# Second syllables of the terms that names of institutions are made of: "Chấn thương".
_LOWER_WORDS = frozenset(
    """
    ương thương hình hồi chức năng soát bệnh tật bướu khoa niệu thần nhiễm khuẩn quốc tế vực sản
    đội đồng dưỡng học mạch nghị hậu dân quân dược hợp giao thông bưu điện đoàn thư cứu truyền
    cổ châm phòng chẩn đoán môi trường nghiệp sinh sức khỏe khoẻ máu lâm sàng chất lượng giác da
    liễu gia phỏng hàm mặt lão tiết tạng thận vấn huyết trẻ em phẫu thuật lực niên tâm thể dục
    thao thẩm mỹ ngoại khớp phụ nữ đẻ kỹ tiêu hóa hoá hô hấp não chủng vệ dịch tễ nhi
    """.split()
)
_LINKERS = frozenset(["và", "tỉnh", "thành", "phố", "huyện", "quận", "khu", "vực"])
_NAME_WORD = re.compile(r" +(?:([-–]) +)?([^\W_][\w’'-]*)")
_IN_BRACKETS = re.compile(r"\s*\(")
_BARE_REFERENCE = re.compile(r"(?=\s+[^\W\dA-ZĐ_]|[,.;:)])")
_TITLE_WEIGHT, _OPENING_WEIGHT, _FOOTER_WEIGHT, _BARE_WEIGHT_MAX = 14, 3, 6, 12
_WEIGHT_MIN = 4
_OPENING_CHARS = 600


def infer_organisation(title: str, text: str, furniture: str = "") -> str:
    """Return the name of the organisation that an article is about, or "" when none is named.

    Names in the title, the opening and the page's footer weigh most, names of the kind that the
    page calls simply "Bệnh viện" or "Viện" more than others, and names that are not Vietnamese or
    are followed by a country in brackets least: those are partners. Of the forms of one name
    ("Bệnh viện TWQĐ 108") the fullest with the same initials is returned.
    """
    flat = plain_spaces(text)
    counts: dict[str, float] = {}
    for name, bracketed in _names(flat):
        # A country in brackets follows the name of a partner.
        counts[name] = counts.get(name, 0) + (0.3 if bracketed else 1)
    for name in [n for n in counts if _continues_by_chance(n, counts)]:
        del counts[name]
    if not counts:
        return ""
    opening, foot = flat[:_OPENING_CHARS].casefold(), plain_spaces(furniture).casefold()
    heading = plain_spaces(title).casefold()
    bare = _bare_kinds(flat)
    groups: dict[str, float] = {}
    for name, count in counts.items():
        key = _initials(name)
        folded = name.casefold()
        weight = count
        # "Viện Mắt A" does not stand in "Bệnh viện Mắt A".
        named = re.compile(rf"(?<!bệnh ){re.escape(folded)}\b")
        weight += _TITLE_WEIGHT * bool(named.search(heading))
        weight += _OPENING_WEIGHT * bool(named.search(opening))
        weight += _FOOTER_WEIGHT * bool(named.search(foot))
        groups[key] = groups.get(key, 0) + weight
    for name in counts:
        key = _initials(name)
        groups[key] += min(_BARE_WEIGHT_MAX, bare[_generic(name)]) / _forms(counts, key)
        groups[key] *= 1.0 if _is_vietnamese(name) else 0.3
    best = max(groups, key=lambda key: (groups[key], key))
    if groups[best] < _WEIGHT_MIN:
        return ""
    forms = [name for name in counts if _initials(name) == best]
    return _longer(max(forms, key=lambda name: (len(name), counts[name])), counts)


def _names(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the names of organisations, each with whether a bracket follows.

    A name with a dash in it is yielded up to the dash too: the counts tell which one is meant.
    """
    position = 0
    while kind := _KIND.search(text, position):
        position = kind.end()
        if not kind.group()[0].isupper() or kind.group().isupper():
            continue
        capital_end = kind.end()
        for dash, end in _name_words(text, kind.end()):
            if dash and capital_end > kind.end():
                yield re.sub(r"\s+", " ", text[kind.start() : capital_end]), False
            capital_end = end
        if capital_end > kind.end():
            name = re.sub(r"\s+", " ", text[kind.start() : capital_end])
            yield name, bool(_IN_BRACKETS.match(text, capital_end))
            position = capital_end


def _name_words(text: str, end: int) -> Iterator[tuple[str, int]]:
    """Yield the dash before and the end of each word that may end a name, from a kind word on."""
    after_capital = False
    while word := _NAME_WORD.match(text, end):
        dash, plain = word.groups()
        lowered = plain.casefold()
        # "LươngChuyến" is a name and the next sentence.
        if re.search(r"[^\W\dA-ZĐ_][A-ZĐ]", plain):
            return
        if lowered in _LINKERS and _KIND.match(text, word.end() + 1):
            return
        end = word.end()
        is_name = plain[0].isupper() or plain[0].isdigit()
        if is_name or (lowered in _LOWER_WORDS and after_capital):
            yield dash or "", end
        elif lowered not in _LOWER_WORDS | _LINKERS:
            return
        after_capital = is_name


def _bare_kinds(text: str) -> Counter[str]:
    """Count the kinds that stand without a name: "Bệnh viện đã ..."."""
    kinds = (m for m in _KIND.finditer(text) if m.group()[0].isupper())
    return Counter(_generic(m.group()) for m in kinds if _BARE_REFERENCE.match(text, m.end()))


def _generic(name: str) -> str:
    first = fold(name)
    for generic in ("benh vien", "trung tam", "so y te", "vien", "hoc vien", "cuc"):
        if first.startswith(generic):
            return generic
    return "nha truong" if first.startswith(("truong", "dai hoc", "nha truong")) else first


def _forms(counts: Mapping[str, float], key: str) -> int:
    return sum(_initials(name) == key for name in counts)


def _continues_by_chance(name: str, counts: Mapping[str, float]) -> bool:
    """Tell whether a name is a more frequent one with the next words of the sentence."""
    return any(name.startswith(n + " ") and counts[n] > 2 * counts[name] for n in counts)


def _longer(name: str, counts: Mapping[str, float]) -> str:
    """Return a longer name that continues this one, if the text has it as often or nearly so."""
    longer = [n for n in counts if n.startswith(name + " ") and counts[n] * 2 >= counts[name]]
    return max(longer, key=lambda n: counts[n], default=name)


def _is_vietnamese(name: str) -> bool:
    words = re.findall(r"[^\W\d_]+", name)
    return all(word.isupper() or is_syllable(word) for word in words)


@lru_cache(maxsize=4096)
def _initials(name: str) -> str:
    """Return the initials of a name; words in capitals and numbers stand for themselves."""
    words = [w for w in re.findall(r"[^\W_]+", name) if w.casefold() not in _LINKERS]
    initials = "".join(w if w.isupper() or w.isdigit() else w[0] for w in words)
    # "TW" is how "Trung ương" is abbreviated.
    return fold(initials).replace("tw", "tu")
