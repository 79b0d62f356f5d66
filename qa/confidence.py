"""The calibrated chance that what would be shown is right, from a small fitted model.

A logistic regression over honest features, fitted by `coopqa eval fit` on labelled questions and
stored as plain JSON with the names of the models that it was fitted for.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from corpus.errors import ModelError
from index.build import context_of
from qa.answer_kind import Kind, kind_in
from qa.asking import asking_of
from qa.overlap import Concept, Overlap
from qa.question import Question
from qa.reader import Reading
from qa.writing import is_foreign

FITTED = Path(__file__).with_name("confidence.json")


@dataclass(frozen=True, slots=True)
class Features:
    """What the chance is computed from; each between about -2 and 2."""

    dense: float
    sentence: float
    margin: float
    sentence_coverage: float
    foreign_dense: float
    foreign_coverage: float
    unknown: float
    organisation_named: float
    organisation_wrong: float
    null_margin: float
    behind: float
    kind_known: float
    kind_found: float


@dataclass(frozen=True, slots=True)
class FittedConfidence:
    """Coefficients by feature, and the threshold below which an answer is refused.

    `fitted_for` names the embedding model and the reader; with others `is_fitted` is False and
    the threshold is raised.
    """

    intercept: float
    coefficients: Mapping[str, float]
    answer_threshold: float
    span_threshold: float
    fitted_for: str

    def chance(self, features: Features) -> float:
        """Return the chance, 0 to 1, that an answer with these features is right."""
        logit = self.intercept + sum(
            self.coefficients.get(name, 0.0) * value for name, value in asdict(features).items()
        )
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def load_fitted(path: Path = FITTED) -> FittedConfidence:
    """Read fitted coefficients; ModelError when the file is not what it should be."""
    try:
        fitted = FittedConfidence(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(
            f"{path} is not a fitted confidence ({error}); run `coopqa eval fit`."
        ) from error
    unknown = set(fitted.coefficients) - {f.name for f in fields(Features)}
    if unknown:
        raise ModelError(f"{path} has unknown features {sorted(unknown)}; run `coopqa eval fit`.")
    return fitted


def features_of(
    question: Question, readings: Sequence[Reading], overlap: Overlap
) -> list[Features]:
    """Return the features of all readings of a question, in their order."""
    concepts = overlap.concepts(question)
    unknown = overlap.unknown(concepts)
    return [_features(question, reading, readings, concepts, unknown) for reading in readings]


def _features(
    question: Question,
    reading: Reading,
    readings: Sequence[Reading],
    concepts: Sequence[Concept],
    unknown: float,
) -> Features:
    found, article = reading.passage, reading.passage.article
    context = context_of(article, found.passage)
    others = [r.passage.score for r in readings if r.passage is not found]
    foreign = is_foreign(question.writing)
    sentence = article.text[slice(*reading.sentence)]
    covering = found.passage.text if foreign else sentence
    coverage = Overlap.coverage(concepts, f"{context}\n{covering}")
    named = question.organisations
    right = any(article.id in o.article_ids for o in named)
    dense = (found.dense - 0.85) * 20
    best = max(r.null_margin or 0.0 for r in readings)
    kind = kind_in(asking_of(question.repaired), article.text[slice(*reading.span)])
    return Features(
        dense=dense * (not foreign),
        sentence=(max(found.sentences, default=0.8) - 0.85) * 20,
        margin=min(2.0, found.score - max(others, default=found.score)),
        sentence_coverage=coverage * (not foreign),
        foreign_dense=dense * foreign,
        foreign_coverage=coverage * foreign,
        unknown=unknown,
        organisation_named=float(bool(named)),
        organisation_wrong=float(bool(named) and not right),
        null_margin=max(-2.0, min(2.0, (reading.null_margin or 0.0) / 5)),
        behind=min(2.0, (best - (reading.null_margin or 0.0)) / 5),
        kind_known=float(kind is not Kind.ANY),
        kind_found=float(kind is Kind.FOUND),
    )
