"""A removed article is removed from runs and reports too: they hold its words."""

import shutil
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from corpus.errors import QuestionSetError
from eval.given import Given
from eval.run_folder import RunFolder
from eval.score import Scores

_BLANK = "…"


def forget_runs(runs: Path, removed: Collection[str]) -> list[str]:
    """Delete every run, with its report, over articles that were removed; return their names.

    The numbers of the runs stay in the history.
    """
    gone = runs_with(runs, removed)
    for folder in gone:
        shutil.rmtree(folder)
    return [folder.name for folder in gone]


def runs_with(runs: Path, articles: Collection[str]) -> list[Path]:
    """Return the folders of the runs that were made over one of these articles.

    What cannot be read cannot be shown to be free of them.
    """
    return [
        folder
        for folder in sorted(p for p in runs.glob("*") if p.is_dir())
        if not _known(folder, articles).isdisjoint(articles)
    ]


def _known(folder: Path, articles: Collection[str]) -> set[str]:
    try:
        return {article.id for article in RunFolder(folder).settings.articles}
    except QuestionSetError:
        return set(articles)


def without_articles(scores: Scores, removed: Collection[str]) -> Scores:
    """Return the scores with every text of the removed articles blanked in the answers."""
    asked = tuple(replace(a, given=_blanked(a.given, removed)) for a in scores.asked)
    return replace(scores, asked=asked)


def _blanked(given: Given, removed: Collection[str]) -> Given:
    return replace(
        given,
        spans=tuple(replace(s, text=_BLANK) if s.article_id in removed else s for s in given.spans),
        withheld=(),
        citations=tuple(
            replace(c, quote=_BLANK, heading="") if c.article_id in removed else c
            for c in given.citations
        ),
        suggestions=(),
    )
