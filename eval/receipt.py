"""The proof that a removal is done: what was looked for, and that nothing of it is left."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from index.durable import replace_file
from qa.settings import Settings

_NAME_CHARS = 100


@dataclass(frozen=True, slots=True)
class Receipt:
    """When an article was removed and purged, and how many traces of each kind are left: none."""

    article_id: str
    removed_at: str
    purged_at: str
    left: Mapping[str, int]


def write_receipt(folder: Path, receipt: Receipt) -> Path:
    """Keep a receipt; a later one of the same article takes its place."""
    folder.mkdir(parents=True, exist_ok=True)
    path = _path(folder, receipt.article_id)
    replace_file(path, json.dumps(asdict(receipt), ensure_ascii=False, indent=1) + "\n")
    return path


def read_receipt(folder: Path, article_id: str) -> Receipt | None:
    """Return the last receipt of an article, None where there is none that can be read."""
    try:
        return Receipt(**json.loads(_path(folder, article_id).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def is_final(folder: Path, article_id: str, removed_at: str) -> bool:
    """Tell whether there is a receipt for this very removal of an article."""
    receipt = read_receipt(folder, article_id)
    return receipt is not None and receipt.removed_at == removed_at


def receipts_dir(settings: Settings) -> Path:
    """Return the folder in which receipts are kept."""
    return settings.evaluation_dir / "receipts"


def _path(folder: Path, article_id: str) -> Path:
    # An id may be longer than a file's name.
    if len(article_id) > _NAME_CHARS or "/" in article_id:
        digest = hashlib.sha256(article_id.encode()).hexdigest()[:16]
        article_id = f"{article_id[:_NAME_CHARS].replace('/', '-')}-{digest}"
    return folder / f"{article_id}.json"
