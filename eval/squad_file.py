"""SQuAD 1.1 and 2.0 files (Rajpurkar et al. 2016, 2018) as articles and questions.

Each context becomes an article of its own; SQuAD counts its offsets in code points, as we do, but
in the text before cleaning.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.article import Article, Range
from corpus.clean import clean
from corpus.errors import QuestionSetError
from corpus.sentences import split_sentences
from eval.question import Alternative, GoldItem, Near, Question

_NEAR = Near("missing_detail", "The file marks it as impossible to answer.")


@dataclass(frozen=True, slots=True)
class SquadFile:
    """What a file holds: the articles `NAME-1`, `NAME-2`, ... and the questions over them."""

    articles: tuple[Article, ...]
    questions: tuple[Question, ...]

    def titles(self, questions: Iterable[Question]) -> list[str]:
        """Return for each answerable question the title that it is about."""
        titles = {article.id: article.title for article in self.articles}
        return [titles[q.gold[0].article_id] for q in questions]


def read_squad(path: Path, lang: str = "vi") -> SquadFile:
    """Read a SQuAD file; QuestionSetError names what does not fit, and nothing is passed over.

    The format knows no categories: every question is of the category `other`.
    """
    articles: list[Article] = []
    questions: list[Question] = []
    try:
        groups = json.loads(path.read_text(encoding="utf-8"))["data"]
        for group in groups:
            for paragraph in group["paragraphs"]:
                name = f"{path.stem}-{len(articles) + 1}"
                article = Article(name, group.get("title", name), clean(paragraph["context"]))
                articles.append(article)
                questions += (
                    _question(article, paragraph["context"], entry, lang)
                    for entry in paragraph["qas"]
                )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise QuestionSetError(
            f"{path} is not a sound SQuAD file ({type(error).__name__}: {error})."
        ) from error
    return SquadFile(tuple(articles), tuple(questions))


def _question(article: Article, context: str, entry: dict[str, Any], lang: str) -> Question:
    identity = str(entry["id"])
    answers = [] if entry.get("is_impossible") else entry["answers"]
    found = [_alternative(article, context, answer, identity) for answer in answers]
    # Annotators often agree: the same range is one alternative.
    alternatives = tuple(dict.fromkeys(found))
    item: tuple[GoldItem, ...] = ()
    if alternatives:
        first = alternatives[0]
        evidence = sentences_around(article.text, (first.start, first.end))
        item = (GoldItem(article.id, article.version, alternatives, evidence),)
    return Question(
        id=identity,
        question=clean(entry["question"]).strip(),
        lang=lang,
        category="other",
        traits=() if item else ("near_miss",),
        fact=identity,
        gold=item,
        must_include=(),
        near=None if item else _NEAR,
    )


def _alternative(
    article: Article, context: str, answer: dict[str, Any], identity: str
) -> Alternative:
    text = clean(answer["text"])
    start = len(clean(context[: answer["answer_start"]]))
    end = start + len(text)
    if article.text[start:end] != text:
        raise ValueError(f"question {identity}: {text!r} does not stand at {start}")
    return Alternative(start, end, text)


def sentences_around(text: str, place: Range) -> Range:
    """Return the range of the whole sentences of a text, line by line, that a place touches."""
    start, end = place
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    for a, b in split_sentences(text, line_start, len(text) if line_end < 0 else line_end):
        if a < place[1] and place[0] < b:
            start, end = min(start, a), max(end, b)
    return start, end
