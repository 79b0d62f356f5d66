"""Files and folders that a keeper names one by one, read like a corpus folder."""

from collections.abc import Sequence
from pathlib import Path

from corpus.article import Article
from corpus.errors import ArticleError, UnreadableArticle
from corpus.folder import Failure, FolderReading, ReadArticle, article_id, read_article, read_folder


def read_named(
    paths: Sequence[Path], given_id: str = "", read: ReadArticle = read_article
) -> FolderReading:
    """Read files, and the files of folders; what is refused does not stop the others.

    A file's id is `given_id` or comes from its name, without the folders that it is in; the files
    of a folder have ids as in the corpus folder. Two files with one id are both refused.
    """
    found: dict[str, list[tuple[str, Article]]] = {}
    failures: list[Failure] = []
    for path in paths:
        reading = _read_one(path, given_id, read)
        failures += reading.failures
        for article in reading.articles:
            found.setdefault(article.id, []).append((str(path), article))
    for name, several in found.items():
        if len(several) > 1:
            both = " and ".join(path for path, _ in several)
            reason = f"{both} both become the article {name!r}; rename one or add it with --id."
            failures.append(Failure(several[-1][0], reason))
    articles = (several[0][1] for _, several in sorted(found.items()) if len(several) == 1)
    return FolderReading(tuple(articles), tuple(failures))


def _read_one(path: Path, given_id: str, read: ReadArticle) -> FolderReading:
    try:
        if path.is_dir():
            reading = read_folder(path, read)
            if not (reading.articles or reading.failures):
                raise UnreadableArticle(f"{path}: the folder holds no article file.")
            return reading
        if not path.exists():
            raise UnreadableArticle(f"{path}: there is no such file or folder.")
        return FolderReading((read(path, given_id or article_id(Path(path.name))),), ())
    except (ArticleError, OSError) as error:
        return FolderReading((), (Failure(str(path), str(error)),))
