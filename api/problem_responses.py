"""What OpenAPI says of the errors of each route."""

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel


class Problem(BaseModel):
    """A problem document (RFC 9457); `request_id` finds the line in the log."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[dict[str, str]] = []


_SCHEMA = Problem.model_json_schema()
_MEANINGS = {
    400: "The body is not JSON in UTF-8.",
    401: "No key, or a wrong one.",
    404: "The named article, version or conversation does not exist.",
    410: "The article was removed.",
    413: "The body is too large.",
    422: "A value is missing, unknown, of the wrong type or out of range.",
    429: "Too many questions in a minute.",
    503: "No sound snapshot is published.",
}

BODY = (400, 413, 422)
"""What may be wrong with any body."""
ASKING = (*BODY, 401, 404, 429, 503)
"""What may go wrong with any question."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that may answer with these problems."""
    return {
        status: {
            "description": _MEANINGS.get(status, HTTPStatus(status).phrase),
            "content": {"application/problem+json": {"schema": _SCHEMA}},
        }
        for status in sorted(statuses)
    }
