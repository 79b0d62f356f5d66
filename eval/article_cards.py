"""What the maker of a set states of each of its articles, one JSON object a line."""

import json
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import QuestionSetError
from eval.json_decode import decode


@dataclass(frozen=True, slots=True)
class ArticleCard:
    """The split, the true organisation, and the lines of the text that are page furniture."""

    id: str
    split: str
    organisation: str
    furniture: tuple[str, ...]


def read_article_cards(path: Path) -> tuple[ArticleCard, ...]:
    """Read the cards; QuestionSetError names the first broken line."""
    cards: list[ArticleCard] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            cards.append(decode(ArticleCard, json.loads(line)))
        except ValueError as error:
            raise QuestionSetError(f"{path}:{number}: {error}; mend the line.") from error
    return tuple(cards)
