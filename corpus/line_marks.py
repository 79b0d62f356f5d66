"""The marks by which loaders tell outline() what a line is."""

import re

BOLD_HEADING = "####"
"""The mark of a heading that only its bold face shows; it ranks below those with a style."""

_HEADING_MAX_WORDS = 18
_HEADING_MAX_CHARS = 120
# outline() ranks numbered lines and capitals by itself, above what is only bold.
_RANKED_OR_LISTED = re.compile(r"\d|[IVX]{1,5}[.)/]|[-–—•●▪◦■*+✓➢►(#]|[a-zđ]\)")
_OWN_MARK = re.compile(r"\(?(?:\d{1,2}|[a-zđ])\)")
_PLAIN_NUMBER = re.compile(r"(\d{1,2}|[a-zđ])\.?")


def may_head(text: str) -> bool:
    """Tell whether a line that is bold throughout reads like a heading."""
    if not text or len(text) > _HEADING_MAX_CHARS or len(text.split()) > _HEADING_MAX_WORDS:
        return False
    if text[-1] in ".,;:!?…" or text.isupper() or _RANKED_OR_LISTED.match(text):
        return False
    return text[0].isupper()


def item_mark(label: str) -> str:
    """Return a mark that outline() knows and that shows a list label: "- ", "1) ", "- 1.2. "."""
    if not label or _OWN_MARK.fullmatch(label):
        return f"{label or '-'} "
    plain = _PLAIN_NUMBER.fullmatch(label)
    return f"{plain[1]}) " if plain else f"- {label} "
