"""Text is normalised here, once, before any offset exists."""

import re
import unicodedata

CLEANER_VERSION = 1
"""Stored with every version: an upgrade of the rules never re-cleans what is stored."""

# A joiner inside an emoji sequence is part of the picture; elsewhere it only breaks words.
_ZERO_WIDTH = re.compile(
    "[\u200b\u200c\u2060\ufeff\u00ad]|(?<![\U0001f000-\U0001faff\u2600-\u27bf\ufe0f])\u200d"
)
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SPACE = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def clean(text: str) -> str:
    """Return the text in NFC with `\\n` line ends and without invisible characters.

    Non-breaking and other wide spaces stay as they are: what is cited is what was written.
    The function is idempotent.
    """
    text = _LINE_END.sub("\n", text)
    text = _CONTROL.sub("", text)
    # Invisible characters can stand between a letter and its mark, and removing one can bring
    # two joiners together, so both steps repeat until nothing moves.
    while (shorter := unicodedata.normalize("NFC", _ZERO_WIDTH.sub("", text))) != text:
        text = shorter
    return text


def plain_spaces(text: str) -> str:
    """Return the text, same length, with every kind of space but the line end as a space."""
    return _SPACE.sub(" ", text)
