"""Which of the corpus's organisations a question names: in full, in part, by initials, unmarked."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.article import Article
from corpus.vietnamese import fold
from index.terms import one_spelling, syllables

_KIND_WORDS = frozenset(
    """
    benh vien truong dai hoc cao dang trung tam so y te hoc cuc phong kham
    """.split()
)
_GENERIC_WORDS = _KIND_WORDS | frozenset(
    """
    da khoa trung uong quoc te tinh thanh pho huyen quan khu vuc huu nghi cua va
    """.split()
)
_SHORT_KINDS = {"benh vien": "bv", "vien": "v", "truong dai hoc": "dh", "so y te": "syt"}
_MIN_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation of the corpus and the articles that are about it."""

    name: str
    article_ids: frozenset[str]


class OrganisationDirectory:
    """The organisations of one snapshot with everything that people may call them.

    A run of syllables of a name is an alias as far as it tells this organisation from the others:
    its weight falls with the share of other organisations' articles that contain it.
    """

    def __init__(self, articles: Iterable[Article]) -> None:
        by_key: dict[str, list[Article]] = defaultdict(list)
        for article in articles:
            if article.organisation:
                by_key[_key(article.organisation)].append(article)
        self.organisations = tuple(
            Organisation(
                max((a.organisation for a in group), key=len), frozenset(a.id for a in group)
            )
            for _, group in sorted(by_key.items())
        )
        self._aliases = self._weigh({a.id: _text_key(a.text) for g in by_key.values() for a in g})

    def named_in(self, words: Sequence[str]) -> tuple[Organisation, ...]:
        """Return the organisations that best fit the words of a question; none when none is named.

        Several are returned only where the question fits them equally well.
        """
        text = f" {' '.join(fold(one_spelling(word)) for word in words)} "
        best: dict[Organisation, float] = {}
        for alias, weights in self._aliases.items():
            if f" {alias} " in text:
                for organisation, weight in weights.items():
                    best[organisation] = max(best.get(organisation, 0.0), weight)
        top = max(best.values(), default=0.0)
        return tuple(o for o in self.organisations if best.get(o, -1.0) >= top - 1e-6)

    def _weigh(self, texts: Mapping[str, str]) -> dict[str, dict[Organisation, float]]:
        owners: dict[str, set[Organisation]] = defaultdict(set)
        for organisation in self.organisations:
            for alias in _aliases(organisation.name):
                owners[alias].add(organisation)
        weighed: dict[str, dict[Organisation, float]] = {}
        for alias, group in owners.items():
            own = frozenset[str]().union(*(o.article_ids for o in group))
            others = [t for i, t in texts.items() if i not in own]
            strange = sum(f" {alias} " in t for t in others) / max(1, len(others))
            shared = len(group) / len(self.organisations)
            length = 1 + 0.25 * alias.count(" ")
            specific = -math.log(max(strange, 0.002)) / -math.log(0.002)
            weight = length * specific * (1 - shared if len(self.organisations) > 1 else 1.0)
            if specific * length >= _MIN_WEIGHT and (weight > 0 or len(self.organisations) == 1):
                weighed[alias] = dict.fromkeys(group, weight)
        return weighed


def _aliases(name: str) -> set[str]:
    """Return runs of two syllables or more with something of its own in them, and numbers."""
    words = _key(name).split()
    runs = {
        tuple(words[i:j])
        for i in range(len(words))
        for j in range(i + 2, min(i + 8, len(words)) + 1)
    }
    own = {" ".join(run) for run in runs if any(w not in _GENERIC_WORDS for w in run)}
    numbers = {word for word in words if word.isdigit() and len(word) > 1}
    acronyms = {fold(w) for w in re.findall(r"\b[A-ZĐƯ]{2,}\b", name)}
    return (
        {a for a in own if not _KIND_WORDS.issuperset(a.split())}
        | numbers
        | acronyms
        | _initials(name)
    )


def _initials(name: str) -> set[str]:
    """Return the abbreviations that people make of a name: `bvtmh`, `tmhtw`, `bvsl`."""
    words = _key(name).split()
    kind = next(
        (k for k in sorted(_SHORT_KINDS, key=len, reverse=True) if _key(name).startswith(k)), ""
    )
    short_kind = _SHORT_KINDS.get(kind, "")
    rest = words[len(kind.split()) :]
    own = [w for w in rest if w not in _GENERIC_WORDS] or rest
    forms = set[str]()
    for part in (rest, own, own[-2:]):
        letters = "".join(w if w.isdigit() else w[0] for w in part)
        spelt = {letters, letters.replace("tu", "tw")}
        forms |= {short_kind + s for s in spelt} | {s for s in spelt if len(s) >= 4}
    return {form for form in forms if len(form) >= 3}


def _key(name: str) -> str:
    return " ".join(fold(one_spelling(word)) for word in syllables(name))


def _text_key(text: str) -> str:
    return f" {_key(text)} "
