"""The corpus folder against the store: what is new, what changed, what is in one of them only."""

from dataclasses import dataclass
from pathlib import Path

from corpus.article import Article
from corpus.errors import UnreadableArticle
from corpus.folder import Failure, FolderReading, ReadArticle, article_id, read_article, read_folder
from corpus.intake import Change, change_to, put, take_out
from corpus.loaders import loader_for
from corpus.store import ArticleStore


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What a folder would make of the store.

    `changes` has one entry for each of the `articles`, unchanged ones among them; `absent` are the
    stored articles that no file of the folder claims, readable or not.
    """

    articles: tuple[Article, ...]
    changes: tuple[Change, ...]
    absent: tuple[str, ...]
    refused: tuple[Failure, ...]


def plan_sync(store: ArticleStore, folder: Path, read: ReadArticle = read_article) -> SyncPlan:
    """Compare a folder with the store; nothing is changed.

    The file of an article that was removed is refused: a removal is not undone by a file that
    somebody forgot.

    Raises:
        UnreadableArticle: there is no such folder, or no article in it could be read, which is
            more likely a disk that is not there than a wish to lose everything.
    """
    reading = read_folder(folder, read)
    if not reading.articles:
        first = f" ({reading.failures[0].reason})" if reading.failures else ""
        raise UnreadableArticle(
            f"No article could be read from {folder}{first}, so nothing is compared or removed; "
            "is it the right folder? See COOPQA_CORPUS_DIR."
        )
    removed = store.removed()
    back = [a.id for a in reading.articles if a.id in removed]
    kept = tuple(a for a in reading.articles if a.id not in removed)
    forgotten = (
        Failure(
            i,
            f"was removed on {removed[i][:10]}, but its file is still there; delete the file"
            ", or bring the article back with `coopqa corpus add`.",
        )
        for i in back
    )
    return plan_of(store, FolderReading(kept, (*reading.failures, *forgotten)))


def plan_of(store: ArticleStore, reading: FolderReading) -> SyncPlan:
    """Return what a folder that was read would make of the store; nothing is changed."""
    claimed = {claim for failure in reading.failures if (claim := _claimed(failure))}
    articles = tuple(a for a in reading.articles if a.id not in claimed)
    # Of two files with one id neither is taken: which of them is meant, only the keeper knows.
    disputed = (
        Failure(a.id, "left as it is: another file with this id was refused; rename one of them.")
        for a in reading.articles
        if a.id in claimed
    )
    present = claimed | {a.id for a in articles}
    return SyncPlan(
        articles=articles,
        changes=tuple(change_to(store, article) for article in articles),
        absent=tuple(a.id for a in store.articles() if a.id not in present),
        refused=(*reading.failures, *disputed),
    )


def apply_sync(store: ArticleStore, plan: SyncPlan, *, removes: bool = False) -> tuple[Change, ...]:
    """Take the plan's articles in, and out what is absent if `removes`; return what changed."""
    done = [put(store, article) for article in plan.articles]
    gone = [take_out(store, absent) for absent in plan.absent] if removes else []
    return tuple(change for change in (*done, *gone) if change.kind != "unchanged")


def _claimed(failure: Failure) -> str:
    """Return the id that a refused article file would have: it is unread, not missing."""
    path = Path(failure.path)
    try:
        loader_for(path)
        return article_id(path)
    except UnreadableArticle:
        return ""
