"""The plots of the report as SVG text, drawn with matplotlib, the same bytes for the same data."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eval.bootstrap import Estimate
from eval.history import PastRun
from eval.refusal_measures import RefusalCase
from eval.risk_coverage import calibration_bins, risk_coverage

_ACCENT, _OTHER, _GREY, _WARN = "#0a6b5d", "#c7793a", "#8a9793", "#b3261e"
_SIZE = (5.2, 3.3)
_STYLE: dict[Any, Any] = {
    # Text stays text: the page's own fonts know every Vietnamese letter.
    "svg.fonttype": "none",
    "svg.hashsalt": "coop-qa",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _GREY,
    "axes.grid": True,
    "grid.color": "#e4ebe8",
    "axes.axisbelow": True,
    "legend.frameon": False,
}

Words = Mapping[str, str]


def risk_coverage_svg(
    cases: Sequence[RefusalCase], threshold: float, words: Words, plain: Sequence[RefusalCase] = ()
) -> str:
    """Draw the share of wrong answers over the share of questions answered."""
    figure, axes = _axes(words["plot_coverage"], words["plot_wrong"])
    for name, some, colour in (("coop-qa", cases, _ACCENT), (words["baseline"], plain, _OTHER)):
        points = risk_coverage(some)
        if points:
            axes.plot([p.coverage for p in points], [p.risk for p in points], color=colour,
                      label=name)  # fmt: skip
    now = [p for p in risk_coverage(cases) if p.threshold >= threshold]
    if now and threshold:
        axes.plot(now[-1].coverage, now[-1].risk, "o", color=_WARN, label=words["plot_now"])
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02))
    axes.legend(loc="upper left")
    return _svg(figure)


def calibration_svg(cases: Sequence[RefusalCase], words: Words) -> str:
    """Draw the share that is right over the confidence; dots grow with the number of questions."""
    figure, axes = _axes(words["plot_confidence"], words["plot_right"])
    axes.plot([0, 1], [0, 1], "--", color=_GREY, linewidth=1)
    bins = calibration_bins(cases)
    most = max((b.n for b in bins), default=1)
    axes.plot([b.confidence for b in bins], [b.right for b in bins], color=_ACCENT, linewidth=1)
    axes.scatter([b.confidence for b in bins], [b.right for b in bins],
                 s=[30 + 220 * b.n / most for b in bins], color=_ACCENT, alpha=0.75)  # fmt: skip
    for b in bins:
        axes.annotate(str(b.n), (b.confidence, b.right), xytext=(0, 11), ha="center",
                      textcoords="offset points", fontsize=8, color="#53615d")  # fmt: skip
    axes.set(xlim=(0, 1.02), ylim=(0, 1.08))
    return _svg(figure)


def category_svg(now: Mapping[str, Estimate], before: Mapping[str, Estimate], words: Words) -> str:
    """Draw a bar for each category with its interval, and a mark where it stood before."""
    figure, axes = _axes(words["plot_right"], "", height=0.9 + 0.32 * len(now))
    names = sorted(now, key=lambda name: now[name].value)
    rows = range(len(names))
    values = [now[name].value for name in names]
    reach = [[max(0.0, v - now[n].low) for n, v in zip(names, values, strict=True)],
             [max(0.0, now[n].high - v) for n, v in zip(names, values, strict=True)]]  # fmt: skip
    axes.barh(rows, values, xerr=reach, color=_ACCENT, alpha=0.85, height=0.62, ecolor=_GREY)
    known = [(row, before[name].value) for row, name in enumerate(names) if name in before]
    if known:
        axes.plot([v for _, v in known], [r for r, _ in known], "|", color=_WARN, markersize=13,
                  markeredgewidth=2, label=words["before"])  # fmt: skip
        axes.legend(loc="lower right")
    axes.set_yticks(rows, [f"{name} ({now[name].n})" for name in names])
    axes.set(xlim=(0, 1.02))
    axes.grid(axis="y", visible=False)
    return _svg(figure)


def latency_svg(times_ms: Sequence[float], words: Words) -> str:
    """Draw how many questions took how long."""
    figure, axes = _axes("ms", words["plot_questions"])
    ordered = sorted(times_ms)
    # A single slow start would flatten all the rest.
    most = ordered[int(0.99 * (len(ordered) - 1))] if ordered else 1.0
    axes.hist([min(t, most) for t in ordered], bins=30, color=_ACCENT, alpha=0.85)
    for share, style in ((50, "-"), (95, "--")):
        if ordered:
            at = ordered[(len(ordered) - 1) * share // 100]
            axes.axvline(at, color=_WARN, linestyle=style, label=f"p{share}: {at:.0f} ms")
    if ordered:
        axes.legend()
    return _svg(figure)


def history_svg(runs: Sequence[PastRun], measures: Sequence[str], words: Words) -> str:
    """Draw the main measures of the runs before this one and of this one."""
    figure, axes = _axes("", "")
    for measure, colour in zip(measures, (_ACCENT, _OTHER, "#3b6fb6", _GREY), strict=False):
        points = [(n, run.values[measure]) for n, run in enumerate(runs) if measure in run.values]
        axes.plot([n for n, _ in points], [v for _, v in points], "o-", color=colour,
                  label=words[measure], markersize=4)  # fmt: skip
    axes.set_xticks(range(len(runs)), [r.snapshot[4:13].replace("T", " ") for r in runs],
                    rotation=30, ha="right", fontsize=8)  # fmt: skip
    axes.set(ylim=(0, 1.04))
    axes.legend(fontsize=8)
    return _svg(figure)


def _axes(x: str, y: str, height: float = _SIZE[1]) -> tuple[Figure, Axes]:
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(_SIZE[0], height), layout="constrained")
        axes = figure.subplots()
    axes.set(xlabel=x, ylabel=y)
    return figure, axes


def _svg(figure: Figure) -> str:
    written = io.StringIO()
    with matplotlib.rc_context(_STYLE):
        figure.savefig(written, format="svg", metadata={"Date": None}, transparent=True)
    text = written.getvalue()
    return text[text.index("<svg") :]
