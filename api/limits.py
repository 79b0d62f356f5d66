"""Middleware at the very edge: request ids, body sizes, response headers, figures."""

import secrets
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import observe_request
from api.problems import problem

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
    """Gives each request an id, bounds its body and notes how long it took."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

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

        headers = dict(scope["headers"])
        stated = headers.get(b"content-length", b"0")
        try:
            if not stated.isdigit() or int(stated) > limit:
                await _refuse(scope, receive, noting_send, limit)
            else:
                await self._app(scope, _bounded(receive, limit), noting_send)
        except Exception:
            status = status or HTTPStatus.INTERNAL_SERVER_ERROR
            raise
        finally:
            route = getattr(scope.get("route"), "path", "other")
            observe_request(route, status, time.perf_counter() - begin)


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


async def _refuse(scope: Scope, receive: Receive, send: Send, limit: int) -> None:
    error = TooLarge(limit)
    response = problem(Request(scope), error.status_code, error.detail)
    response.headers.update(error.headers or {})
    await response(scope, receive, send)
