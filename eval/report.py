"""One HTML file that a keeper reads in a minute: the verdict, the numbers, what failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval import plots
from eval.bootstrap import Estimate
from eval.compare import LOWER_IS_BETTER, Comparison
from eval.failures import failures, shown_passages
from eval.golds import Golds
from eval.history import MEASURES, PastRun
from eval.look_at import LookAt, look_at
from eval.reason import words
from eval.run_folder import RunFolder
from eval.score import OVERALL, Asked, Scores
from eval.stale_text import stale_texts
from eval.verdict import Verdict

_FOLDER = Path(__file__).parent
_CARDS = ("right", "in_quote", "right_article", "answered", "refused", "success@5")
_MAIN = (
    *("right", "exact_match", "f1", "items_recall", "in_quote", "right_article", "must_include"),
    *("citation_precision", "success@1", "success@5", "rr", "ndcg@10", "answered", "refused"),
    *("refusal_auroc", "false_refusals_at_80", "risk_coverage_area", "calibration_error"),
    *("verbatim", "no_error"),
)
_BY_GROUP = ("right", "in_quote", "f1", "right_article", "success@5", "answered", "refused")


@dataclass(frozen=True)
class Report:
    """All that a report shows; what is None is left out.

    `newly` are questions that the scores leave out: text that is new answers them.
    """

    run: RunFolder
    scores: Scores
    verdict: Verdict | None = None
    golds: Golds | None = None
    newly: Sequence[Asked] = ()
    before: Scores | None = None
    comparison: Comparison | None = None
    baseline: Scores | None = None
    history: Sequence[PastRun] = ()
    known_items: bool = False

    @property
    def look_at(self) -> LookAt:
        """What a keeper should look at, whatever the verdict."""
        return look_at(self.golds, self.comparison, self.newly)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the main table; `trend` is 1 for better, -1 for worse, 0 for neither, or None."""

    measure: str
    now: Estimate
    before: float | None
    change: Estimate | None
    baseline: Estimate | None
    trend: int | None


def write_report(report: Report, path: Path, lang: str = "vi") -> Path:
    """Write the report, which needs no other file and no network, and return its path."""
    path.write_text(render_report(report, lang), "utf-8")
    return path


def render_report(report: Report, lang: str = "vi") -> str:
    """Return the report as HTML; every text that comes from articles or questions is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    known = words(lang)
    found = failures(report.scores.asked, report.run.evidence)
    return environment.get_template("report_template.html").render(
        w=known,
        lang=lang,
        report=report,
        settings=report.run.settings,
        scores=report.scores,
        verdict_word=report.verdict.word if report.verdict else "verdict_plain",
        rows=main_rows(report),
        cards=[row for row in main_rows(report) if row.measure in _CARDS],
        groups=[g for g in report.scores.groups if g != OVERALL],
        by_group=[m for m in _BY_GROUP if m in report.scores.measures],
        failures=found,
        look_at=report.look_at,
        newly=[(a.question, shown_passages(a.given)) for a in report.newly],
        stale=stale_texts(report.golds.stale) if report.golds else [],
        kinds=list(dict.fromkeys(f.kind for f in found)),
        plots=[(title, Markup(svg)) for title, svg in _plots(report, known)],
        number=_number,
    )


def main_rows(report: Report) -> list[Row]:
    """Return the main table."""
    rows: list[Row] = []
    for measure in _MAIN:
        now = report.scores.get(measure)
        if now is None:
            continue
        difference = report.comparison.get(measure) if report.comparison else None
        earlier = report.before.get(measure) if report.before else None
        change = difference.change if difference else None
        rows.append(
            Row(
                measure=measure,
                now=now,
                before=difference.before if difference else earlier.value if earlier else None,
                change=change,
                baseline=report.baseline.get(measure) if report.baseline else None,
                trend=_trend(measure, change),
            )
        )
    return rows


def _trend(measure: str, change: Estimate | None) -> int | None:
    if change is None:
        return None
    if not change.excludes_zero:
        return 0
    up = 1 if change.value > 0 else -1
    return -up if measure in LOWER_IS_BETTER else up


def _plots(report: Report, known: dict[str, str]) -> list[tuple[str, str]]:
    scores = report.scores
    settings = report.run.settings
    categories = {g: g.removeprefix("category ") for g in scores.groups if "category " in g}
    now = {name: e for g, name in categories.items() if (e := scores.get("right", g))}
    before = {
        name: e
        for g, name in categories.items()
        if report.before and (e := report.before.get("right", g))
    }
    plain = report.baseline.cases if report.baseline else ()
    times = [took.total for took in report.run.timings.values()]
    threshold = settings.answer_threshold
    drawn = [
        (known["plot_risk"], plots.risk_coverage_svg(scores.cases, threshold, known, plain)),
        (known["plot_calibration"], plots.calibration_svg(scores.cases, known)),
        (known["plot_category"], plots.category_svg(now, before, known)),
        (known["plot_latency"], plots.latency_svg(times, known)),
    ]
    if len(report.history) > 1:
        shown = plots.history_svg(report.history, MEASURES[:4], known)
        drawn.append((known["plot_history"], shown))
    return drawn


def _number(value: float | None, signed: bool = False) -> str:
    if value is None:
        return "–"
    return f"{value:+.3f}" if signed else f"{value:.3f}"
