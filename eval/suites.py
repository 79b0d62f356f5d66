"""The shipped question sets by name, each with the corpus that it asks about."""

from collections.abc import Sequence
from pathlib import Path

from corpus.article import Article
from corpus.errors import CoopQaError, QuestionSetError
from corpus.folder import read_folder
from eval.article_cards import read_article_cards
from eval.question import Question
from eval.question_set import read_questions
from eval.readings import Suite
from index.build import build_snapshot
from index.manifest import corpus_fingerprint
from index.pointer import SnapshotPointer
from index.snapshot import open_snapshot
from qa.assemble import Parts
from qa.live import Live, opened

DATASETS = Path(__file__).with_name("datasets")
COOPERATION = "cooperation"
DOMAIN = ("domain/train", "domain/dev", "domain/test")
NAMES = (COOPERATION, *DOMAIN)
FITTED_ON = ("domain/dev", COOPERATION)
"""The sets that the confidence is fitted on: the reader was trained on neither."""
_SHIPPED_ARTICLES = Path(__file__).parents[1] / "corpus" / "articles"


def open_suite(name: str, parts: Parts) -> Suite:
    """Return a shipped set over a snapshot of its own articles, built once in the data folder.

    Raises:
        QuestionSetError: there is no set of this name, or its lines are broken.
    """
    if name not in NAMES:
        raise QuestionSetError(f"There is no set {name!r}; there are {', '.join(NAMES)}.")
    folder = parts.settings.suites_dir / name.replace("/", "-")
    live = scratch_live(suite_articles(name), folder, parts)
    return Suite(name, live, read_questions(DATASETS / f"{name}.jsonl"))


def suite_articles(name: str) -> Sequence[Article]:
    """Return the articles that a shipped set asks about."""
    if name == COOPERATION:
        return read_folder(_SHIPPED_ARTICLES).articles
    split = name.removeprefix("domain/")
    cards = read_article_cards(DATASETS / "domain" / "articles.jsonl")
    wanted = {card.id for card in cards if card.split == split}
    articles = read_folder(DATASETS / "domain" / "articles").articles
    return tuple(a for a in articles if a.id in wanted)


def scratch_live(articles: Sequence[Article], folder: Path, parts: Parts) -> Live:
    """Return a snapshot of these articles, built in this folder unless it is there already."""
    pointer = SnapshotPointer(folder)
    try:
        live = opened(open_snapshot(pointer.path(pointer.current()), parts.embedder))
        if live.snapshot.manifest.corpus_fingerprint == corpus_fingerprint(articles):
            return live
    except CoopQaError:
        # None there yet, or of another model or format: it is built anew.
        pass
    built = build_snapshot(articles, folder, parts.embedder, parts.cache)
    pointer.point(built)
    return opened(open_snapshot(pointer.path(built), parts.embedder))


def known_golds(parts: Parts) -> tuple[Question, ...]:
    """Return the cooperation questions if the store has, or had, the articles that they are about.

    A corpus of other articles has no golds yet.
    """
    questions = read_questions(DATASETS / f"{COOPERATION}.jsonl")
    known = {a.id for a in parts.store.articles()} | set(parts.store.removed())
    about = {item.article_id for question in questions for item in question.gold}
    return questions if about & known else ()
