"""How articles come into the store and leave it, one at a time; what changed is always said.

The command line and HTTP go through here. Nothing that is done here is shown to users before the
next publication.
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from corpus.article import Article
from corpus.errors import ArticleDiffers, ArticleNotFound, InvalidRequest
from corpus.folder import ID_MAX_CHARS
from corpus.folder import article_id as id_of_file
from corpus.store import ArticleStore

_ID = re.compile(r"[a-z0-9]+(?:--?[a-z0-9]+)*")
Kind = Literal["added", "changed", "unchanged", "removed"]
_PARTS = ("text", "title", "organisation", "source", "date")


@dataclass(frozen=True, slots=True)
class Change:
    """What is different about one article between two states of the corpus.

    `version` is "" for one that was removed, `old_version` for one that was added; the lengths
    are 0 there. `parts` names what differs of text, title, organisation, source and date.
    """

    article_id: str
    kind: Kind
    version: str
    old_version: str
    title: str
    length_chars: int
    old_length_chars: int
    parts: tuple[str, ...] = ()


def put(store: ArticleStore, article: Article, *, replaces: bool = True) -> Change:
    """Store an article as its current version; return what changed.

    Putting in a removed article brings it back.

    Raises:
        ArticleDiffers: the article has another text already and `replaces` is false.
    """
    stored = _stored(store, article.id)
    article = _keeping_organisation(article, stored)
    change = change_between(stored, article)
    if "text" in change.parts and not replaces:
        raise ArticleDiffers(
            f"the article {article.id!r} is there with another text ({change.old_version}, "
            f"{change.old_length_chars:,} characters; the file has {change.length_chars:,}); "
            "say --replace if the file is a new version of it, or give it another id with --id."
        )
    if change.kind != "unchanged":
        store.put(article)
    return change


def take_out(store: ArticleStore, article_id: str) -> Change:
    """Remove an article from the next snapshot; the removal is final once that is published.

    Raises:
        ArticleNotFound: it is not in the store, or was removed before; names the nearest id.
    """
    stored = _stored(store, article_id)
    if stored is None:
        if at := store.removed().get(article_id):
            raise ArticleNotFound(f"The article {article_id!r} was removed already ({at[:10]}).")
        known = [article.id for article in store.articles()]
        raise ArticleNotFound(f"There is no article {article_id!r}{_nearest(article_id, known)}.")
    store.remove(article_id)
    return change_between(stored, None)


def change_to(store: ArticleStore, article: Article) -> Change:
    """Return what putting an article into the store would change; nothing is stored."""
    stored = _stored(store, article.id)
    return change_between(stored, _keeping_organisation(article, stored))


def as_stored(store: ArticleStore, article: Article) -> Article:
    """Return what would be stored: an organisation once stated is not lost to an inferred one."""
    return _keeping_organisation(article, _stored(store, article.id))


def change_between(old: Article | None, new: Article | None) -> Change:
    """Return the change from one state of an article to another; None means it is not there."""
    known = new or old
    if known is None:
        raise ValueError("an article that is in neither state")
    parts = tuple(p for p in _PARTS if old and new and getattr(old, p) != getattr(new, p))
    same: Kind = "changed" if old != new else "unchanged"
    return Change(
        article_id=known.id,
        kind=same if old and new else "added" if new else "removed",
        version=new.version if new else "",
        old_version=old.version if old else "",
        title=known.title,
        length_chars=len(new.text) if new else 0,
        old_length_chars=len(old.text) if old else 0,
        parts=parts,
    )


def check_id(article_id: str) -> None:
    """Raise InvalidRequest for an id that no file could have, saying what it would be."""
    if _ID.fullmatch(article_id) and len(article_id) <= ID_MAX_CHARS:
        return
    if len(article_id) > ID_MAX_CHARS:
        raise InvalidRequest(
            f"The article id {article_id[:60]!r}… has {len(article_id)} characters; "
            f"give one of at most {ID_MAX_CHARS}."
        )
    slugs = [slug for part in re.split("--|/", article_id) if (slug := _slug(part))]
    better = f"; it would be {'--'.join(slugs)!r}" if slugs else ""
    raise InvalidRequest(
        f"{article_id!r} is not an article id: lower-case letters a-z, digits and single hyphens, "
        f"folders joined by two{better}."
    )


def _slug(part: str) -> str:
    return id_of_file(Path(f"{part}.txt")) if any(map(str.isalnum, part)) else ""


def _stored(store: ArticleStore, article_id: str) -> Article | None:
    try:
        return store.get(article_id)
    except ArticleNotFound:
        return None


def _keeping_organisation(article: Article, stored: Article | None) -> Article:
    if stored is None or stored.organisation_inferred or not article.organisation_inferred:
        return article
    return replace(article, organisation=stored.organisation, organisation_inferred=False)


def _nearest(article_id: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(article_id, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else "; see `coopqa corpus list`"
