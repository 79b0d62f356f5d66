"""Which of the corpus's organisations a question names: in full, in part, by initials, unmarked."""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.article import Article
from corpus.vietnamese import fold
from index.terms import folded, syllables

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
_BESIDE_WEIGHT = 1.1
"""What a question names beside the best fit must be told by more than one syllable."""
_ALIAS_MAX_WORDS = 8
_RARE_SHARE = 0.002
"""What fewer articles than this share hold is as telling as what none holds."""
_FEW_ARTICLES = math.ceil(_RARE_SHARE**-_MIN_WEIGHT)
"""Of fewer other articles than these a single one could take the weight of a one-word name."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation of the corpus and the articles that are about it."""

    name: str
    article_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Mention:
    """Words of a question, by their places, that an organisation is called by."""

    organisation: Organisation
    weight: float
    words: range


class OrganisationDirectory:
    """The organisations of one snapshot with everything that people may call them.

    A run of syllables of a name is an alias as far as it tells this organisation from the others:
    its weight falls with the share of other organisations' articles that contain it. Where there
    are few of these, silent ones are added to them: pseudo-counts, as in the m-estimate of a
    probability (Cestnik 1990), that fade out as the corpus grows.
    """

    def __init__(self, articles: Iterable[Article]) -> None:
        by_key: dict[str, list[Article]] = defaultdict(list)
        for article in articles:
            if article.organisation:
                by_key[_key(article.organisation).removeprefix("truong ")].append(article)
        self.organisations = tuple(
            Organisation(
                max((a.organisation for a in group), key=len), frozenset(a.id for a in group)
            )
            for _, group in sorted(by_key.items())
        )
        self._names = {i: o.name for o in self.organisations for i in o.article_ids}
        self._aliases = self._weigh({a.id: _key(a.text) for g in by_key.values() for a in g})
        self._firsts = {alias.partition(" ")[0] for alias in self._aliases}

    def named_in(self, words: Sequence[str]) -> tuple[Organisation, ...]:
        """Return the organisations that best fit the words of a question; none when none is named.

        Several are returned where the question fits them equally well, or names them one beside
        the other.
        """
        mentions = self._mentions([folded(word) for word in words])
        named = set[Organisation]()
        taken = set[int]()
        floor = 0.0
        while mentions:
            top = max(m.weight for m in mentions)
            if top < floor:
                break
            best = {m.organisation for m in mentions if m.weight >= top - 1e-6}
            named |= best
            taken |= {i for m in mentions if m.organisation in best for i in m.words}
            mentions = [m for m in mentions if taken.isdisjoint(m.words)]
            floor = _BESIDE_WEIGHT * self._telling
        return tuple(o for o in self.organisations if o in named)

    def name_of(self, article_id: str) -> str:
        """Return the name of the organisation that an article is about; "" when it has none."""
        return self._names.get(article_id, "")

    @property
    def _telling(self) -> float:
        """The weight of a syllable that only one organisation has in its name."""
        count = len(self.organisations)
        return 1 - 1 / count if count > 1 else 1.0

    def _mentions(self, words: Sequence[str]) -> list[_Mention]:
        found: list[_Mention] = []
        for start, word in enumerate(words):
            if word not in self._firsts:
                continue
            for end in range(start + 1, min(start + _ALIAS_MAX_WORDS, len(words)) + 1):
                weights = self._aliases.get(" ".join(words[start:end]), {})
                found += (_Mention(o, w, range(start, end)) for o, w in weights.items())
        return found

    def _weigh(self, texts: Mapping[str, str]) -> dict[str, dict[Organisation, float]]:
        owners: dict[str, set[Organisation]] = defaultdict(set)
        for organisation in self.organisations:
            for alias in _aliases(organisation.name):
                owners[alias].add(organisation)
        holders = _holders(owners, texts)
        weighed: dict[str, dict[Organisation, float]] = {}
        for alias, group in owners.items():
            own = frozenset[str]().union(*(o.article_ids for o in group))
            strange = len(holders[alias] - own) / max(_FEW_ARTICLES, len(texts) - len(own))
            shared = len(group) / len(self.organisations)
            length = 1 + 0.25 * alias.count(" ")
            specific = math.log(max(strange, _RARE_SHARE)) / math.log(_RARE_SHARE)
            weight = length * specific * (1 - shared if len(self.organisations) > 1 else 1.0)
            if specific * length >= _MIN_WEIGHT and (weight > 0 or len(self.organisations) == 1):
                weighed[alias] = dict.fromkeys(group, weight)
        return weighed


def _holders(aliases: Collection[str], texts: Mapping[str, str]) -> dict[str, set[str]]:
    """Return by alias the articles whose text holds it; each text is gone through once."""
    holders: dict[str, set[str]] = {alias: set() for alias in aliases}
    firsts = {alias.partition(" ")[0] for alias in aliases}
    for article_id, text in texts.items():
        words = text.split()
        for start, word in enumerate(words):
            if word not in firsts:
                continue
            for end in range(start + 1, min(start + _ALIAS_MAX_WORDS, len(words)) + 1):
                run = " ".join(words[start:end])
                if run in holders and not _in_longer_number(words, start, end):
                    holders[run].add(article_id)
    return holders


def _in_longer_number(words: Sequence[str], start: int, end: int) -> bool:
    """Tell whether groups of digits go on before or after a run: a telephone number, a date."""
    before = words[max(0, start - 1) : start + 1]
    after = words[end - 1 : end + 1]
    return any(len(pair) > 1 and all(w.isdigit() for w in pair) for pair in (before, after))


def _aliases(name: str) -> set[str]:
    """Return runs of two syllables or more with something of its own in them, and numbers."""
    words = _key(name).split()
    runs = {
        tuple(words[i:j])
        for i in range(len(words))
        for j in range(i + 2, min(i + _ALIAS_MAX_WORDS, len(words)) + 1)
    }
    own = {" ".join(run) for run in runs if any(w not in _GENERIC_WORDS for w in run)}
    numbers = {word for word in words if word.isdigit() and len(word) > 1}
    numbers |= {f"{kind} {number}" for number in numbers for kind in ("benh vien", "vien")}
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
    return " ".join(map(folded, syllables(name)))
