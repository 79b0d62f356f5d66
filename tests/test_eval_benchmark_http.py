"""Timing over a real socket; no time is asserted but its order."""

import pytest

from api.app import create_app
from corpus.errors import CoopQaError
from eval.benchmark_http import http_times
from qa.assemble import Parts
from tests.serving import serving
from tests.test_api_answers import BELGIUM, CANTEEN


def conversations(parts: Parts) -> int:
    with parts.engine.connect() as connection:
        return int(connection.exec_driver_sql("select count(*) from conversations").scalar_one())


def test_each_message_is_timed_as_json_and_as_a_stream_and_forgotten(parts: Parts):
    before = conversations(parts)
    with serving(create_app(parts)) as url:
        times = http_times(url, [BELGIUM, CANTEEN])
    assert list(times) == ["over HTTP", "stream: first byte", "stream: whole answer"]
    assert {len(found) for found in times.values()} == {2}
    firsts, wholes = times["stream: first byte"], times["stream: whole answer"]
    assert all(0 < first <= whole for first, whole in zip(firsts, wholes, strict=True))
    assert conversations(parts) == before


def test_a_refused_message_is_named(parts: Parts):
    with serving(create_app(parts)) as url, pytest.raises(CoopQaError, match="status 422"):
        http_times(url, [" "])
