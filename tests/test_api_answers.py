import unicodedata

import pytest
from starlette.testclient import TestClient

BELGIUM = "Chính phủ Bỉ tài trợ bao nhiêu tiền?"
CANTEEN = "Giá vé gửi xe ở cổng sau là bao nhiêu?"
A108 = "hop-tac-quoc-te-bv-108"
ENT = "hop-tac-quoc-te-bv-tai-mui-hong"
ANSWER_FIELDS = [
    "status", "answer", "message", "confidence", "question", "found", "spans", "citations",
    "suggestions", "snapshot", "timing_ms",
]  # fmt: skip
CITATION_FIELDS = [
    "number", "article_id", "article_version", "title", "organisation", "date", "source", "heading",
    "page", "start", "end", "quote", "url",
]  # fmt: skip


def ask(client: TestClient, question: str, **more: object) -> dict:
    response = client.post("/v1/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    return response.json()


def article(client: TestClient, article_id: str) -> dict:
    return client.get(f"/v1/articles/{article_id}").json()


def verify(client: TestClient, citation: dict, **changed: object) -> dict:
    fields = ("article_id", "article_version", "start", "end", "quote")
    response = client.post("/v1/verify", json={k: citation[k] for k in fields} | changed)
    assert response.status_code == 200, response.text
    return response.json()


def test_an_answer_has_the_fields_of_the_contract_and_no_others(client: TestClient):
    answer = ask(client, BELGIUM)
    assert list(answer) == ANSWER_FIELDS
    assert answer["status"] == "answered"
    assert answer["message"] == ""
    assert answer["question"] == BELGIUM
    assert answer["found"] == 1
    assert 0 < answer["confidence"] <= 1
    assert list(answer["timing_ms"]) == ["retrieve", "read", "total"]
    (span,) = answer["spans"]
    assert list(span) == ["text", "article_id", "start", "end", "score", "citation"]
    (citation,) = answer["citations"]
    assert list(citation) == CITATION_FIELDS
    assert "13,5 triệu Euro" in answer["answer"]
    assert citation["organisation"] == "Bệnh viện Trung ương Quân đội 108"
    assert citation["date"] == "2018-11-22"
    assert citation["page"] is None
    assert citation["url"] == (
        f"/articles/{A108}?v={citation['article_version']}"
        f"&start={citation['start']}&end={citation['end']}"
    )


def test_the_answer_is_a_slice_of_the_article_inside_the_quote(client: TestClient):
    answer = ask(client, BELGIUM)
    (span,), (citation,) = answer["spans"], answer["citations"]
    text = article(client, A108)["text"]
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert text[span["start"] : span["end"]] == span["text"] == answer["answer"]
    assert citation["start"] <= span["start"] < span["end"] <= citation["end"]
    assert span["citation"] == citation["number"] == 1


@pytest.mark.parametrize(
    "question",
    [
        "chinh phu bi tai tro bao nhieu tien",
        "CHÍNH PHỦ BỈ TÀI TRỢ BAO NHIÊU TIỀN",
        unicodedata.normalize("NFD", BELGIUM),
        "How much money did the Belgian government give?",
    ],
    ids=["without marks", "capitals", "decomposed", "English"],
)
def test_the_way_of_typing_does_not_change_the_source(client: TestClient, question: str):
    answer = ask(client, question)
    quotes = [c["quote"] for c in answer["citations"]] + [s["quote"] for s in answer["suggestions"]]
    assert "13,5 triệu Euro" in quotes[0]


def test_a_question_that_no_article_answers_is_refused_in_the_language_asked_for(
    client: TestClient,
):
    refusal = ask(client, CANTEEN)
    assert (refusal["status"], refusal["answer"], refusal["found"]) == ("no_answer", "", 0)
    assert refusal["spans"] == refusal["citations"] == []
    assert refusal["message"].startswith("Các bài viết không nói đến điều này.")
    assert ask(client, CANTEEN, lang="en")["message"].startswith("The articles do not say.")


def test_suggestions_are_slices_of_their_articles(client: TestClient):
    for near in ask(client, CANTEEN)["suggestions"]:
        assert list(near) == [
            "article_id", "title", "organisation", "date", "heading", "quote", "url",
        ]  # fmt: skip
        place = dict(pair.split("=") for pair in near["url"].partition("?")[2].split("&"))
        text = article(client, near["article_id"])["text"]
        assert text[int(place["start"]) : int(place["end"])] == near["quote"]


def test_a_greeting_is_answered_by_us_and_cites_nothing(client: TestClient):
    greeting = ask(client, "xin chào")
    assert greeting["status"] == "small_talk"
    assert greeting["message"] != ""
    assert greeting["answer"] == "" and greeting["citations"] == []


def test_only_the_named_articles_are_read(client: TestClient):
    answer = ask(client, BELGIUM, article_ids=[ENT])
    used = {c["article_id"] for c in answer["citations"] + answer["suggestions"]}
    assert used <= {ENT}


def test_history_may_hold_questions_and_turns(client: TestClient):
    history = ["Bệnh viện 108 hợp tác với Nhật Bản thế nào?"] * 12
    turns = [{"question": "Bệnh viện 108 hợp tác với ai?", "answer": "Nhật Bản"}]
    assert ask(client, BELGIUM, history=history + turns)["status"] == "answered"


@pytest.mark.parametrize("question", ["?", "a" * 2000, "🙂", "ghép\u0301\u0301 phổi", "\u202etest"])
def test_any_text_of_one_to_two_thousand_characters_is_a_question(
    client: TestClient, question: str
):
    assert ask(client, question)["status"] in ("answered", "no_answer", "small_talk", "clarify")


def test_the_same_question_has_the_same_answer(client: TestClient):
    first, second = ask(client, BELGIUM), ask(client, BELGIUM)
    del first["timing_ms"], second["timing_ms"]
    assert first == second


def test_a_citation_is_valid_and_the_same_words_one_place_further_are_not(client: TestClient):
    (citation,) = ask(client, BELGIUM)["citations"]
    assert verify(client, citation) == {"valid": True, "current": True, "reason": None}
    for shift in (-1, 1):
        moved = {"start": citation["start"] + shift, "end": citation["end"] + shift}
        assert verify(client, citation, **moved) == {
            "valid": False, "current": True, "reason": "different_text",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"article_id": "nowhere"}, "unknown_article"),
        ({"article_version": "sha256:0000000000000000"}, "unknown_version"),
        ({"end": 10_000_000}, "out_of_range"),
        ({"start": 10**30, "end": 10**31}, "out_of_range"),
        ({"start": 5, "end": 5, "quote": ""}, "out_of_range"),
        ({"start": 9, "end": 5}, "out_of_range"),
        ({"quote": "bịa đặt"}, "different_text"),
    ],
)
def test_a_quotation_that_does_not_stand_there_is_not_valid(
    client: TestClient, changed: dict, reason: str
):
    (citation,) = ask(client, BELGIUM)["citations"]
    answer = verify(client, citation, **changed)
    assert (answer["valid"], answer["reason"]) == (False, reason)


def test_search_returns_passages_best_first_as_slices(client: TestClient):
    response = client.post("/v1/search", json={"query": "ghép phổi", "top_k": 3})
    hits = response.json()["hits"]
    assert len(hits) == 3
    assert list(hits[0]) == ["article_id", "passage_id", "start", "end", "text", "score"]
    assert "ghép phổi" in hits[0]["text"]
    assert [h["score"] for h in hits] == sorted((h["score"] for h in hits), reverse=True)
    for hit in hits:
        text = article(client, hit["article_id"])["text"]
        assert text[hit["start"] : hit["end"]] == hit["text"]


def test_search_filters_before_it_ranks(client: TestClient):
    asked = {"query": "hợp tác với Nhật Bản", "top_k": 5, "article_ids": [ENT]}
    hits = client.post("/v1/search", json=asked).json()["hits"]
    assert len(hits) == 5
    assert {h["article_id"] for h in hits} == {ENT}


def test_search_returns_ten_passages_unless_told_otherwise(client: TestClient):
    assert len(client.post("/v1/search", json={"query": "hợp tác"}).json()["hits"]) == 10


def test_the_list_of_articles_and_each_article_agree(client: TestClient):
    listed = client.get("/v1/articles").json()["articles"]
    assert [a["id"] for a in listed] == [A108, ENT]
    for row in listed:
        assert list(row) == [
            "id", "version", "title", "organisation", "source", "date", "length_chars",
        ]  # fmt: skip
        full = article(client, row["id"])
        text = full.pop("text")
        assert full == row
        assert len(text) == row["length_chars"]
        by_version = client.get(f"/v1/articles/{row['id']}", params={"version": row["version"]})
        assert by_version.json()["text"] == text


@pytest.mark.parametrize(
    "path", ["/v1/articles/nowhere", f"/v1/articles/{A108}?version=sha256:0000000000000000"]
)
def test_an_unknown_article_or_version_is_404(client: TestClient, path: str):
    response = client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
