"""Who showed which snapshot, when and why: one line for each publication and each change back."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from eval.verdict import Force, PublishOutcome
from index.durable import append_line


def log_publication(
    data_dir: Path, outcome: PublishOutcome, force: Force | None, who: str = "", why: str = ""
) -> None:
    """Record an attempt to publish."""
    entry = {
        "action": "publish",
        "at": _now(),
        "who": force.who if force else who,
        "why": force.why if force else why,
        "snapshot": outcome.snapshot,
        "published": outcome.published,
        "forced": outcome.forced,
        "force": asdict(force) if force else None,
        "reasons": [
            {"code": r.code, "text": r.text("en"), "text_vi": r.text("vi")} for r in outcome.reasons
        ],
        "removed": [receipt.article_id for receipt in outcome.receipts],
    }
    _append(data_dir, entry)


def log_pointing(data_dir: Path, action: str, snapshot_id: str, who: str, why: str) -> None:
    """Record that a kept snapshot was made live: `point` or `rollback`."""
    entry = {
        "action": action,
        "at": _now(),
        "who": who,
        "why": why,
        "snapshot": snapshot_id,
        "published": True,
        "forced": False,
        "force": None,
        "reasons": [],
        "removed": [],
    }
    _append(data_dir, entry)


def _append(data_dir: Path, entry: dict[str, object]) -> None:
    path = data_dir / "evaluation" / "publish_log.jsonl"
    append_line(path, json.dumps(entry, ensure_ascii=False))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
