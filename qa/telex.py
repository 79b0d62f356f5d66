"""Keys of the Telex and VNI typing methods that were left standing: "tieengs" for "tiếng"."""

import re
import unicodedata

from corpus.vietnamese import is_syllable

_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_TELEX_LETTERS = tuple(pair.split("=") for pair in "dd=đ aa=â ee=ê oo=ô aw=ă ow=ơ uw=ư".split())
_VNI_LETTERS = tuple(pair.split("=") for pair in "d9=đ a6=â e6=ê o6=ô a8=ă o7=ơ u7=ư".split())
_VOWEL = re.compile("[aăâeêioôơuưy]")


def decodings(word: str) -> list[str]:
    """Return the syllables that the keys of a word would have made, without the word itself.

    >>> decodings("tieengs")
    ['tiếng']
    """
    found = [
        _decode(word, _TELEX_TONES, _TELEX_LETTERS, "w"),
        _decode(word, _VNI_TONES, _VNI_LETTERS, "78"),
    ]
    return [d for d in dict.fromkeys(found) if d and d != word and is_syllable(d)]


def _decode(word: str, tones: dict[str, str], letters: tuple[list[str], ...], hook: str) -> str:
    word = unicodedata.normalize("NFC", word)
    marked = set(unicodedata.normalize("NFD", word)) & set(tones.values())
    tone_keys = [i for i, c in enumerate(word) if c in tones and i > 0]
    tone = ""
    if tone_keys and not marked:
        last = tone_keys[-1]
        tone, word = tones[word[last]], word[:last] + word[last + 1 :]
    # A circumflex or horn key may stand after the final consonant: "benhe", "cuocow".
    for pair, letter in letters:
        keys = rf"{pair[0]}([^\W\d_]{{0,3}}?){pair[1]}(?![{pair[0]}])"
        word = re.sub(keys, rf"{letter}\1", word, count=1)
    word = re.sub(rf"uo(\w*?)[{hook}]", r"ươ\1", word, count=1)
    word = re.sub(r"uơ(?=\w)", "ươ", word)
    return _place_tone(word, tone) if tone else word


def _place_tone(word: str, tone: str) -> str:
    """Put a tone mark where the new spelling rules want it."""
    vowels = [m.start() for m in _VOWEL.finditer(word)]
    if word.startswith(("qu", "gi")) and len(vowels) > 1:
        vowels = vowels[1:]
    if not vowels:
        return ""
    marked = [i for i in vowels if word[i] in "ăâêôơư"]
    if marked:
        place = marked[-1]
    elif len(vowels) == 1 or vowels[-1] == len(word) - 1 and len(vowels) == 2:
        place = vowels[0]
    else:
        place = vowels[1]
    return unicodedata.normalize("NFC", word[: place + 1] + tone + word[place + 1 :])
