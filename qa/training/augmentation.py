"""Changes to questions: as staff type them, and near misses."""

import random
import re
import unicodedata
from dataclasses import replace

from qa.training.examples import Example

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_NUMBER = re.compile(r"\d+")
_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")


def as_typed(example: Example, chance: random.Random) -> Example:
    """Type the question without diacritics, without tone marks, or in lower case."""
    how = chance.random()
    if how < 0.6:
        question = without_marks(example.question).lower()
    elif how < 0.8:
        question = without_tones(example.question)
    else:
        question = example.question.lower().rstrip("?")
    return replace(example, question=question)


def without_marks(text: str) -> str:
    """Remove every diacritic; đ becomes d."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).replace("đ", "d").replace("Đ", "D")


def without_tones(text: str) -> str:
    """Remove the five tone marks only: "bệnh viện" becomes "bênh viên"."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if c not in _TONES)
    return unicodedata.normalize("NFC", bare)


def with_other_context(example: Example, other: Example) -> Example | None:
    """Ask over another context; None where that one holds an answer."""
    known = {example.context[start:end].lower() for start, end in example.answers}
    if any(text in other.context.lower() for text in known):
        return None
    return replace(example, heading=other.heading, context=other.context, answers=())


def with_other_element(example: Example, names: list[str], chance: random.Random) -> Example | None:
    """Change one number or name of the question that the context holds; None where it has none.

    The right context, but not the fact that is asked: the case that word overlap cannot see.
    """
    numbers = [m[0] for m in _NUMBER.finditer(example.question) if m[0] in example.context]
    known = [name for name in _names(example.question) if name in example.context]
    if numbers:
        element = chance.choice(numbers)
        other = str(abs(int(element) + chance.choice((-7, -4, -3, -2, -1, 1, 2, 3, 5, 8))))
    elif known and names:
        element, other = chance.choice(known), chance.choice(names)
    else:
        return None
    if other in example.context:
        return None
    return replace(example, question=example.question.replace(element, other, 1), answers=())


def names_in(examples: list[Example]) -> list[str]:
    """Return the names that the questions mention."""
    return sorted({name for example in examples for name in _names(example.question)})


def _names(question: str) -> list[str]:
    """Return the runs of two or more capitalised words that do not open the question."""
    names, run = [], list[str]()
    for words in _WORDS.finditer(question):
        first = 1 if words.start() == 0 else 0
        for word in [*words[0].split(" ")[first:], ""]:
            if word[:1].isupper():
                run.append(word)
            else:
                names += [" ".join(run)] if len(run) > 1 else []
                run = []
    return names
