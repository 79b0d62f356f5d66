"""What is stored and not shown: the difference between the store and the live snapshot."""

from collections.abc import Mapping

from corpus.article import Article
from corpus.intake import Change, change_between
from corpus.store import ArticleStore
from index import snapshot
from index.passage_table import PassageTable
from index.pointer import SnapshotPointer


def pending(store: ArticleStore, live: Mapping[str, Article]) -> tuple[Change, ...]:
    """Return what the next publication will change for users, in order of id.

    `live` is what the live snapshot shows: `parts.live().snapshot.table.articles`, or
    `live_articles(parts.pointer)`. A removed article whose versions are still kept is among the
    changes even where it was never shown: publication purges it.
    """
    stored = {article.id: article for article in store.articles()}
    unpurged = {
        i: store.get(i, versions[-1])
        for i in store.removed()
        if i not in live and (versions := store.versions(i))
    }
    before = {**unpurged, **live}
    changes = (change_between(before.get(i), stored.get(i)) for i in sorted({*before, *stored}))
    return tuple(change for change in changes if change.kind != "unchanged")


def live_articles(pointer: SnapshotPointer) -> Mapping[str, Article]:
    """Return the live snapshot's articles without loading a model; none before the first.

    Raises:
        SnapshotDamaged: its table cannot be read.
    """
    if not (live := pointer.live()):
        return {}
    return PassageTable(pointer.path(live) / snapshot.PASSAGES).articles
