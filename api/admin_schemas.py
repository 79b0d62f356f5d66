"""What enters and leaves the keeper's routes; unknown fields are errors."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from api.requests import IsText, Strict

_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def _one_line(value: str) -> str:
    if _CONTROL.search(value):
        raise PydanticCustomError("one_line", "must be one line without control characters")
    return value.strip()


def _is_date(value: str) -> str:
    if not value:
        return value
    try:
        if not _DATE.fullmatch(value):
            raise ValueError
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError:
        raise PydanticCustomError("date", "is no date; write 2026-11-23, 2026-11 or 2026") from None
    return value


def _line(max_chars: int) -> AfterValidator:
    def check(value: str) -> str:
        if len(value) > max_chars:
            raise PydanticCustomError("too_long", f"must have at most {max_chars} characters")
        return _one_line(value)

    return AfterValidator(check)


class Stated(Strict):
    """What the keeper says of an article; it goes before what the file says of itself."""

    title: Annotated[str, IsText, _line(300)] = ""
    organisation: Annotated[str, IsText, _line(300)] = ""
    source: Annotated[str, IsText, _line(2000)] = ""
    date: Annotated[str, IsText, AfterValidator(_is_date)] = ""


class UploadQuery(Stated):
    """What may stand in the address of an upload."""

    dry_run: Annotated[
        bool, Field(description="Only say what would change; nothing is stored.")
    ] = False


class ForceIn(Strict):
    """Who publishes in spite of the gate, and why; both are recorded."""

    who: Annotated[str, Field(min_length=1, max_length=200), IsText, AfterValidator(_one_line)]
    why: Annotated[str, Field(min_length=1, max_length=2000), IsText]


class PublishIn(Strict):
    """How to publish; an empty object publishes if the gate passes."""

    force: ForceIn | None = None


class ChangeOut(BaseModel):
    """One article that the next publication changes for users; lengths are in code points."""

    article_id: str
    kind: Literal["added", "changed", "unchanged", "removed"]
    title: str
    old_title: str
    version: str
    old_version: str
    length_chars: int
    old_length_chars: int
    parts: list[str]


class PendingOut(BaseModel):
    """What is stored and not shown yet; `live` is "" before the first publication."""

    live: str
    changes: list[ChangeOut]


class UnderstoodOut(BaseModel):
    """What was made of the file: its metadata, and how its text begins."""

    title: str
    organisation: str
    organisation_inferred: bool
    source: str
    date: str
    length_chars: int
    opening: str


class DuplicateOut(BaseModel):
    """Another article that says nearly the same; `similarity` is 0 to 1."""

    article_id: str
    title: str
    similarity: float
    same_text: bool


class UploadOut(BaseModel):
    """What an upload changed, or would change."""

    stored: bool
    change: ChangeOut
    article: UnderstoodOut
    duplicates: list[DuplicateOut]
    pending: Annotated[int, Field(description="How many changes wait for publication.")]


class RemovalOut(BaseModel):
    """A removal that is final once it is published."""

    change: ChangeOut
    pending: int


class ReasonOut(BaseModel):
    """Why a snapshot was not published: a code for programs and a sentence for people."""

    code: str
    text: str
    text_vi: str = ""


class ReceiptOut(BaseModel):
    """Proof that nothing is left of a removed article: of each kind of trace, how many remain."""

    article_id: str
    removed_at: str = ""
    purged_at: str = ""
    left: dict[str, int] = {}


class JobProblem(BaseModel):
    """What a refused publication would have been answered with."""

    type: str = "about:blank"
    title: str = "Conflict"
    status: int = 409
    detail: str
    report: str


class JobOut(BaseModel):
    """A publication that this server was asked for; `done` of `all` counts within the step."""

    id: str
    state: Literal["queued", "running", "published", "unchanged", "refused", "failed"]
    step: str
    done: int
    all: int
    started_at: str
    finished_at: str
    by: str
    snapshot: str
    forced: bool
    reasons: list[ReasonOut]
    report: str
    receipts: list[ReceiptOut]
    message: str
    problem: JobProblem | None


class SnapshotOut(BaseModel):
    """A kept snapshot; `damage` says why it cannot be shown, or is ""."""

    id: str
    live: bool
    built_at: str
    articles: int
    passages: int
    embedding_model: str
    damage: str
    report: str


class PublicationOut(BaseModel):
    """A line of the record: a publication, or that a kept snapshot was shown again."""

    action: Literal["publish", "point", "rollback"] = "publish"
    at: str
    snapshot: str
    published: bool
    forced: bool
    who: str = ""
    why: str = ""
    reasons: list[ReasonOut]
    removed: list[str] = []
    report: str


class SnapshotsOut(BaseModel):
    """The kept snapshots and the last publications, the newest first, and the latest job."""

    live: str
    snapshots: list[SnapshotOut]
    publications: list[PublicationOut]
    job: JobOut | None


class PointedOut(BaseModel):
    """The snapshot that is live now, and how much the store differs from it."""

    live: str
    pending: int
