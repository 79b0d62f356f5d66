"""Who showed which snapshot, when and why: one line for each publication and each change back.

An attempt that came to nothing has its line too, with the reasons.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from eval.verdict import Force, PublishOutcome
from index.durable import append_line
from qa.settings import Settings


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: `publish`, `point` or `rollback`, at a time in UTC."""

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
    entry = Entry(
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
    _append(settings, Entry(action, _now(), who, why, snapshot_id))


def read_log(settings: Settings) -> Iterator[Entry]:
    """Yield what was recorded, the newest first."""
    path = _path(settings)
    lines = path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
    for line in reversed(lines):
        try:
            yield Entry(**json.loads(line))
        except (ValueError, TypeError):
            # A line that was cut off by a crash is passed over.
            continue


def _append(settings: Settings, entry: Entry) -> None:
    path = _path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    append_line(path, json.dumps(asdict(entry), ensure_ascii=False))


def _path(settings: Settings) -> Path:
    return settings.evaluation_dir / "publish_log.jsonl"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
