import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from qa.assemble import Parts
from tests.test_api_answers import ANSWER_FIELDS, BELGIUM
from tests.test_api_bad_input import assert_problem

STREAM = {"accept": "text/event-stream"}


def say(client: TestClient, message: str, **more: object) -> dict:
    response = client.post("/v1/chat", json={"message": message, **more})
    assert response.status_code == 200, response.text
    return response.json()


def events(body: str) -> list[tuple[str, dict]]:
    """Read a stream as a browser does: blank lines end events."""
    found = []
    for block in body.replace("\r\n", "\n").strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line[0] != ":")
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_a_message_begins_a_conversation_and_the_next_continues_it(client: TestClient):
    first = say(client, BELGIUM)
    assert list(first) == [*ANSWER_FIELDS, "conversation", "turn"]
    assert re.fullmatch("[0-9a-f]{32}", first["conversation"])
    assert first["turn"] == 1
    second = say(client, "xin chào", conversation=first["conversation"])
    assert (second["conversation"], second["turn"]) == (first["conversation"], 2)
    kept = client.get(f"/v1/chat/{first['conversation']}").json()
    assert kept["conversation"] == first["conversation"]
    assert [(t["turn"], t["message"]) for t in kept["turns"]] == [(1, BELGIUM), (2, "xin chào")]
    assert kept["turns"][0]["answer"] == {k: first[k] for k in ANSWER_FIELDS}


def test_every_conversation_has_an_id_of_its_own(client: TestClient):
    assert len({say(client, "xin chào")["conversation"] for _ in range(20)}) == 20


def test_a_stream_tells_the_steps_then_the_same_answer(client: TestClient):
    answer = say(client, BELGIUM)
    response = client.post("/v1/chat", json={"message": BELGIUM}, headers=STREAM)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    streamed = events(response.text)
    assert [name for name, _ in streamed] == ["status"] * 3 + ["answer", "done"]
    assert [e["status"] for _, e in streamed[:3]] == ["received", "searching", "reading"]
    same = [k for k in ANSWER_FIELDS if k != "timing_ms"]
    assert {k: streamed[3][1][k] for k in same} == {k: answer[k] for k in same}
    conversation = streamed[3][1]["conversation"]
    assert len(client.get(f"/v1/chat/{conversation}").json()["turns"]) == 1


def test_a_refused_message_in_a_stream_is_a_problem_event_and_begins_nothing(
    client: TestClient, parts: Parts
):
    def count() -> int:
        with parts.engine.connect() as connection:
            return int(connection.scalar(text("SELECT count(*) FROM conversations")) or 0)

    before = count()
    asked = {"message": "a", "article_ids": ["nowhere"]}
    streamed = events(client.post("/v1/chat", json=asked, headers=STREAM).text)
    assert [name for name, _ in streamed] == ["status", "error"]
    assert streamed[1][1]["status"] == 404
    assert "nowhere" in streamed[1][1]["detail"]
    assert_problem(client.post("/v1/chat", json=asked), 404, "nowhere")
    assert count() == before


def test_a_message_of_the_wrong_shape_is_a_problem_even_when_a_stream_is_wanted(
    client: TestClient,
):
    assert_problem(client.post("/v1/chat", json={"message": ""}, headers=STREAM), 422)


@pytest.mark.parametrize("headers", [{}, STREAM])
def test_an_unknown_conversation_is_404(client: TestClient, headers: dict):
    asked = {"message": "a", "conversation": "0" * 32}
    assert_problem(client.post("/v1/chat", json=asked, headers=headers), 404, "start a new one")
    assert_problem(client.get(f"/v1/chat/{'0' * 32}"), 404)
    assert_problem(client.delete(f"/v1/chat/{'0' * 32}"), 404)


@pytest.mark.parametrize("conversation", ["", "x", "A" * 32, "0" * 33, 5, "0" * 31 + "\n"])
def test_an_id_that_can_be_none_of_ours_is_422(client: TestClient, conversation: object):
    response = client.post("/v1/chat", json={"message": "a", "conversation": conversation})
    assert_problem(response, 422, "conversation")


def test_a_deleted_conversation_is_gone(client: TestClient, parts: Parts):
    conversation = say(client, BELGIUM)["conversation"]
    response = client.delete(f"/v1/chat/{conversation}")
    assert (response.status_code, response.content) == (204, b"")
    assert_problem(client.get(f"/v1/chat/{conversation}"), 404)
    assert_problem(client.delete(f"/v1/chat/{conversation}"), 404)
    asked = {"message": "a", "conversation": conversation}
    assert_problem(client.post("/v1/chat", json=asked), 404)
    with parts.engine.connect() as connection:
        left = connection.scalar(
            text("SELECT count(*) FROM turns WHERE conversation = :c"), {"c": conversation}
        )
    assert left == 0


def test_a_conversation_that_nobody_used_for_the_set_days_has_expired(
    client: TestClient, parts: Parts
):
    old, fresh = say(client, "xin chào")["conversation"], say(client, "xin chào")["conversation"]
    for conversation, days in ((old, 31), (fresh, 29)):
        touched = (datetime.now(UTC) - timedelta(days=days)).isoformat()
        with parts.engine.begin() as connection:
            connection.execute(
                text("UPDATE conversations SET touched_at = :t WHERE id = :c"),
                {"t": touched, "c": conversation},
            )
    assert_problem(client.get(f"/v1/chat/{old}"), 404, "expired")
    assert client.get(f"/v1/chat/{fresh}").status_code == 200
    assert parts.conversations.expire() == 1
    assert client.get(f"/v1/chat/{fresh}").status_code == 200


def test_ten_thousand_messages_in_one_conversation_do_no_harm(client: TestClient, parts: Parts):
    first = say(client, BELGIUM)
    conversation = first["conversation"]
    answer = json.dumps({k: first[k] for k in ANSWER_FIELDS})
    with parts.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO turns VALUES (:c, :n, 'hỏi', :a, '2026-01-01')"),
            [{"c": conversation, "n": n, "a": answer} for n in range(2, 10_001)],
        )
    assert say(client, BELGIUM, conversation=conversation)["turn"] == 10_001
    shown = client.get(f"/v1/chat/{conversation}").json()["turns"]
    assert [shown[0]["turn"], shown[-1]["turn"]] == [9802, 10_001]


def test_a_verdict_keeps_what_was_shown_and_which_places_it_cited(client: TestClient, parts: Parts):
    answer = say(client, BELGIUM)
    response = client.post(
        "/v1/feedback",
        json={
            "conversation": answer["conversation"],
            "turn": answer["turn"],
            "question": BELGIUM,
            "answer": answer["answer"],
            "snapshot": answer["snapshot"],
            "verdict": "up",
            "comment": "Đúng 👍",
        },
    )
    assert response.status_code == 201
    stored = parts.feedback.all()[-1]
    assert stored.id == response.json()["id"]
    assert (stored.verdict, stored.question, stored.comment) == ("up", BELGIUM, "Đúng 👍")
    assert (stored.answer, stored.snapshot) == (answer["answer"], answer["snapshot"])
    places = ("article_id", "article_version", "start", "end")
    assert stored.citations == ({k: answer["citations"][0][k] for k in places},)
    assert stored.reviewed_by == ""


def test_a_verdict_needs_no_conversation(client: TestClient, parts: Parts):
    verdict = {"question": "a", "answer": "", "snapshot": "", "verdict": "down"}
    assert client.post("/v1/feedback", json=verdict).status_code == 201
    assert parts.feedback.all()[-1].citations == ()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"verdict": "maybe"}, 422),
        ({"comment": "a" * 2001}, 422),
        ({"comment": "\x00"}, 422),
        ({"turn": 0}, 422),
        ({"stars": 5}, 422),
        ({"conversation": "0" * 32, "turn": 1}, 404),
    ],
)
def test_a_verdict_that_cannot_be_kept_is_refused(client: TestClient, changed: dict, status: int):
    verdict = {"question": "a", "answer": "", "snapshot": "", "verdict": "up"}
    assert_problem(client.post("/v1/feedback", json=verdict | changed), status)
