"""Which words are spelled as a Vietnamese syllable: the full rules, with marks and tones.

`corpus.vietnamese.is_syllable` asks what could be one once its marks are lost; this asks whether
the marks are right too. It tells encodings apart and finds words that were torn in two.
"""

import unicodedata
from functools import lru_cache

from corpus.vietnamese import fold_tones

_ONSETS = frozenset(
    "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split() + [""]
)
_RIMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi
    om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt uơ up ut uy uya
    uych uyên uyêt uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y yêm yên yêng yêt yêu ych ynh yt
    """.split()
)
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_STOPPED_TONES = frozenset("\u0301\u0323")


@lru_cache(maxsize=65536)
def is_spelled(word: str) -> bool:
    """Tell whether an NFC word is a well-formed syllable with one tone at most."""
    lowered = word.lower()
    if not (lowered.islower() and lowered.isalpha()):
        return False
    tones = [c for c in unicodedata.normalize("NFD", lowered) if c in _TONES]
    base = fold_tones(lowered)
    if len(tones) > 1 or not any(_splits(base)):
        return False
    # A syllable that ends in a stop has one of two tones, and never none.
    stopped = base.endswith(("c", "ch", "p", "t"))
    return not stopped or (len(tones) == 1 and tones[0] in _STOPPED_TONES)


def _splits(base: str) -> list[bool]:
    return [base[:n] in _ONSETS and base[n:] in _RIMES for n in range(min(4, len(base)))]


def is_composed(letter: str) -> bool:
    """Tell whether a letter is one that fonts made for other languages lack: ệ, ơ, ữ, đ."""
    return letter in "ăĂđĐơƠưƯĩĨũŨ" or "\u1ea0" <= letter <= "\u1ef9"
