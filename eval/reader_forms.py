"""What shipping costs: the network in float32 beside its int8 form, on the same questions."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from corpus.progress import Progress as Report
from eval.bootstrap import Estimate, paired_difference
from qa.reader_input import ReaderInput
from qa.training.evaluation import (
    GoldQuestion,
    Scorer,
    SpanMeasures,
    SpanScores,
    mean_scores,
    score_span,
)


@dataclass(frozen=True, slots=True)
class FormFigures:
    """The measures of both forms on one dev set, and what F1 changes, in points."""

    trained: SpanMeasures
    shipped: SpanMeasures
    f1_change: Estimate

    def line(self) -> str:
        """Return the figures for a terminal."""
        forms = (
            f"{name} EM {m.exact:.1f} F1 {m.f1:.1f}" + (f" AUROC {m.auroc:.3f}" if m.auroc else "")
            for name, m in (("float32", self.trained), ("shipped", self.shipped))
        )
        change = self.f1_change
        interval = f"{change.value:+.2f} [{change.low:+.2f}, {change.high:+.2f}]"
        return f"{', '.join(forms)}, F1 {interval}, {self.shipped.questions} questions"

    def as_dict(self) -> dict[str, object]:
        """Return the figures for a manifest."""
        return asdict(self)


def compare_forms(
    dev: Mapping[str, Sequence[GoldQuestion]],
    layout: ReaderInput,
    trained: Scorer,
    shipped: Scorer,
    report: Report,
) -> dict[str, FormFigures]:
    """Let both forms answer every dev question."""
    total, done = sum(map(len, dev.values())), 0
    figures: dict[str, FormFigures] = {}
    for name, questions in dev.items():
        pairs: list[tuple[SpanScores, SpanScores]] = []
        for asked in questions:
            pairs.append((score_span(asked, layout, trained), score_span(asked, layout, shipped)))
            done += 1
            report("compare", done, total)
        figures[name] = _figures(questions, pairs)
    return figures


def _figures(
    questions: Sequence[GoldQuestion], pairs: Sequence[tuple[SpanScores, SpanScores]]
) -> FormFigures:
    before, after = ([pair[form] for pair in pairs] for form in (0, 1))
    asked = [n for n, scores in enumerate(before) if scores.answerable]
    change = paired_difference(
        [100 * before[n].f1 for n in asked],
        [100 * after[n].f1 for n in asked],
        [questions[n].paragraph for n in asked],
    )
    return FormFigures(mean_scores(before), mean_scores(after), change)
