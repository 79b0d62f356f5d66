"""The article in a web page: what a site puts around every page is cut away, the rest is walked.

Written against trafilatura, which finds long articles as well but flattens the short pages that
hospitals have (a table of prices, the visiting hours) to bare lines with the menu in front.
"""

import re
from typing import Any

_NEVER_TEXT = frozenset(
    "script style noscript template svg iframe button select option input textarea object canvas"
    " audio video map dialog head link meta".split()
)
_AROUND = frozenset(["nav", "footer", "aside", "header"])
_AROUND_ROLES = frozenset(
    "navigation banner contentinfo search dialog alertdialog complementary menu menubar".split()
)
# The words that class names and ids are made of.
_AROUND_NAMES = frozenset(
    """
    nav navbar navigation menu submenu megamenu topmenu mainmenu breadcrumb breadcrumbs footer foot
    bottom sidebar cookie cookies consent gdpr share sharing social addthis related relate lienquan
    comment comments ads advert advertisement quangcao banner popup modal pagination pager paging
    tags search login toolbar topbar hotline copyright newsletter subscribe rating counter visitors
    othernews tinkhac skip offcanvas
    """.split()
)
_NAME = re.compile(r"[a-z]+")
_MOST_SHARE = 0.4
_LINKED_SHARE = 0.8
_LINKS_MIN = 3
_ROOT_MIN_CHARS = 80
_ROOTS = (
    "//*[@itemprop='articleBody'][.//h1 or .//h2]",
    "//main",
    "//*[@role='main']",
    "//article",
)


def article_root(page: Any) -> Any:
    """Cut away what is around the article, in place, and return the element that holds it."""
    bodies = page.xpath("//body")
    body = bodies[0] if bodies else page
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element.tag in _NEVER_TEXT:
            _cut(element)
    whole = _length(body)
    for element in list(body.iterdescendants()):
        if element.getparent() is not None and _is_around(element, whole):
            _cut(element)
    for path in _ROOTS:
        found = page.xpath(path)
        if len(found) == 1 and _length(found[0]) >= _ROOT_MIN_CHARS:
            return found[0]
    return body


def _is_around(element: Any, whole: int) -> bool:
    inside = any(a.tag in ("main", "article") for a in element.iterancestors())
    named = (
        (element.tag in _AROUND and not (inside and element.tag in ("aside", "header")))
        or element.get("role") in _AROUND_ROLES
        or not _AROUND_NAMES.isdisjoint(_names(element))
    )
    if not named and (inside or not _is_link_list(element)):
        return False
    # Sites put such names on frames around everything, too.
    holds_article = element.xpath("boolean(.//h1[not(.//a)] or .//main or .//article)")
    return not holds_article and _length(element) <= _MOST_SHARE * whole or element.tag == "nav"


def _names(element: Any) -> list[str]:
    return _NAME.findall(f"{element.get('class') or ''} {element.get('id') or ''}".lower())


def _is_link_list(element: Any) -> bool:
    if element.tag not in ("ul", "ol", "div", "section", "table", "td", "p"):
        return False
    links = element.findall(".//a")
    linked = sum(map(_length, links))
    enough = _LINKS_MIN - (element.tag in ("ul", "ol"))
    return len(links) >= enough and linked >= _LINKED_SHARE * _length(element)


def _length(element: Any) -> int:
    return len("".join(element.xpath("string()").split()))


def _cut(element: Any) -> None:
    """Remove an element but leave the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    tail = element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
