"""One paragraph of a Word file: its visible text, its style and whether it is a heading.

Walks the XML itself: python-docx's `paragraph.text` leaves out content controls, tracked
insertions and equations, and keeps hidden text.
"""

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

from corpus.line_marks import BOLD_HEADING, may_head

_MARKUP = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
# Text boxes are blocks of their own; deleted text is not there; a fallback repeats a drawing.
NOT_INLINE = frozenset(
    qn(f"w:{name}") for name in ("del", "moveFrom", "txbxContent", "pPr", "rPr", "instrText")
) | {f"{_MARKUP}Fallback"}
_WHITE = {
    qn("w:tab"): " ",
    qn("w:ptab"): " ",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_BODY_LEVEL = 9


class Styles:
    """The paragraph styles of one Word file and what they are based on."""

    def __init__(self, styles: Any) -> None:
        """Read a `w:styles` element, or none."""
        found = [] if styles is None else list(styles.iterchildren(qn("w:style")))
        self._by_id = {style.get(qn("w:styleId")): style for style in found}
        self._normal = next(
            (
                s
                for s in found
                if s.get(qn("w:default")) in ("1", "true") and s.get(qn("w:type")) == "paragraph"
            ),
            None,
        )

    def chain(self, paragraph: Any) -> list[Any]:
        """Return the style of a paragraph and those that it is based on."""
        properties = paragraph.find(qn("w:pPr"))
        style_id = "" if properties is None else value_of(properties, "w:pStyle")
        style, chain = self._by_id.get(style_id, self._normal), list[Any]()
        while style is not None and style not in chain:
            chain.append(style)
            style = self._by_id.get(value_of(style, "w:basedOn"))
        return chain


def value_of(element: Any, child: str, default: str = "") -> str:
    """Return the `w:val` of a child element, or the default where there is none."""
    found = element.find(qn(child))
    return default if found is None else str(found.get(qn("w:val"), default))


def number_of(element: Any, child: str, default: int = 0) -> int:
    """Return the `w:val` of a child element as a number; what is no number is the default."""
    value = value_of(element, child)
    return int(value) if value.isascii() and value.isdigit() else default


def style_name(chain: list[Any]) -> str:
    """Return the name of the first style in lower case, "" where there is none."""
    return value_of(chain[0], "w:name").lower() if chain else ""


def own_and_inherited(paragraph: Any, chain: list[Any]) -> list[Any]:
    """Return the `w:pPr` elements that speak for a paragraph, the nearest first."""
    found = [element.find(qn("w:pPr")) for element in (paragraph, *chain)]
    return [properties for properties in found if properties is not None]


def inline_text(element: Any) -> str:
    """Return the visible text below an element: no deletions, field codes or hidden runs."""
    return "".join(_texts(element))


def heading_mark(paragraph: Any, chain: list[Any], text: str) -> str:
    """Return the Markdown mark of a heading, "" for any other paragraph.

    A title is "#" and outline level n has n + 1 signs; a short bold line that ends like a heading
    ranks below them.
    """
    if style_name(chain) == "title":
        return "#"
    for properties in own_and_inherited(paragraph, chain):
        level = number_of(properties, "w:outlineLvl", -1)
        if level >= 0:
            return "#" * min(level + 2, 6) if level < _BODY_LEVEL else ""
    return BOLD_HEADING if may_head(text) and _is_bold(paragraph, chain) else ""


def _texts(element: Any) -> Iterator[str]:
    for child in element.iterchildren():
        if child.tag in (qn("w:t"), _MATH_TEXT):
            yield child.text or ""
        elif child.tag in _WHITE:
            yield _WHITE[child.tag]
        elif child.tag not in NOT_INLINE and not _is_set(child.find(qn("w:rPr")), "w:vanish"):
            yield from _texts(child)


def _is_bold(paragraph: Any, chain: list[Any]) -> bool:
    by_style = any(_is_set(style.find(qn("w:rPr")), "w:b") for style in chain)
    runs = [run for run in paragraph.iterdescendants(qn("w:r")) if inline_text(run).strip()]
    return bool(runs) and all(_is_set(run.find(qn("w:rPr")), "w:b", by_style) for run in runs)


def _is_set(properties: Any, name: str, default: bool = False) -> bool:
    found = None if properties is None else properties.find(qn(name))
    return default if found is None else found.get(qn("w:val")) not in ("0", "false", "off")
