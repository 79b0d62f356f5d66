"""How much of what a question is about stands in a text, weighed by how telling each word is."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.vietnamese import fold
from index.bm25_index import Bm25Index, Field
from index.terms import folded, folded_terms, one_spelling, syllables
from qa.places import countries
from qa.question import Question

_FUNCTION_WORDS = frozenset(
    map(
        one_spelling,
        """
    bao nhiêu mấy ai gì nào đâu khi lúc là có không phải thế như ra sao vì tại cho hỏi em mình
    tôi bạn biết xin ở và của được đã những các với về trong từ đến thì còn con này nay do đó kia
    vậy à ạ hả kể tên liệt giúp mọi mỗi một cái chỗ sự việc bị bởi sẽ đang cũng nhưng hay hoặc mà
    nếu rằng theo trên dưới làm gồm anh chị bên ấy họ nhé nhỉ rồi chưa muốn cần nói nơi đây đấy
    đi lại nữa chúng ta để
    the of and to in is are was were what which who whom whose how many much when where why did
    does do with for from by at has have had any there tell me list its their be been an it they
    this that on as or le la les des du de et est sont quel quelle quels quelles qui que quoi
    combien quand ou pourquoi comment avec pour par dans sur au aux un une ont ete il elle ce
    cette se en y t l d qu s c
    """.split(),
    )
)
"""Words that say nothing of what a question is about, with their marks."""
_FOLDED_FUNCTION_WORDS = frozenset(map(fold, _FUNCTION_WORDS))
_ALIAS_COUNTS = 0.9


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that a question is about: the folded words that may stand for it, and a weight."""

    forms: frozenset[str]
    weight: float


class Overlap:
    """Idf-weighted coverage of a question's content words, over one snapshot's passages."""

    def __init__(self, keywords: Bm25Index) -> None:
        self._keywords = keywords
        self._count = len(keywords)

    def concepts(self, question: Question) -> list[Concept]:
        """Return what the question is about, its question words left out.

        A country is one concept under all its names.
        """
        words = [folded(w) for w in (*question.words,)]
        places = countries(list(question.words), marked=question.writing.value == "marked")
        found: list[Concept] = []
        covered = {part for form in places for part in fold(form).split()}
        for names in places.values():
            forms = frozenset(fold(name).replace(" ", "_") for name in names)
            weight = min((self.idf(form) for form in forms), default=0.0)
            found.append(Concept(forms, weight * _ALIAS_COUNTS))
        for word in dict.fromkeys(words):
            if word not in _FOLDED_FUNCTION_WORDS and word not in covered:
                found.append(Concept(frozenset({word}), self.idf(word)))
        return found

    def idf(self, term: str) -> float:
        """Return the inverse document frequency of a folded term."""
        frequency = self._keywords.document_frequency(Field.FOLDED, term)
        return math.log(1 + (self._count - frequency + 0.5) / (frequency + 0.5))

    def unknown(self, concepts: Iterable[Concept]) -> float:
        """Return the share of the question's weight that no passage has at all."""
        known = {
            c: any(self._keywords.document_frequency(Field.FOLDED, f) for f in c.forms)
            for c in concepts
        }
        total = sum(c.weight for c in known)
        return sum(c.weight for c, k in known.items() if not k) / total if total else 0.0

    @staticmethod
    def coverage(concepts: Sequence[Concept], text: str) -> float:
        """Return the share of the concepts' weight whose words stand in a text (0 to 1)."""
        total = sum(c.weight for c in concepts)
        if not total:
            return 0.0
        terms = term_set(text)
        return sum(c.weight for c in concepts if not c.forms.isdisjoint(terms)) / total


def is_function_word(word: str, *, marked: bool) -> bool:
    """Tell whether a word of a question is none of its content; `marked`: "vé" is not "về"."""
    return word in (_FUNCTION_WORDS if marked else _FOLDED_FUNCTION_WORDS)


def term_set(text: str) -> frozenset[str]:
    """Return the folded syllables, pairs and triples of a text."""
    words = [folded(w) for w in syllables(text)]
    triples = {"_".join(t) for t in zip(words, words[1:], words[2:], strict=False)}
    return frozenset(folded_terms(text)) | triples
