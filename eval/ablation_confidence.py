"""What the features of the confidence earn: fitted with all of them, and without each group."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

from corpus.progress import Progress
from eval.fit import fit_confidence, subsets
from eval.readings import LabelledQuestion
from eval.refusal_measures import RefusalCase, compare_auroc, measure_refusal
from eval.squad_cell import SquadCell
from qa.confidence import Features

_NAMES = tuple(f.name for f in fields(Features))
_KINDS = {
    "passage vectors": ("dense", "foreign_dense"),
    "sentence vectors": ("sentence",),
    "words in the passage": ("foreign_coverage",),
    "words in the sentence": ("sentence_coverage",),
    "lead over other passages": ("margin",),
    "words of no passage": ("unknown",),
    "organisation": ("organisation_named", "organisation_wrong"),
    "reader": ("null_margin", "behind"),
    "kind of answer": ("kind_known", "kind_found"),
}
_TABLE = "confidence, what a group of features adds"


def feature_groups() -> dict[str, tuple[str, ...]]:
    """Return the groups; a feature of none of them is a group of its own."""
    known = {name for names in _KINDS.values() for name in names}
    groups = {
        kind: tuple(name for name in names if name in _NAMES) for kind, names in _KINDS.items()
    }
    groups |= {name: (name,) for name in _NAMES if name not in known}
    return {kind: names for kind, names in groups.items() if names}


def ablate_confidence(
    labelled: Sequence[LabelledQuestion], progress: Progress
) -> Iterator[SquadCell]:
    """Yield the area under the curve with all features, and what each group adds to it.

    Cross-validated by article as in `eval/fit.py`; the questions are all, the answerable with the
    near misses, and the answerable with the same ones without their article.
    """
    everything = _subsets(labelled, fit_confidence(labelled, "").cases)
    for name, cases in everything.items():
        area = measure_refusal(cases)["refusal_auroc"]
        yield SquadCell(_TABLE, "(all features)", name, "AUROC", area)
    groups = feature_groups()
    for number, (kind, names) in enumerate(groups.items(), start=1):
        less = [_without(question, names) for question in labelled]
        for name, cases in _subsets(less, fit_confidence(less, "").cases).items():
            gain = compare_auroc(cases, everything[name])
            yield SquadCell(_TABLE, kind, name, "AUROC", gain)
        progress("confidence: fit without", number, len(groups))


def _without(question: LabelledQuestion, names: Sequence[str]) -> LabelledQuestion:
    """Return a question whose readings show nothing by these features."""
    nothing = dict.fromkeys(names, 0.0)
    readings = tuple(
        replace(reading, features=replace(reading.features, **nothing))
        for reading in question.readings
    )
    return replace(question, readings=readings)


def _subsets(
    labelled: Sequence[LabelledQuestion], cases: Sequence[RefusalCase]
) -> dict[str, list[RefusalCase]]:
    """Return the subsets of a fit that hold both kinds of question."""
    found = subsets(labelled, cases)
    return {name: s for name, s in found.items() if not all(case.answerable for case in s)}
