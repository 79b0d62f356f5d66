"""A folder of files as articles: ids, sidecars, and what could not be read."""

import os
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from corpus.article import Article
from corpus.clean import clean
from corpus.errors import ArticleError, DuplicateArticle, UnreadableArticle
from corpus.furniture import page_date
from corpus.loaders import LoadedText, Metadata, decode, loader_for
from corpus.organisation import infer_organisation
from corpus.structure import Kind, outline, undoubled
from corpus.vietnamese import fold

ID_MAX_CHARS = 400
"""What the store's column holds."""
_TITLE_MAX_CHARS = 200
_NOTHING_STATED = Metadata()


ReadArticle = Callable[[Path, str], Article]
"""Reads a file as the article of an id; UnreadableArticle or OSError where that cannot be."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that is not in the corpus, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class FolderReading:
    """What a folder holds: the articles by id, and the files that were refused."""

    articles: tuple[Article, ...]
    failures: tuple[Failure, ...]


def read_folder(folder: Path, read: ReadArticle | None = None) -> FolderReading:
    """Read every article file below a folder; a refused file does not stop the others.

    `read` takes the place of `read_article`.
    """
    read = read or read_article
    articles: dict[str, tuple[Path, Article]] = {}
    failures: list[Failure] = []
    for path in _candidates(folder):
        # A name in another encoding holds what no JSON or terminal takes.
        name = os.fsencode(path.relative_to(folder)).decode("utf-8", "backslashreplace")
        try:
            _refuse_way_out(path, folder)
            _refuse_way_out(path.with_suffix(".toml"), folder)
            article = read(path, article_id(path.relative_to(folder)))
            if article.id in articles:
                other = articles[article.id][0].relative_to(folder)
                raise DuplicateArticle(
                    f"{name} and {other} both become the article {article.id!r}; rename one."
                )
            articles[article.id] = (path, article)
        except (ArticleError, OSError) as error:
            failures.append(Failure(name, str(error)))
    found = tuple(article for _, (_, article) in sorted(articles.items()))
    return FolderReading(found, tuple(failures))


def article_files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that mean to be articles, in order of name.

    Sidecars, hidden files, what Word and browsers put beside a file, and links that lead out of
    the folder or nowhere are left out.
    """
    for path in _candidates(folder):
        try:
            _refuse_way_out(path, folder)
        except UnreadableArticle:
            continue
        yield path


def _candidates(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise UnreadableArticle(f"There is no folder {folder}; set COOPQA_CORPUS_DIR to one.")
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if any(part.startswith((".", "~$")) for part in relative.parts):
            continue
        if path.suffix.lower() == ".toml" or _belongs_to_saved_page(folder, relative):
            continue
        if path.is_file() or path.is_symlink():
            yield path


def _belongs_to_saved_page(folder: Path, relative: Path) -> bool:
    """Tell whether a browser put a file into the folder beside a page that it saved."""
    saved = (folder / parent for parent in relative.parents if parent.name.endswith("_files"))
    return any(
        parent.with_name(parent.name.removesuffix("_files") + suffix).is_file()
        for parent in saved
        for suffix in (".html", ".htm")
    )


def _refuse_way_out(path: Path, folder: Path) -> None:
    """Raise UnreadableArticle for a link out of the folder, into nothing or to a folder."""
    try:
        target = path.resolve(strict=path.is_symlink())
    # A ring of links is a RuntimeError before Python 3.13.
    except (OSError, RuntimeError) as error:
        raise UnreadableArticle(
            f"{path.name}: is a link that leads nowhere; put the file itself here."
        ) from error
    if not target.is_relative_to(folder.resolve()) or target.is_dir():
        raise UnreadableArticle(
            f"{path.name}: is a link that leads out of the folder or to a folder; "
            "put the file itself here."
        )


def article_id(relative: Path) -> str:
    """Return the id of a file: folded, other characters as `-`, subfolders joined by `--`."""
    parts = (*relative.parts[:-1], relative.stem)
    slugs = [re.sub(r"[^a-z0-9]+", "-", fold(part)).strip("-") for part in parts]
    if not all(slugs):
        raise UnreadableArticle(f"{relative}: the name holds no letter or digit; rename the file.")
    if len(found := "--".join(slugs)) > ID_MAX_CHARS:
        raise UnreadableArticle(
            f"{relative.name}: the id that its name and folders make has {len(found)} characters, "
            f"more than {ID_MAX_CHARS}; give them shorter names."
        )
    return found


def read_article(path: Path, article_id: str, stated: Metadata = _NOTHING_STATED) -> Article:
    """Read one file with its sidecar, which `stated` goes before.

    UnreadableArticle says what is wrong.
    """
    loaded = loader_for(path).load(path)
    return make_article(article_id, loaded, stated.or_else(_sidecar(path)))


def make_article(article_id: str, loaded: LoadedText, stated: Metadata) -> Article:
    """Return the article: stated metadata first, then the format's, then what the text shows."""
    text = loaded.text
    if not any(character.isalpha() for character in text):
        raise UnreadableArticle(f"{article_id}: the text is empty or holds no letters.")
    known = stated.or_else(loaded.metadata)
    blocks = outline(text)
    first = next((b for b in blocks if b.kind is not Kind.FURNITURE), blocks[0])
    title = known.title or undoubled(text[first.body : first.end].strip(" *_#"))[:_TITLE_MAX_CHARS]
    furniture = "\n".join(text[b.start : b.end] for b in blocks if b.kind is Kind.FURNITURE)
    shown = page_date(furniture)
    only_of_file = loaded.date_is_of_file and not stated.date and known.date not in ("", shown)
    inferred = "" if known.organisation else infer_organisation(title, text, furniture)
    return Article(
        id=article_id,
        title=clean(title).replace("\n", " "),
        text=text,
        organisation=clean(known.organisation) or inferred,
        organisation_inferred=not known.organisation,
        source=known.source,
        date=known.date or shown,
        page_starts=loaded.page_starts,
        date_is_of_file=only_of_file,
    )


def _sidecar(path: Path) -> Metadata:
    sidecar = path.with_suffix(".toml")
    if not sidecar.is_file() or not sidecar.stat().st_size:
        return Metadata()
    try:
        values = tomllib.loads(decode(sidecar))
    except tomllib.TOMLDecodeError as error:
        raise UnreadableArticle(f"{sidecar.name}: not valid TOML ({error}).") from error
    known = {f.name for f in fields(Metadata)}
    if unknown := sorted(set(values) - known):
        raise UnreadableArticle(
            f"{sidecar.name}: unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}."
        )
    return Metadata(**{key: clean(str(value)).strip() for key, value in values.items()})
