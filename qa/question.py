"""Reading a question: what was typed becomes what is searched."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.clean import clean, plain_spaces
from corpus.errors import InvalidQuestion
from corpus.vietnamese import fold
from index.query import FusionWeights, SearchQuery, WeightedTerms
from index.snapshot import Snapshot
from index.terms import one_spelling, pairs, syllables
from qa.organisations import Organisation, OrganisationDirectory
from qa.places import countries
from qa.repair import repair
from qa.writing import Writing, is_foreign, writing_of

MAX_QUESTION_CHARS = 2000
_MAX_WORDS = 160
"""A pasted page is searched by its first words; the model reads no more."""
_ALIAS_WEIGHT = 0.6
_ORGANISATION_BONUS = 1.5
"""In standard deviations of every list at once."""

# Chosen on the dev half of XQuAD (612 questions); docs/retrieval.md has the table.
_WEIGHTS = {
    Writing.MARKED: FusionWeights(passage=1.0, sentence=0.8, marked=0.8, folded=0.6),
    Writing.PARTIAL: FusionWeights(passage=0.6, sentence=0.5, marked=0.4, folded=1.0),
    Writing.UNMARKED: FusionWeights(passage=0.6, sentence=0.8, marked=0.3, folded=0.8),
    Writing.ENGLISH: FusionWeights(passage=1.0, sentence=1.0, marked=0.1, folded=0.05),
    Writing.FRENCH: FusionWeights(passage=1.0, sentence=1.0, marked=0.1, folded=0.05),
    Writing.OTHER: FusionWeights(passage=0.7, sentence=0.7, marked=0.3, folded=0.6),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question that stands alone, with everything that the search and the reader need.

    `text` is what is shown; `words` are its words as they were probably meant; `organisations`
    are those of the corpus that it names.
    """

    text: str
    writing: Writing
    words: tuple[str, ...]
    organisations: tuple[Organisation, ...]
    search: SearchQuery

    @property
    def repaired(self) -> str:
        """The question with its marks restored, for the models that read it."""
        return self.search.text


def checked(text: str) -> str:
    """Return a question cleaned and on one line.

    Raises:
        InvalidQuestion: it is empty, over-long, or holds what is not text.
    """
    if len(text) > MAX_QUESTION_CHARS:
        raise InvalidQuestion(
            f"The question has {len(text)} characters; at most {MAX_QUESTION_CHARS} are read."
        )
    if re.search("[\x00\ud800-\udfff]", text):
        raise InvalidQuestion("The question holds NUL or lone surrogates, which are not text.")
    tidy = re.sub(r"\s+", " ", plain_spaces(clean(text))).strip()
    if not tidy:
        raise InvalidQuestion("The question is empty; type what you want to know.")
    return tidy


def read_question(text: str, snapshot: Snapshot, directory: OrganisationDirectory) -> Question:
    """Read a checked question that stands alone."""
    writing = writing_of(text)
    return understood(text, writing, repair(text, writing, snapshot.syllables), directory)


def understood(
    text: str, writing: Writing, words: Sequence[str], directory: OrganisationDirectory
) -> Question:
    """Return a question by the words that were probably meant."""
    words = tuple(words[:_MAX_WORDS])
    organisations = directory.named_in([*words, "", *syllables(text)])
    foreign = is_foreign(writing)
    weights = _WEIGHTS[writing]
    query = SearchQuery(
        text=text if foreign or writing is Writing.MARKED else " ".join(words),
        marked=_terms(words, foreign=foreign, marked=True),
        folded=_terms(words, foreign=foreign, marked=False),
        weights=weights,
        article_bonus={
            article_id: _ORGANISATION_BONUS * weights.total / len(organisations)
            for organisation in organisations
            for article_id in organisation.article_ids
        },
    )
    return Question(text, writing, words, organisations, query)


def _terms(words: Sequence[str], *, foreign: bool, marked: bool) -> WeightedTerms:
    """Return syllables and pairs, with the other names of the countries that are named."""
    spelt = [one_spelling(word) for word in words]
    if not marked:
        spelt = [fold(word) for word in spelt]
    weighted = [(term, 1.0) for term in (*spelt, *pairs(spelt))]
    for names in countries(list(words), marked=marked or not foreign).values():
        for name in names:
            parts = name.split() if marked else fold(name).split()
            more = parts if len(parts) == 1 else pairs(parts)
            weighted += [(term, _ALIAS_WEIGHT) for term in more]
    return tuple(weighted)
