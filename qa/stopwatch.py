"""How long the steps of an answer take."""

import time
from dataclasses import dataclass, field

from qa.answer import Timing


@dataclass(slots=True)
class Stopwatch:
    """Marks the time between steps."""

    begin: float = field(default_factory=time.perf_counter)
    marks: list[float] = field(default_factory=list)

    def mark(self) -> None:
        """End a step."""
        self.marks.append(time.perf_counter())

    def timing(self) -> Timing:
        """Return the time to find, to read, and in all."""
        times = [self.begin, *self.marks, time.perf_counter()]
        steps = [(b - a) * 1000 for a, b in zip(times, times[1:], strict=False)]
        read = steps[1] if len(steps) > 2 else 0.0
        return Timing(round(steps[0], 2), round(read, 2), round(sum(steps), 2))
