"""Words that PDF extraction tore apart around letters such as "ệ", put together again.

A font that lacks a composed letter borrows it from another one, and programs take the gap for a
space: "b ệ nh vi ệ n". The damage is systematic, so a text is only touched where it shows often;
then neighbours are joined when they touch at a composed letter, spell one syllable together and
at least one of them is no word alone.
"""

import re
from collections.abc import Iterable, Sequence

from corpus.spelling import is_composed, is_spelled

_TEARS_MIN = 5
_TEAR_SHARE = 0.02
_LETTERS = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"([^\w\s]*)([^\W\d_]+)([^\w\s]*)")
_MOST_PIECES = 3
# Words that begin with a composed letter; any other such piece is the end of a word.
_VOWEL_WORDS = frozenset(
    """
    ạ ảnh ảo ấm ấn ấp ấy ẩm ẩn ầm ăn ăng ắc ắt ẵm ẹo ế ếch ễnh ỉ ỉa ỉu ốc ốm ống ồ ồn ổ ổi ổn ơ ơn
    ớt ở ợ ủ ủa ủi ủng ủy uỷ ứ ức ứng ừ ửng ưa ưng ước ướt ương ưu ươm ỷ
    """.split()
)


def is_torn(lines: Iterable[str]) -> bool:
    """Tell whether the lines of a text show the damage often enough to be repaired."""
    tears = words = 0
    for line in lines:
        tokens = line.split()
        words += len(tokens)
        tears += sum(_is_plain_tear(a, b) for a, b in zip(tokens, tokens[1:], strict=False))
    return tears >= max(_TEARS_MIN, _TEAR_SHARE * words)


def mend(line: str) -> str:
    """Return a line of a torn text with its words whole: as few pieces left as can be."""
    tokens = line.split(" ")
    # best[n]: pieces left over and words of tokens[n:], the cheaper way.
    best: list[tuple[int, list[str]]] = [(0, [])]
    for start in reversed(range(len(tokens))):
        ways = list[tuple[int, list[str]]]()
        for count in range(min(_MOST_PIECES, len(tokens) - start), 0, -1):
            pieces = tokens[start : start + count]
            if count == 1 or _is_one_word(pieces):
                left, words = best[count - 1]
                core = _TOKEN.fullmatch("".join(pieces))
                odd = core is not None and _is_fragment(core.group(2))
                ways.append((left + odd, ["".join(pieces), *words]))
        best.insert(0, min(ways, key=lambda way: (way[0], len(way[1]))))
        del best[_MOST_PIECES:]
    return " ".join(best[0][1])


def _is_plain_tear(left: str, right: str) -> bool:
    """Tell whether two neighbours touch at a composed letter and one is consonants only."""
    if not _touch(left, right) or not _LETTERS.fullmatch(left + right):
        return False
    return is_spelled(left + right) and (_is_remnant(left) or _is_remnant(right))


def _is_one_word(tokens: Sequence[str]) -> bool:
    cores = [_TOKEN.fullmatch(token) for token in tokens]
    if not all(cores):
        return False
    words = [core.group(2) for core in cores if core]
    # Signs may only stand around the whole.
    inner = any(core.group(3) for core in cores[:-1] if core)
    inner = inner or any(core.group(1) for core in cores[1:] if core)
    whole = "".join(words)
    evenly = whole.islower() or whole.isupper() or (whole[0].isupper() and whole[1:].islower())
    touching = all(_touch(a, b) for a, b in zip(words, words[1:], strict=False))
    if inner or not evenly or not touching or not is_spelled(whole):
        return False
    return any(map(_is_fragment, words))


def _touch(left: str, right: str) -> bool:
    return is_composed(left[-1]) or is_composed(right[0])


def _is_remnant(word: str) -> bool:
    """Tell whether a word is consonants that begin or end a syllable, in small letters."""
    return word.islower() and not is_spelled(word) and not any(map(is_composed, word))


def _is_fragment(word: str) -> bool:
    """Tell whether a word of a torn text is a piece: an odd end, lone letter or no syllable."""
    if is_composed(word[0]) and word[0] not in "đĐ":
        return word.lower() not in _VOWEL_WORDS
    if len(word) == 1:
        # A lone capital is a name, "vitamin B", and "y" is a word: "y tế".
        return word.islower() and word != "y"
    return not is_spelled(word)
