"""How long an answer takes through a real socket, whole and as a stream."""

import json
import re
import time
from collections.abc import Sequence
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from urllib.parse import urlsplit

from corpus.errors import CoopQaError

_CONVERSATION = re.compile(rb'"conversation": ?"([^"]+)"')
_TIMEOUT_SECONDS = 60.0


def http_times(url: str, messages: Sequence[str]) -> dict[str, list[float]]:
    """Ask each message as JSON and as a stream in turn, and forget what was asked.

    Times are in milliseconds, from before the request is sent, over one connection.

    Raises:
        CoopQaError: the service refused a message.
    """
    times: dict[str, list[float]] = {
        name: [] for name in ("over HTTP", "stream: first byte", "stream: whole answer")
    }
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT_SECONDS)) as connection:
        for message in messages:
            _, whole = _asked(connection, message, "application/json")
            first, streamed = _asked(connection, message, "text/event-stream")
            for found, took in zip(times.values(), (whole, first, streamed), strict=True):
                found.append(took)
    return times


def _asked(connection: HTTPConnection, message: str, accept: str) -> tuple[float, float]:
    """Return when the first byte of the answer came, and when the last."""
    headers = {"Content-Type": "application/json", "Accept": accept}
    begin = time.perf_counter()
    connection.request("POST", "/v1/chat", json.dumps({"message": message}), headers)
    response = connection.getresponse()
    body = response.read(1)
    first = time.perf_counter()
    body += response.read()
    last = time.perf_counter()
    stored = _CONVERSATION.search(body)
    if response.status != HTTPStatus.OK or not stored:
        raise CoopQaError(f"{message!r} was not answered (status {response.status}).")
    connection.request("DELETE", f"/v1/chat/{stored[1].decode()}")
    connection.getresponse().read()
    return (first - begin) * 1000, (last - begin) * 1000
