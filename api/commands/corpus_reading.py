"""Files are read with progress, and compared with the store."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from api.commands.terminal import progress
from corpus.article import Article
from corpus.folder import ReadArticle, article_files, read_article
from corpus.loaded_text import Metadata
from corpus.named_files import read_named
from corpus.progress import Progress
from corpus.store import ArticleStore
from corpus.sync import SyncPlan, plan_of, plan_sync


def plan_folder(store: ArticleStore, folder: Path) -> SyncPlan:
    """Return what a corpus folder would make of the store; UnreadableArticle when it is empty."""
    with progress() as report:
        return plan_sync(store, folder, _counted(read_article, [folder], report))


def plan_named(
    store: ArticleStore,
    paths: Sequence[Path],
    article_id: str = "",
    stated: Metadata | None = None,
) -> SyncPlan:
    """Return what files and folders would make of the store; `absent` means nothing here."""
    read = partial(read_article, stated=stated) if stated else read_article
    with progress() as report:
        reading = read_named(paths, article_id, _counted(read, paths, report))
    return plan_of(store, reading)


def _count(paths: Sequence[Path]) -> int:
    return sum(sum(1 for _ in article_files(p)) if p.is_dir() else 1 for p in paths)


def _counted(read: ReadArticle, paths: Sequence[Path], report: Progress) -> ReadArticle:
    done, total = 0, _count(paths)

    def counted(path: Path, article_id: str) -> Article:
        nonlocal done
        done += 1
        report("read", min(done, total), total)
        return read(path, article_id)

    return counted
