"""What was decided about a snapshot, and why."""

from dataclasses import dataclass
from pathlib import Path

from eval.look_at import LookAt
from eval.reason import Reason
from eval.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Force:
    """Who publishes in spite of the reasons against it, and why."""

    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The reasons against publication, the likeliest cause first; `first` has no run before it."""

    reasons: tuple[Reason, ...]
    first: bool
    force: Force | None = None

    @property
    def publishes(self) -> bool:
        """Whether the snapshot is shown to users."""
        return not self.reasons or self.force is not None

    @property
    def word(self) -> str:
        """The key of the verdict's words in `report_words.toml`."""
        if self.reasons:
            return "verdict_forced" if self.force else "verdict_no"
        return "verdict_ok_first" if self.first else "verdict_ok"


@dataclass(frozen=True, slots=True)
class PublishOutcome:
    """What came of it: `snapshot` is the new one ("" if none was built), `live` the one shown.

    Where nothing had changed the only reason has the code `unchanged`. `receipts` are of the
    removals that were finished on the way. `look_at` is for the keeper to look at, whatever was
    decided.
    """

    published: bool
    snapshot: str
    live: str
    reasons: tuple[Reason, ...]
    report: Path | None
    forced: bool = False
    receipts: tuple[Receipt, ...] = ()
    look_at: LookAt = LookAt()

    @property
    def unchanged(self) -> bool:
        """Whether there was nothing to publish: what is live is what would have been built."""
        return [reason.code for reason in self.reasons] == ["unchanged"]


def not_built(why: Reason, live: str) -> PublishOutcome:
    """Return what came of an attempt for which no snapshot was built."""
    return PublishOutcome(False, "", live, (why,), None)
