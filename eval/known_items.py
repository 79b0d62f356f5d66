"""Questions for a corpus without golds: can a thing be found that is known to be there?

Known-item search (Azzopardi, de Rijke and Balog 2007): a heading, or the longest words of a
sentence, with the organisation's name, must find the passage that they were taken from. This says
that the index works; it does not say that answers are right.
"""

from collections.abc import Iterator, Sequence
from random import Random

from corpus.article import Article, Passage, Range
from corpus.split import split
from eval.question import Alternative, GoldItem, Question
from index.terms import syllables

_WORDS = 8
_LEAST_WORDS = 5


def known_item_questions(
    articles: Sequence[Article], count: int = 200, seed: int = 1
) -> tuple[Question, ...]:
    """Return up to `count` questions with their places as golds, spread over the articles."""
    random = Random(seed)
    made = [list(_questions(article)) for article in sorted(articles, key=lambda a: a.id)]
    for questions in made:
        random.shuffle(questions)
    # One of each article in turn, so that a long article does not crowd out the others.
    turns = max(map(len, made), default=0)
    spread = [questions[n] for n in range(turns) for questions in made if n < len(questions)]
    return tuple(spread[:count])


def _questions(article: Article) -> Iterator[Question]:
    headings: set[tuple[str, ...]] = set()
    for passage in split(article):
        if not passage.sentences:
            continue
        if passage.headings and passage.headings not in headings:
            headings.add(passage.headings)
            yield _question(article, passage, passage.headings[-1], passage.sentences[0], "heading")
        for number, (start, end) in enumerate(passage.sentences):
            words = list(dict.fromkeys(syllables(article.text[start:end])))
            telling = sorted(words, key=len, reverse=True)[:_WORDS]
            if len(telling) >= _LEAST_WORDS:
                asked = " ".join(w for w in words if w in telling)
                yield _question(article, passage, asked, (start, end), f"sentence-{number}")


def _question(article: Article, passage: Passage, asked: str, place: Range, kind: str) -> Question:
    text = article.text[slice(*place)]
    gold = GoldItem(article.id, article.version, (Alternative(*place, text),), place)
    return Question(
        id=f"{passage.id}:{kind}",
        question=f"{article.organisation or article.title} {asked}"[:300],
        lang="vi",
        category="other",
        traits=(),
        fact=passage.id,
        gold=(gold,),
        must_include=(),
    )
