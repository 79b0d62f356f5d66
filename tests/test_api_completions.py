"""The OpenAI-compatible routes, asked by OpenAI's own client over a real socket."""

from collections.abc import Iterator
from dataclasses import replace

import openai
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from qa.answer import Answer
from qa.assemble import Parts
from qa.pipeline import Request
from tests.serving import serving
from tests.test_api_answers import ANSWER_FIELDS, BELGIUM, CANTEEN
from tests.test_api_bad_input import assert_problem

LINK, SCRIPT = "[x](javascript:alert(1))", "<script>\n`a`\n- b"


@pytest.fixture(scope="module")
def ai(parts: Parts) -> Iterator[openai.OpenAI]:
    with (
        serving(create_app(parts)) as url,
        openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as ai,
    ):
        yield ai


def user(text: object) -> dict:
    return {"role": "user", "content": text}


def test_the_one_model_is_listed(ai: openai.OpenAI):
    assert [m.id for m in ai.models.list()] == ["coop-qa"]


def test_an_answer_has_its_citation_as_a_footnote_and_in_full_beside_it(ai: openai.OpenAI):
    completion = ai.chat.completions.create(model="coop-qa", messages=[user(BELGIUM)])
    assert completion.object == "chat.completion"
    (choice,) = completion.choices
    assert choice.finish_reason == "stop"
    assert choice.message.role == "assistant"
    full = (completion.model_extra or {})["coopqa"]
    assert list(full) == ANSWER_FIELDS
    shown, notes = (choice.message.content or "").split("\n\n")
    assert shown == f"{full['answer']} [^1]"
    assert notes.startswith(f"[^1]: “{full['citations'][0]['quote']}” — Bệnh viện Trung ương")
    assert notes.endswith(f"({full['citations'][0]['url']})")


def test_the_streamed_pieces_join_to_the_same_text(ai: openai.OpenAI):
    whole = ai.chat.completions.create(model="coop-qa", messages=[user(BELGIUM)])
    chunks = list(
        ai.chat.completions.create(model="coop-qa", messages=[user(BELGIUM)], stream=True)
    )
    assert {c.object for c in chunks} == {"chat.completion.chunk"}
    assert len({c.id for c in chunks}) == 1
    joined = "".join(c.choices[0].delta.content or "" for c in chunks)
    assert joined == whole.choices[0].message.content
    assert [c.choices[0].finish_reason for c in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert (chunks[-1].model_extra or {})["coopqa"]["citations"][0]["number"] == 1


def test_a_refusal_is_our_message_without_footnotes(ai: openai.OpenAI):
    completion = ai.chat.completions.create(model="coop-qa", messages=[user(CANTEEN)])
    assert (completion.choices[0].message.content or "").startswith("Các bài viết không nói")
    assert "[^" not in (completion.choices[0].message.content or "")


def test_fields_that_have_no_meaning_here_are_let_through(ai: openai.OpenAI):
    completion = ai.chat.completions.create(
        model="gpt-unknown",
        messages=[{"role": "system", "content": "Be brief."}, user(BELGIUM)],
        temperature=0.2,
        seed=7,
        user="someone",
        extra_body={"anything": {"nested": True}, "stream": None},
    )
    assert completion.model == "coop-qa"


def test_the_parts_of_a_message_that_are_text_are_read(ai: openai.OpenAI):
    parts = [
        {"type": "image_url", "image_url": {"url": "data:,"}},
        {"type": "text", "text": BELGIUM},
    ]
    completion = ai.chat.completions.create(model="coop-qa", messages=[user(parts)])
    assert "13,5 triệu Euro" in (completion.choices[0].message.content or "")


def test_the_last_message_of_the_user_is_answered(ai: openai.OpenAI):
    messages = [
        user("Bệnh viện 108 hợp tác với Nhật Bản thế nào?"),
        {"role": "assistant", "content": "Đối tác hàng đầu [^1]\n\n[^1]: “…”"},
        user(BELGIUM),
    ]
    completion = ai.chat.completions.create(model="coop-qa", messages=messages)
    asked = (completion.model_extra or {})["coopqa"]["question"]
    assert asked == f"Ở bệnh viện 108, c{BELGIUM[1:]}"


def test_article_text_in_the_footnotes_is_text_and_the_verbatim_one_is_beside_it(parts: Parts):
    class Hostile:
        def answer(self, request: Request) -> Answer:
            found = parts.pipeline().answer(request)
            (cited,) = found.citations
            return replace(found, citations=(replace(cited, title=LINK, quote=SCRIPT),))

    app = create_app(parts)
    with TestClient(app) as client:
        app.state.pipeline = Hostile()
        answer = client.post("/v1/chat/completions", json={"messages": [user(BELGIUM)]}).json()
    notes = answer["choices"][0]["message"]["content"].split("\n\n")[1]
    assert notes.startswith(r"[^1]: “\<script\> \`a\` - b”")
    assert r"[\[x\](javascript:alert(1))](" in notes
    assert answer["coopqa"]["citations"][0]["title"] == LINK
    assert answer["coopqa"]["citations"][0]["quote"] == SCRIPT


@pytest.mark.parametrize("stream", [False, True])
def test_a_bad_question_is_the_client_s_own_error(ai: openai.OpenAI, stream: bool):
    with pytest.raises(openai.UnprocessableEntityError, match="empty"):
        ai.chat.completions.create(model="coop-qa", messages=[user(" ")], stream=stream)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": []},
        {"messages": "hỏi"},
        {"messages": [{"role": "assistant", "content": "a"}]},
        {"messages": [user(None)]},
        {"messages": [user("a\x00")]},
        {"messages": [user("a" * 2001)]},
        {"messages": [user([{"type": "text", "text": 5}, {"type": "text"}, {}])], "stream": 5},
        {"messages": [{"content": "a"}]},
        {"messages": [user("a")] * 1001},
    ],
)
def test_messages_that_cannot_be_answered_are_422(client: TestClient, body: dict):
    assert_problem(client.post("/v1/chat/completions", json=body), 422)


def test_earlier_messages_of_any_content_do_not_stop_the_last(client: TestClient):
    odd = (
        b'{"messages": [{"role": "user", "content": [{"type": "text", "text": "\\ud800\\u0000"}]},'
    )
    odd += b'{"role": "assistant", "content": [{"type": "text", "text": null}]},'
    odd += b'{"role": "user", "content": "abc"}]}'
    response = client.post(
        "/v1/chat/completions", content=odd, headers={"content-type": "application/json"}
    )
    assert response.status_code == 200
