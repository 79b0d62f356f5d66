"""Who showed which snapshot, when and why: one line for each publication and each change back."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from eval.verdict import Force, PublishOutcome
from index.durable import append_line
from qa.settings import Settings


@dataclass(frozen=True, slots=True)
class _Entry:
    action: str
    at: str
    who: str
    why: str
    snapshot: str
    published: bool = True
    forced: bool = False
    force: Force | None = None
    reasons: tuple[dict[str, str], ...] = ()
    removed: tuple[str, ...] = ()


def log_publication(
    settings: Settings, outcome: PublishOutcome, force: Force | None, who: str = "", why: str = ""
) -> None:
    """Record an attempt to publish."""
    by = force or Force(who, why)
    entry = _Entry(
        "publish",
        _now(),
        by.who,
        by.why,
        outcome.snapshot,
        published=outcome.published,
        forced=outcome.forced,
        force=force,
        reasons=tuple(reason.as_dict() for reason in outcome.reasons),
        removed=tuple(receipt.article_id for receipt in outcome.receipts),
    )
    _append(settings, entry)


def log_pointing(settings: Settings, action: str, snapshot_id: str, who: str, why: str) -> None:
    """Record that a kept snapshot was made live: `point` or `rollback`."""
    _append(settings, _Entry(action, _now(), who, why, snapshot_id))


def log_path(settings: Settings) -> Path:
    """Return the file of the log, JSON lines."""
    return settings.evaluation_dir / "publish_log.jsonl"


def _append(settings: Settings, entry: _Entry) -> None:
    append_line(log_path(settings), json.dumps(asdict(entry), ensure_ascii=False))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
