"""Is the process up, is a snapshot loaded, and how is it doing."""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from api.answers import TheParts
from api.metrics import exposition
from api.problem_responses import problems

router = APIRouter(tags=["operation"])


@router.get("/healthz")
async def health() -> dict[str, str]:
    """Say that the process is up."""
    return {"status": "up"}


@router.get("/readyz", responses=problems(503))
def ready(parts: TheParts) -> dict[str, Any]:
    """Say which snapshot, reader and model answer; 503 while none can."""
    live = parts.live()
    return {
        "status": "ready",
        "snapshot": live.snapshot.id,
        "articles": live.snapshot.manifest.articles,
        "embedding_model": parts.embedder.name,
        "reader": parts.reader.name,
        "warnings": parts.warnings,
    }


@router.get("/metrics", response_class=PlainTextResponse)
def metrics() -> Response:
    """Return figures for Prometheus."""
    return Response(exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")
