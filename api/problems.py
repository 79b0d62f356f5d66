"""Errors become problem+json (RFC 9457) here and nowhere else."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from corpus.errors import (
    ArticleError,
    ArticleGone,
    CoopQaError,
    InvalidRequest,
    NotFound,
    PublicationBusy,
    SnapshotMissing,
    TooManyRequests,
    Unauthorised,
)

_log = logging.getLogger(__name__)
_OPENAI_ROUTE = "/v1/chat/completions"

UNEXPECTED = "Something went wrong here; the log has the details under this request id."

# The first class that fits decides.
_STATUS: tuple[tuple[type[CoopQaError], HTTPStatus], ...] = (
    (InvalidRequest, HTTPStatus.UNPROCESSABLE_ENTITY),
    (SnapshotMissing, HTTPStatus.SERVICE_UNAVAILABLE),
    (NotFound, HTTPStatus.NOT_FOUND),
    (ArticleGone, HTTPStatus.GONE),
    (Unauthorised, HTTPStatus.UNAUTHORIZED),
    (TooManyRequests, HTTPStatus.TOO_MANY_REQUESTS),
    (ArticleError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (PublicationBusy, HTTPStatus.CONFLICT),
    (CoopQaError, HTTPStatus.SERVICE_UNAVAILABLE),
)


def problem(
    request: Request, status: int, detail: str, errors: list[dict[str, str]] | None = None
) -> JSONResponse:
    """Return a problem document with the request's id."""
    headers = {"Retry-After": "10"} if status in (429, 503) else {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        problem_fields(request, status, detail, errors),
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )


def problem_fields(
    request: Request, status: int, detail: str, errors: list[dict[str, str]] | None = None
) -> dict[str, object]:
    """Return the members of a problem document."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "request_id": getattr(request.state, "request_id", ""),
        **({"errors": errors} if errors else {}),
        # Where OpenAI's clients look for the text that they show.
        **({"error": {"message": detail}} if request.url.path == _OPENAI_ROUTE else {}),
    }


def status_of(error: CoopQaError) -> HTTPStatus:
    """Return the status that an error is answered with."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def install(app: FastAPI) -> None:
    """Let every error of this application be answered as a problem."""

    @app.exception_handler(CoopQaError)
    def expected(request: Request, error: CoopQaError) -> JSONResponse:
        return problem(request, status_of(error), str(error))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        found = error.errors()
        if any(e["type"] == "json_invalid" for e in found):
            return problem(request, HTTPStatus.BAD_REQUEST, "The body is not valid JSON.")
        errors = [
            {"field": ".".join(str(part) for part in e["loc"][1:]), "message": e["msg"]}
            for e in found
        ]
        first = errors[0]
        detail = f"{first['field']}: {first['message']}." if first["field"] else first["message"]
        return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> JSONResponse:
        detail = str(error.detail)
        if error.status_code == HTTPStatus.BAD_REQUEST:
            detail = "The body is not valid JSON in UTF-8."
        elif error.status_code == HTTPStatus.NOT_FOUND:
            detail = f"There is nothing at {request.url.path}; /openapi.json lists the routes."
        response = problem(request, error.status_code, detail)
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        _log.error("request %s failed", request.state.request_id, exc_info=error)
        response = problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, UNEXPECTED)
        # This answer passes no middleware of ours.
        response.headers["X-Request-Id"] = request.state.request_id
        return response
