"""The report as a few lines for a terminal, and as JUnit XML for a CI."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from eval.compare import Comparison
from eval.reason import words
from eval.report import Report, main_rows
from eval.score import Scores

_TREND = {1: "better", -1: "worse", 0: "", None: ""}


def report_lines(report: Report, lang: str = "en") -> tuple[str, ...]:
    """Return the verdict, its reasons and the main table."""
    known = words(lang)
    verdict = report.verdict
    lines = [known[verdict.word if verdict else "verdict_plain"]]
    lines += (f"  - {reason.text(lang)}" for reason in (verdict.reasons if verdict else ()))
    if report.known_items:
        lines.append(known["known_items_note"])
    if golds := report.golds:
        parts = ("live", "stale", "retired", "lost")
        counts = (f"{len(getattr(golds, p))} {known['golds_' + p]}" for p in parts)
        lines.append(f"{known['golds']}: {', '.join(counts)}")
    width = max((len(known[row.measure]) for row in main_rows(report)), default=0)
    for row in main_rows(report):
        text = f"{known[row.measure]:{width}}  {row.now.value:6.3f}  "
        text += f"[{row.now.low:.3f}, {row.now.high:.3f}]  n {row.now.n}"
        if row.change is not None:
            text += f"  {row.change.value:+.3f} [{row.change.low:+.3f}, {row.change.high:+.3f}]"
        if row.baseline is not None:
            text += f"  {known['baseline'].lower()} {row.baseline.value:.3f}"
        lines.append(f"{text}  {_TREND[row.trend]}".rstrip())
    lines += (
        f"{known[stage.stage]}: p50 {stage.p50:.1f} ms, p95 {stage.p95:.1f} ms"
        for stage in report.scores.latencies
    )
    return tuple(lines)


def comparison_lines(comparison: Comparison) -> tuple[str, ...]:
    """Return what differs between two runs, then each question with both answers."""
    moved = tuple(map(len, (comparison.added, comparison.dropped, comparison.changed)))
    lines = [f"{comparison.compared} questions compared"]
    lines.append("the set gained {}, lost {}, changed {}".format(*moved))
    for d in comparison.differences:
        mark = " *" if d.change.excludes_zero else ""
        change = f"{d.change.value:+.3f} [{d.change.low:+.3f}, {d.change.high:+.3f}]"
        moved_by = f"{d.before:.3f} -> {d.after:.3f}  {change}"
        lines.append(f"{d.measure:20} {moved_by} n {d.change.n}{mark}")
    for title, pairs in (("worse", comparison.worse), ("better", comparison.better)):
        for p in pairs:
            lines.append(f"{title}: {p.question.id} {p.question.question}")
            lines += (f"    {name}: {a.given.text or a.given.status}"
                      for name, a in (("before", p.before), ("after", p.after)))  # fmt: skip
    return tuple(lines)


def junit_xml(report: Report) -> str:
    """Return a test suite: one case for each reason of the gate, and one for each question.

    A question that was not answered rightly is `skipped` with what went wrong: single questions
    do not fail a build, reasons do.
    """
    reasons = report.verdict.reasons if report.verdict else ()
    suite = ET.Element(
        "testsuite",
        name="coopqa evaluation",
        tests=str(len(report.scores.asked) + max(1, len(reasons))),
        failures=str(len(reasons)),
        errors="0",
    )
    for reason in reasons:
        case = ET.SubElement(suite, "testcase", classname="gate", name=reason.code)
        ET.SubElement(case, "failure", message=_plain(reason.text("en")))
    if not reasons:
        ET.SubElement(suite, "testcase", classname="gate", name="gate")
    _add_questions(suite, report.scores)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suite, encoding="unicode")


def _add_questions(suite: ET.Element, scores: Scores) -> None:
    for asked in scores.asked:
        name = _plain(f"{asked.question.id} {asked.question.question}")
        case = ET.SubElement(suite, "testcase", classname=asked.question.category, name=name)
        if not asked.measures["right"]:
            expected = _or_refusal([item.text for item in asked.question.gold])
            message = f"expected {expected}; given {asked.given.text or asked.given.status}"
            ET.SubElement(case, "skipped", message=_plain(message))


def _or_refusal(texts: Sequence[str]) -> str:
    return " | ".join(texts) or "a refusal"


def _plain(text: str) -> str:
    """Return a text without the characters that XML 1.0 cannot hold."""
    return "".join(c for c in text if c >= " " or c in "\n\t")
