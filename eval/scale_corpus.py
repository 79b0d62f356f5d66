"""A large corpus made of the domain articles: each copy with other names and numbers.

It is for timing only. What is asked is found in many alike articles of many organisations, which
is harder on the indexes than different ones would be.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from corpus.article import Article

_WORD = re.compile(r"[^\W\d_]{2,}")
_NUMBER = re.compile(r"\d+")


def many_articles(articles: Sequence[Article], copies: int, seed: int = 1) -> Iterator[Article]:
    """Yield every article `copies` times, the first time as it is.

    In each further copy every capitalised syllable has become another one of the corpus, the same
    one everywhere, so that organisations and people have new names; digits are drawn anew.
    """
    words = {word for article in articles for word in _WORD.findall(article.text)}
    names = sorted(word for word in words if word[0].isupper())
    yield from articles
    for copy in range(1, copies):
        random = Random(f"{seed} {copy}")
        others = dict(zip(names, random.sample(names, len(names)), strict=True))
        for article in articles:
            yield replace(
                article,
                id=f"{article.id}-{copy}",
                title=_changed(article.title, others, random),
                organisation=_renamed(article.organisation, others),
                text=_changed(article.text, others, random),
                page_starts=(),
            )


def _changed(text: str, others: dict[str, str], random: Random) -> str:
    named = _WORD.sub(lambda m: others.get(m.group(), m.group()), text)
    return _NUMBER.sub(lambda m: _drawn(m.group(), random), named)


def _renamed(organisation: str, others: dict[str, str]) -> str:
    """Return a name of the same kind: its first two words tell a hospital from a school."""
    kind, own = organisation.split()[:2], organisation.split()[2:]
    return " ".join([*kind, *(others.get(word, word) for word in own)])


def _drawn(number: str, random: Random) -> str:
    return str(random.randrange(10 ** (len(number) - 1), 10 ** len(number)))
