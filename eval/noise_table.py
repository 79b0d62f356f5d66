"""The measures of a set for every way of typing: ours beside the plain recipe."""

from collections.abc import Sequence
from pathlib import Path

from corpus.progress import Progress
from eval.noise import RULES, varied
from eval.question import Question
from eval.run import Answerer, run_set
from eval.run_folder import RunFolder
from eval.score import Scores, score_run

AS_TYPED = "as typed"
MEASURES = ("right_article", "in_quote", "f1", "answered", "refused")


def noise_scores(
    name: str,
    questions: Sequence[Question],
    answerer: Answerer,
    folder: Path,
    seed: int,
    progress: Progress,
) -> dict[str, Scores]:
    """Ask a set as typed and by every noise rule; return the scores by rule.

    The runs are kept below the folder until the next time.
    """
    scores: dict[str, Scores] = {}
    for rule in (AS_TYPED, *RULES):
        asked = questions if rule == AS_TYPED else varied(questions, rule, seed)
        target = folder / rule.replace(" ", "-")
        RunFolder(target).clear()
        run = run_set(
            asked,
            answerer,
            target,
            f"{name}, {rule}",
            lambda done, total, rule=rule: progress(rule, done, total),  # type: ignore[misc]
        )
        scores[rule] = score_run(run)
    return scores


def noise_lines(name: str, scores: dict[str, Scores]) -> tuple[str, ...]:
    """Return a Markdown table: rules down, measures across, with their intervals."""
    lines = [
        "| " + " | ".join([name, "n", *MEASURES]) + " |",
        "|---" * (len(MEASURES) + 2) + "|",
    ]
    for rule, found in scores.items():
        row = [found.get(measure) for measure in MEASURES]
        shown = [f"{e.value:.3f} [{e.low:.3f}, {e.high:.3f}]" if e else "" for e in row]
        lines.append("| " + " | ".join([rule, str(len(found.asked)), *shown]) + " |")
    return tuple(lines)
