"""Many streams at once, over real sockets."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable

import httpx2
import pytest

from api.app import create_app
from qa.answer import Answer
from qa.assemble import Parts
from qa.pipeline import Pipeline, Request
from tests.serving import serving
from tests.test_api_answers import BELGIUM
from tests.test_api_chat import events

STREAMS = 200


class Held:
    """A pipeline that lets nobody through before the gate is opened."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self.gate = threading.Event()
        self.given_up = threading.Event()

    def answer(self, request: Request, progress: Callable[[str], None]) -> Answer:
        assert self.gate.wait(60)
        try:
            return self._pipeline.answer(request, progress)
        except Exception:
            self.given_up.set()
            raise


@pytest.fixture
def held(parts: Parts) -> Held:
    return Held(parts.pipeline())


def test_two_hundred_open_streams_are_all_answered(parts: Parts, held: Held):
    opened: list[int] = []

    async def listen(client: httpx2.AsyncClient) -> str:
        headers = {"accept": "text/event-stream"}
        body = ""
        async with client.stream(
            "POST", "/v1/chat", json={"message": BELGIUM}, headers=headers
        ) as response:
            assert response.status_code == 200
            async for piece in response.aiter_text():
                if not body:
                    opened.append(1)
                    if len(opened) == STREAMS:
                        # Other requests still come through while every thread is taken.
                        assert (await client.get("/healthz")).status_code == 200
                        held.gate.set()
                body += piece
        return body

    async def all_of_them(url: str) -> list[str]:
        limits = httpx2.Limits(max_connections=STREAMS + 1)
        async with httpx2.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
            return await asyncio.gather(*(listen(client) for _ in range(STREAMS)))

    app = create_app(parts)
    with serving(app) as url:
        app.state.pipeline = held
        bodies = asyncio.run(all_of_them(url))
    kinds = Counter(tuple(name for name, _ in events(body)) for body in bodies)
    assert kinds == {("status", "status", "status", "answer", "done"): STREAMS}
    answers = [dict(events(body))["answer"] for body in bodies]
    assert len({a["conversation"] for a in answers}) == STREAMS
    assert len({json.dumps(a["citations"]) for a in answers}) == 1


def test_a_stream_whose_reader_left_is_given_up(
    parts: Parts, held: Held, caplog: pytest.LogCaptureFixture
):
    app = create_app(parts)
    with serving(app) as url:
        app.state.pipeline = held
        headers = {"accept": "text/event-stream"}
        with httpx2.stream(
            "POST", f"{url}/v1/chat", json={"message": BELGIUM}, headers=headers
        ) as response:
            assert "received" in next(response.iter_text())
        # The server sees the end of the connection before it answers a request that came later.
        for _ in range(20):
            httpx2.get(f"{url}/healthz")
        held.gate.set()
        assert held.given_up.wait(10)
    assert "never retrieved" not in caplog.text
