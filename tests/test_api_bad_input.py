"""Every error is a problem document in plain words, with the id that the log has too."""

import logging
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from qa.assemble import Parts
from qa.pipeline import Pipeline
from qa.question import MAX_QUESTION_CHARS
from tests.test_qa_pipeline import STRANGE

JSON = {"content-type": "application/json"}
QUESTION_ROUTES = {
    "/v1/ask": "question",
    "/v1/search": "query",
    "/v1/chat": "message",
}
LIMIT = 256 * 1024


def assert_problem(response, status: int, words: str = "") -> dict:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert list(problem)[:5] == ["type", "title", "status", "detail", "request_id"]
    assert set(problem) <= {"type", "title", "status", "detail", "request_id", "errors", "error"}
    assert problem["status"] == status
    assert problem["request_id"] == response.headers["x-request-id"]
    assert len(problem["request_id"]) == 16
    assert words in problem["detail"]
    for leak in ("Traceback", 'File "', "site-packages", "functools", "pydantic", "sqlalchemy"):
        assert leak not in response.text
    return problem


@pytest.mark.parametrize(("path", "field"), QUESTION_ROUTES.items())
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "at least 1 character"),
        (" \t\n\u3000", "empty"),
        ("\u200b\u2060", "empty"),
        ("\x01\x02", "empty"),
        ("a" * (MAX_QUESTION_CHARS + 1), "at most 2000"),
        ("a\x00b", "NUL"),
        (5, "valid string"),
        (None, "valid string"),
        (["a"], "valid string"),
        ({"a": 1}, "valid string"),
    ],
)
def test_a_question_that_is_none_is_422(
    client: TestClient, path: str, field: str, value: object, words: str
):
    assert_problem(client.post(path, json={field: value}), 422, words)


@pytest.mark.parametrize(("path", "field"), QUESTION_ROUTES.items())
def test_a_lone_surrogate_is_422(client: TestClient, path: str, field: str):
    body = b'{"%s": "a\\ud800b"}' % field.encode()
    assert_problem(client.post(path, content=body, headers=JSON), 422, field)


@pytest.mark.parametrize(("path", "field"), QUESTION_ROUTES.items())
def test_an_unknown_field_is_named(client: TestClient, path: str, field: str):
    problem = assert_problem(client.post(path, json={field: "a", "tpo_k": 3}), 422, "tpo_k")
    assert problem["errors"] == [{"field": "tpo_k", "message": "Extra inputs are not permitted"}]


@pytest.mark.parametrize("path", [*QUESTION_ROUTES, "/v1/verify", "/v1/feedback"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"null", 422),
        (b"[]", 422),
        (b'"a"', 422),
        (b"{}", 422),
        (b"{", 400),
        (b'{"question": "a",}', 400),
        (b"\xff\xfe\xfd", 400),
        (b'{"question": "\xff"}', 400),
        (b'{"question": "\xc3"}', 400),
        (b"[" * 100_000, 400),
        (b'{"top_k": ' + b"9" * 5000 + b"}", 400),
        (b'{"\\ud800": 1}', 422),
    ],
)
def test_a_body_that_is_not_the_json_expected_is_refused(
    client: TestClient, path: str, body: bytes, status: int
):
    assert_problem(client.post(path, content=body, headers=JSON), status)


def test_a_body_that_does_not_say_it_is_json_is_refused(client: TestClient):
    # A form of any page may post text/plain to us without a preflight.
    response = client.post(
        "/v1/ask", content=b'{"question": "a"}', headers={"content-type": "text/plain"}
    )
    assert_problem(response, 422)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"top_k": 0}, "top_k"),
        ({"top_k": 21}, "top_k"),
        ({"top_k": 10_000}, "top_k"),
        ({"top_k": -1}, "top_k"),
        ({"top_k": "5"}, "top_k"),
        ({"top_k": 2.0}, "top_k"),
        ({"top_k": True}, "top_k"),
        ({"lang": "fr"}, "lang"),
        ({"article_ids": []}, "article_ids"),
        ({"article_ids": "a"}, "article_ids"),
        ({"article_ids": [1]}, "article_ids.0"),
        ({"article_ids": ["a\x00"]}, "article_ids.0"),
        ({"history": "a"}, "history"),
        ({"history": [1]}, "history.0.turn"),
        ({"history": ["\x00"]}, "history.0.text"),
        ({"history": [""]}, "history.0.text"),
        ({"history": ["a" * 2001]}, "history.0.text"),
        ({"history": [{"question": "a", "answr": "b"}]}, "history.0.turn.answr"),
        ({"history": [{"answer": "b"}]}, "history.0.turn.question"),
        ({"history": ["a"] * 1001}, "history"),
    ],
)
def test_a_value_out_of_range_is_named(client: TestClient, changed: dict, field: str):
    problem = assert_problem(client.post("/v1/ask", json={"question": "a", **changed}), 422, field)
    assert [e["field"] for e in problem["errors"]] == [field]


@pytest.mark.parametrize("top_k", [0, 101, 10_000])
def test_a_search_returns_one_to_a_hundred_passages(client: TestClient, top_k: int):
    assert_problem(client.post("/v1/search", json={"query": "a", "top_k": top_k}), 422, "top_k")
    assert client.post("/v1/search", json={"query": "a", "top_k": 100}).status_code == 200


@pytest.mark.parametrize(("path", "field"), QUESTION_ROUTES.items())
def test_an_unknown_article_is_404(client: TestClient, path: str, field: str):
    asked = {field: "ghép phổi", "article_ids": ["không-có"]}
    assert_problem(client.post(path, json=asked), 404, "không-có")


@pytest.mark.parametrize(
    "changed",
    [
        {"start": -1},
        {"start": "0"},
        {"end": 1.5},
        {"quote": "\x00"},
        {"quote": "a" * 20_001},
        {"article_id": ""},
        {"article_id": "a" * 401},
        {"article_version": "a" * 41},
        {"page": 1},
    ],
)
def test_a_quotation_of_the_wrong_shape_is_422(client: TestClient, changed: dict):
    quoted = {"article_id": "a", "article_version": "b", "start": 0, "end": 1, "quote": "c"}
    assert_problem(client.post("/v1/verify", json=quoted | changed), 422)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/ask", 405),
        ("PUT", "/v1/chat", 405),
        ("GET", "/v1/nothing", 404),
        ("GET", "/..%2f..%2fetc/passwd", 404),
        ("GET", "/static/..%2fapp.py", 404),
        ("GET", "/static/secret.css", 404),
        ("GET", "/v1/articles/a%00b", 422),
        ("GET", "/v1/chat/a%00b", 422),
        ("GET", "/docs", 404),
    ],
)
def test_a_route_that_is_not_there_is_a_problem_too(
    client: TestClient, method: str, path: str, status: int
):
    assert_problem(client.request(method, path), status)


def test_a_body_that_says_it_is_too_large_is_413(client: TestClient):
    response = client.post("/v1/ask", content=b"x" * (LIMIT + 1), headers=JSON)
    assert_problem(response, 413, "262144 bytes")


def test_a_body_that_grows_too_large_while_it_is_sent_is_413(client: TestClient):
    def pieces() -> Iterator[bytes]:
        for _ in range(LIMIT // 8192 + 1):
            yield b"x" * 8192

    response = client.post("/v1/ask", content=pieces(), headers=JSON)
    assert_problem(response, 413, "262144 bytes")


def test_a_body_just_below_the_limit_is_read(client: TestClient):
    body = b" " * (LIMIT - 20) + b'{"question":"a"}'
    response = client.post("/v1/ask", content=body, headers=JSON)
    assert response.status_code == 200


@pytest.mark.parametrize("path", QUESTION_ROUTES)
@pytest.mark.parametrize("question", STRANGE.values(), ids=STRANGE)
def test_a_strange_question_is_no_error(client: TestClient, path: str, question: str):
    response = client.post(path, json={QUESTION_ROUTES[path]: question})
    assert response.status_code == 200, response.text


class BrokenPipeline(Pipeline):
    def __init__(self) -> None:
        pass

    def answer(self, *_: object) -> object:
        raise RuntimeError("secret detail")


@pytest.fixture
def broken(parts: Parts) -> Iterator[TestClient]:
    app = create_app(parts)
    with TestClient(app, raise_server_exceptions=False) as client:
        app.state.pipeline = BrokenPipeline()
        yield client


def test_an_unexpected_error_is_500_without_details_and_logged_by_its_id(
    broken: TestClient, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.ERROR, logger="api"):
        response = broken.post("/v1/ask", json={"question": "a"})
    problem = assert_problem(response, 500, "the log has the details")
    assert "secret" not in response.text
    assert problem["request_id"] in caplog.text
    assert "secret detail" in caplog.text
    figures = broken.get("/metrics").text
    assert 'coopqa_requests_total{route="/v1/ask",status="500"}' in figures
    assert 'status="0"' not in figures


def test_an_unexpected_error_in_a_stream_is_its_last_event(
    broken: TestClient, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.ERROR, logger="api"):
        response = broken.post(
            "/v1/chat", json={"message": "a"}, headers={"accept": "text/event-stream"}
        )
    assert response.status_code == 200
    assert "event: error" in response.text
    assert "the log has the details" in response.text
    assert "secret" not in response.text
    assert response.headers["x-request-id"] in response.text
    assert "secret detail" in caplog.text
