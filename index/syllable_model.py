"""How the corpus spells: its syllables and pairs, to put diacritics back where they are missing.

Restoring marks is a first-order Viterbi search: each typed word may be any of several spellings,
weighed by how often two syllables follow each other in the corpus. Names of the corpus are
thereby restored as the corpus writes them. How people ask ("bao nhiêu", "ở đâu") stands in no
article, so the counts of a list of question phrases are added.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.vietnamese import fold, fold_tones
from index.terms import one_spelling, syllables

_QUESTION_PHRASES = Path(__file__).with_name("question_phrases.txt")
_BACKOFF = 0.4
_PAIR_WEIGHT = 8.0
_START = ""


@dataclass(frozen=True, slots=True)
class Spelling:
    """What a typed word may stand for, and how unlikely that reading is (a log cost)."""

    text: str
    cost: float = 0.0


class SyllableModel:
    """Counts of syllables and of neighbours in the corpus."""

    def __init__(self, single: Counter[str], pair: Counter[tuple[str, str]]) -> None:
        self._single = single
        self._pair = pair
        self._total = max(1, single.total())
        self._spellings: dict[str, list[str]] = defaultdict(list)
        for word in sorted(single, key=lambda w: (-single[w], w)):
            self._spellings[fold(word)].append(word)

    @classmethod
    def learn(cls, texts: Iterable[str]) -> "SyllableModel":
        """Count the syllables of these texts and of the question phrases."""
        single, pair = Counter[str](), Counter[tuple[str, str]]()
        phrases = _QUESTION_PHRASES.read_text("utf-8").splitlines()
        for text in (*texts, *phrases):
            words = [one_spelling(word) for word in syllables(text)]
            single.update(words)
            pair.update(zip([_START, *words], words, strict=False))
        return cls(single, pair)

    @classmethod
    def load(cls, path: Path) -> "SyllableModel":
        """Read a model; it is plain JSON."""
        values = json.loads(path.read_text("utf-8"))
        pair = Counter({(a, b): n for a, b, n in values["pairs"]})
        return cls(Counter(values["singles"]), pair)

    def save(self, path: Path) -> None:
        """Write the model as plain JSON."""
        pairs = [[a, b, n] for (a, b), n in sorted(self._pair.items())]
        values = {"singles": dict(sorted(self._single.items())), "pairs": pairs}
        path.write_text(json.dumps(values, ensure_ascii=False) + "\n", "utf-8")

    def frequency(self, word: str) -> int:
        """Return how often the corpus has this syllable."""
        return self._single[one_spelling(word)]

    def likeliest(self, columns: Sequence[Sequence[Spelling]]) -> list[str]:
        """Return one spelling from each column: the likeliest path by the corpus's pairs.

        Every column must offer at least one spelling.
        """
        scores: dict[str, float] = {_START: 0.0}
        back: list[dict[str, str]] = []
        for column in columns:
            best: dict[str, str] = {}
            reached: dict[str, float] = {}
            for spelling in column:
                before = max(scores, key=lambda b: scores[b] + self._score(b, spelling.text))
                total = scores[before] + self._score(before, spelling.text) - spelling.cost
                if total > reached.get(spelling.text, -math.inf):
                    best[spelling.text], reached[spelling.text] = before, total
            back.append(best)
            scores = reached
        path: list[str] = []
        word = max(scores, key=lambda w: scores[w])
        for best in reversed(back):
            path.append(word)
            word = best[word]
        return path[::-1]

    def agreeing(self, word: str) -> list[str]:
        """Return the corpus's spellings that have at least the marks of this word.

        `đuong` may become `đường`, never `dương`; a word without marks agrees with all that fold
        to it.
        """
        spelt = one_spelling(word)
        return [s for s in self._spellings.get(fold(spelt), ()) if _agrees(spelt, s)]

    def _score(self, before: str, word: str) -> float:
        # A spelling of several syllables ("bệnh viện" for "bv") is scored by its borders.
        before, word = before.rpartition(" ")[2], word.partition(" ")[0]
        single = (self._single[word] + _BACKOFF) / self._total
        pair = self._pair[before, word]
        context = self._single[before] if before else self._total / 20
        return math.log((pair * _PAIR_WEIGHT + single) / (context + _PAIR_WEIGHT))


def _agrees(typed: str, spelling: str) -> bool:
    """Tell whether a spelling has every mark that was typed."""
    return len(typed) == len(spelling) and all(
        t == s or t == fold(t) or fold_tones(s) == t for t, s in zip(typed, spelling, strict=True)
    )
