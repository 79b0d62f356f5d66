"""The keeper's routes for snapshots: publish, follow a publication, see what is kept, go back."""

from dataclasses import asdict
from itertools import islice
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from starlette.exceptions import HTTPException

from api.access import AdminOnly
from api.admin import live_articles_of
from api.admin_schemas import (
    JobOut,
    JobProblem,
    PointedOut,
    PublicationOut,
    PublishIn,
    ReasonOut,
    ReceiptOut,
    SnapshotOut,
    SnapshotsOut,
)
from api.answers import TheParts
from api.problem_responses import problems
from api.publication_job import Job, PublicationJobs
from api.requests import IsText
from corpus.errors import (
    ArticleGone,
    IndexMismatch,
    NotFound,
    SnapshotDamaged,
    SnapshotMissing,
)
from eval.point import point_to
from eval.publication_log import read_log
from eval.run_folder import RunFolder
from eval.verdict import Force
from index.kept import kept_snapshots
from index.pending import pending
from qa.assemble import Parts

router = APIRouter(tags=["keeper"], dependencies=[AdminOnly])

Id = Annotated[str, Path(max_length=100), IsText]
_LAST_PUBLICATIONS = 20


@router.post("/v1/snapshots", status_code=202, responses=problems(400, 401, 409, 413, 422))
async def publish(
    request: Request, response: Response, parts: TheParts, asked: PublishIn | None = None
) -> JobOut:
    """Begin to build, verify, evaluate and, if the gate passes, show what is in the store."""
    jobs: PublicationJobs = request.app.state.publications
    force = Force(asked.force.who, asked.force.why) if asked and asked.force else None
    job = jobs.start(force, _who(request))
    response.headers["Location"] = f"{_public(parts)}/v1/snapshots/jobs/{job.id}"
    return job_out(job, parts)


@router.get("/v1/snapshots/jobs/{job_id}", responses=problems(401, 404, 422))
async def job(job_id: Id, request: Request, parts: TheParts) -> JobOut:
    """Show how far a publication is, and what became of it."""
    jobs: PublicationJobs = request.app.state.publications
    found = jobs.find(job_id)
    if found is None:
        raise NotFound(
            f"There is no job {job_id!r}; jobs end with the server, GET /v1/snapshots shows the "
            "record of publications."
        )
    return job_out(found, parts)


@router.get("/v1/snapshots", responses=problems(401))
def snapshots(request: Request, parts: TheParts) -> SnapshotsOut:
    """List the kept snapshots and the last publications, the newest first."""
    jobs: PublicationJobs = request.app.state.publications
    latest = jobs.latest()
    kept = reversed(kept_snapshots(parts.pointer))
    return SnapshotsOut(
        live=parts.pointer.live(),
        snapshots=[SnapshotOut(**asdict(k), report=report_url(parts, k.id)) for k in kept],
        publications=[
            PublicationOut(**asdict(entry), report=report_url(parts, entry.snapshot))
            for entry in islice(read_log(parts.settings), _LAST_PUBLICATIONS)
        ],
        job=job_out(latest, parts) if latest else None,
    )


@router.post("/v1/snapshots/{snapshot_id}/point", responses=problems(401, 404, 409, 422))
def point(snapshot_id: Id, request: Request, parts: TheParts) -> PointedOut:
    """Show users a kept snapshot again; never one that would bring back a removed article."""
    try:
        point_to(parts, snapshot_id, who=_who(request))
    except SnapshotMissing as error:
        # There is a live one; only the one that was named is not there.
        raise NotFound(str(error)) from error
    except (ArticleGone, SnapshotDamaged, IndexMismatch) as error:
        raise HTTPException(409, str(error)) from error
    return PointedOut(live=snapshot_id, pending=len(pending(parts.store, live_articles_of(parts))))


def report_path(parts: Parts, snapshot_id: str) -> FilePath:
    """Return where the evaluation report of a snapshot lies, if there is one."""
    return RunFolder(parts.settings.publication_runs_dir / snapshot_id).report


def report_url(parts: Parts, snapshot_id: str) -> str:
    """Return the address of a snapshot's evaluation report, or "" if there is none."""
    known = snapshot_id and report_path(parts, snapshot_id).is_file()
    return f"{_public(parts)}/admin/reports/{snapshot_id}" if known else ""


def job_out(job: Job, parts: Parts) -> JobOut:
    """Return a job as it is shown."""
    found = job.outcome
    snapshot_id = str(found.get("snapshot", ""))
    report = report_url(parts, snapshot_id)
    reasons = [ReasonOut.model_validate(r) for r in found.get("reasons", ())]
    detail = " ".join(r.text for r in reasons)
    return JobOut(
        **{n: getattr(job, n) for n in ("id", "state", "step", "done", "all", "started_at",
                                        "finished_at", "by", "message")},
        snapshot=snapshot_id,
        forced=bool(found.get("forced")),
        reasons=reasons,
        report=report,
        receipts=[ReceiptOut.model_validate(r) for r in found.get("receipts", ())],
        problem=JobProblem(detail=detail, report=report) if job.state == "refused" else None,
    )  # fmt: skip


def _who(request: Request) -> str:
    return f"admin key from {request.client.host if request.client else 'unknown'}"


def _public(parts: Parts) -> str:
    return parts.settings.public_url.rstrip("/")
