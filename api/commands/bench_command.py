"""`coopqa bench`."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from api.app import create_app
from api.commands.serve_command import prepare
from api.commands.terminal import out, progress
from eval.benchmark import benchmark_lines
from eval.question_set import read_questions
from eval.suites import COOPERATION, DATASETS
from qa.assemble import Parts
from qa.settings import read_settings

_NO_LIMIT = 1_000_000


def bench() -> None:
    """Time answers step by step and over HTTP, indexing and memory on the live snapshot."""
    parts = Parts(read_settings(host="127.0.0.1", api_keys="", requests_per_minute=_NO_LIMIT))
    prepare(parts)
    questions = read_questions(DATASETS / f"{COOPERATION}.jsonl")
    with progress() as report, _serving(parts) as url:
        lines = benchmark_lines(parts, url, questions, report)
    for line in lines:
        out.print(line, markup=False)


@contextmanager
def _serving(parts: Parts) -> Iterator[str]:
    """Serve on a free port of this computer and give the address."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(parts), port=0, log_level="error", access_log=False)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
