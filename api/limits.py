"""Middleware at the very edge: request ids, host names, body sizes, headers, figures, errors."""

import secrets
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.hosts import is_trusted, trusted_hosts
from api.metrics import observe_request
from api.problems import UNEXPECTED, problem
from qa.settings import Settings

BODY_MAX_BYTES = 256 * 1024
UPLOAD_MAX_BYTES = 50 * 1024 * 1024

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


class TooLarge(HTTPException):
    """The body went over the limit while it was read; FastAPI passes this kind of error on."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The body is larger than {limit} bytes.",
            {"Connection": "close"},
        )


class Edge:
    """Gives each request an id, refuses foreign host names, bounds the body, notes the time.

    It also answers what nobody caught: further out, the headers for other origins would be missing.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = trusted_hosts(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; other kinds of connection pass through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        limit = UPLOAD_MAX_BYTES if scope["method"] == "PUT" else BODY_MAX_BYTES
        status = 0
        begin = time.perf_counter()

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                extra = [*_HEADERS, (b"x-request-id", request_id.encode())]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        request = Request(scope)
        try:
            if refusal := self._refusal(request, limit):
                await refusal(scope, receive, noting_send)
            else:
                await self._app(scope, _bounded(receive, limit), noting_send)
        except Exception:
            if not status:
                failed = problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, UNEXPECTED)
                await failed(scope, receive, noting_send)
            raise
        finally:
            route = getattr(scope.get("route"), "path", "other")
            observe_request(route, status, time.perf_counter() - begin)

    def _refusal(self, request: Request, limit: int) -> Response | None:
        """Return the answer to a request that must not come further."""
        host = request.headers.get("host", "")
        if not is_trusted(host, self._hosts):
            detail = (
                f"This server is not called {host!r}; if it is, name that address in "
                "COOPQA_PUBLIC_URL and restart it."
            )
            return problem(request, HTTPStatus.MISDIRECTED_REQUEST, detail)
        stated = request.headers.get("content-length", "0")
        if stated.isdecimal() and stated.isascii() and int(stated) <= limit:
            return None
        error = TooLarge(limit)
        response = problem(request, error.status_code, error.detail)
        response.headers.update(error.headers or {})
        return response


def _bounded(receive: Receive, limit: int) -> Callable[[], Awaitable[Message]]:
    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise TooLarge(limit)
        return message

    return bounded
