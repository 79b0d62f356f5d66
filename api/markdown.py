"""Article text inside Markdown: it shows as text, whatever it holds."""

import re

# CommonMark 0.31, section 2.4: a backslash before ASCII punctuation makes it text. These are the
# characters that begin something inside a line, in CommonMark or in the common extensions (tables,
# strikethrough, formulas) ...
_INLINE = re.compile(r"[\\`*_\[\]<>&~|$^#]")
# ... and these begin something at the start of one: lists, rulers, headings underlined.
_LINE_START = re.compile(r"^([-+=]|\d+(?=[.)]))")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_FOOTNOTE = re.compile(r" ?\[\^\d+\]")
# What turns the direction of the letters after it would turn ours too.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def escaped(text: str) -> str:
    """Return a text on one line that every Markdown reader shows as it stands."""
    line = _INLINE.sub(r"\\\g<0>", " ".join(_DIRECTIONS.sub("", text).split()))
    return _LINE_START.sub(lambda m: f"{m[1]}\\" if m[1].isdigit() else f"\\{m[1]}", line)


def unescaped(text: str) -> str:
    """Return what `escaped` was given, without the footnote marks that were set behind it."""
    return _ESCAPE.sub(r"\1", _FOOTNOTE.sub("", text))
