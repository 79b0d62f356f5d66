"""What the checks of a question set found, as values and as text."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.leaks import deciles


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was found; `faults` make a set unsound, everything else is for judgement.

    Overlaps are in rising order. `elsewhere_near` names the entries with an answer that stands
    at a second place of its article outside the evidence, `elsewhere_far` in another article.
    """

    path: Path
    faults: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    overlaps: tuple[float, ...]
    baseline: tuple[float, ...]
    elsewhere_near: tuple[str, ...]
    elsewhere_far: tuple[str, ...]

    @property
    def exit_status(self) -> int:
        """0 when the set is sound, else 1."""
        return 1 if self.faults else 0

    def lines(self) -> tuple[str, ...]:
        """Return the report as text for a terminal."""
        return (
            f"{self.path}: {len(self.faults)} faults",
            *(f"  fault: {fault}" for fault in self.faults),
            *(f"  {name}: {count}" for name, count in self.counts),
            *_overlap_lines("overlap of question and evidence", self.overlaps),
            *_overlap_lines("the same in the SQuAD file", self.baseline),
            _elsewhere_line("in the same article", self.elsewhere_near),
            _elsewhere_line("in other articles", self.elsewhere_far),
        )


def _overlap_lines(name: str, values: tuple[float, ...]) -> Iterator[str]:
    if values:
        marks = deciles(values)
        shown = " ".join(f"{v:.2f}" for v in marks)
        yield f"  {name}: median {marks[5]:.2f} of {len(values)}; least, deciles, greatest {shown}"


def _elsewhere_line(where: str, names: tuple[str, ...]) -> str:
    listed = f": {', '.join(names)}" if names else ""
    return f"  answers that occur elsewhere too, {where}: {len(names)}{listed}"
