"""The keeper's routes over HTTP: who may use them, what comes in, what is published."""

import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import docx
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.commands.serve_command import prepare
from api.publication_job import PublicationJobs, environment
from corpus.file_limits import MAX_FILE_BYTES
from eval.publish_lock import alone
from qa.assemble import Parts
from qa.settings import Settings
from tests.conftest import MakeParts
from tests.test_api_bad_input import assert_problem

KEY = "khoá-của-người-giữ-kho"
KEEPER = {"authorization": f"Bearer {KEY}".encode()}
BV108 = "hop-tac-quoc-te-bv-108"
NIGHT = "Phòng khám đêm\n\nBệnh viện Thử mở phòng khám đêm, khám đến 22 giờ.\n"
TEXT = {**KEEPER, "content-type": "text/plain"}
PUBLISHED = {
    "published": True, "snapshot": "s-2", "live": "s-2", "forced": False, "reasons": [],
    "report": "",
    "receipts": [{"article_id": "cu", "removed_at": "a", "purged_at": "b", "left": {"rows": 0}}],
}  # fmt: skip
REFUSED = PUBLISHED | {
    "published": False, "reasons": [{"code": "shrunk", "text": "It lost half."}], "receipts": [],
}  # fmt: skip
UNCHANGED = REFUSED | {"snapshot": "", "reasons": [{"code": "unchanged", "text": "The same."}]}

MakeKeeper = Callable[..., TestClient]


@pytest.fixture
def make_keeper(make_parts: MakeParts) -> Iterator[MakeKeeper]:
    """Return a maker of clients for servers with an admin key."""
    with ExitStack() as stack:

        def make(parts: Parts | None = None, **settings: object) -> TestClient:
            app = create_app(parts or make_parts(**({"admin_key": KEY} | settings)))
            return stack.enter_context(TestClient(app, raise_server_exceptions=False))

        yield make


@pytest.fixture
def keeper(make_keeper: MakeKeeper) -> TestClient:
    return make_keeper()


def put(client: TestClient, article_id: str = "phong-kham-dem", text: str = NIGHT, query: str = ""):
    return client.put(f"/v1/articles/{article_id}{query}", content=text.encode(), headers=TEXT)


def pending(client: TestClient) -> list[tuple[str, str]]:
    changes = client.get("/v1/pending", headers=KEEPER).json()["changes"]
    return [(change["kind"], change["article_id"]) for change in changes]


def uploads(client: TestClient) -> list[Path]:
    return list((client.app.state.parts.settings.data_dir / "uploads").glob("*"))  # type: ignore[attr-defined]


def says(*lines: str, outcome: object = None, then: str = "") -> tuple[str, ...]:
    """Return the command of a stand-in for `coopqa publish --json`, which takes its time there."""
    code = (
        "import json, sys, time\n"
        f"for line in {lines!r}: print(line, file=sys.stderr, flush=True)\n"
        f"{then}\n"
        f"outcome = {outcome!r}\n"
        "if outcome: print(json.dumps(outcome)); sys.exit(not outcome['published'])\n"
        "sys.exit(3)\n"
    )
    return (sys.executable, "-S", "-c", code)


def publishing_by(client: TestClient, command: tuple[str, ...]) -> None:
    state = client.app.state  # type: ignore[attr-defined]
    state.publications = PublicationJobs(state.parts.settings, command)


def ended(client: TestClient, job: dict, seconds: float = 90) -> dict:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = client.get(f"/v1/snapshots/jobs/{job['id']}", headers=KEEPER).json()
        if found["state"] not in ("queued", "running"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


# ---- who may use them

ROUTES = [
    ("PUT", "/v1/articles/a"), ("DELETE", "/v1/articles/a"), ("GET", "/v1/pending"),
    ("DELETE", "/v1/pending/a"), ("GET", "/v1/snapshots"), ("POST", "/v1/snapshots"),
    ("GET", "/v1/snapshots/jobs/a"), ("POST", "/v1/snapshots/a/point"), ("POST", "/admin/session"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path"), [*ROUTES, ("GET", "/admin"), ("GET", "/admin/reports/a")]
)
def test_without_an_admin_key_the_routes_are_not_there(client: TestClient, method: str, path: str):
    for headers in ({}, {"authorization": "Bearer "}, KEEPER):
        assert_problem(client.request(method, path, headers=headers), 404, "nothing at")
    assert path not in client.get("/openapi.json").json()["paths"]


def test_a_wrong_admin_key_is_401_and_too_many_are_429(make_keeper: MakeKeeper):
    client = make_keeper(api_keys="another-key", requests_per_minute=30)
    wrong = ({}, *({"authorization": w} for w in ("Bearer x", "Bearer another-key", "Basic x")))
    for method, path in ROUTES[:6]:
        for headers in wrong:
            refused = client.request(method, path, headers=headers)
            assert_problem(refused, 401, "keeper of the corpus")
    for _ in range(30):
        refused = client.get("/v1/pending")
    assert_problem(refused, 429, "wrong keys")
    assert client.get("/v1/pending", headers=KEEPER).status_code == 200


def test_the_routes_are_in_the_schema_where_there_is_a_key(keeper: TestClient):
    paths = keeper.get("/openapi.json").json()["paths"]
    assert {path.replace("/a", "/{article_id}", 1) for _, path in ROUTES[2:4]} <= {
        *paths, "/v1/pending"
    }  # fmt: skip
    body = paths["/v1/articles/{article_id}"]["put"]["requestBody"]["content"]
    assert {"multipart/form-data", "text/plain", "application/pdf"} <= set(body)
    assert "/admin" not in paths


# ---- what comes in


def test_a_text_is_stored_and_waits(keeper: TestClient):
    added = put(keeper, query="?title=Khám đêm&date=2026-11&organisation=Bệnh viện Thử")
    assert added.status_code == 201
    assert added.json()["stored"] is True
    assert added.json()["change"] == {
        "article_id": "phong-kham-dem", "kind": "added", "title": "Khám đêm", "old_title": "",
        "version": added.json()["change"]["version"], "old_version": "", "length_chars": 66,
        "old_length_chars": 0, "parts": [],
    }  # fmt: skip
    assert added.json()["article"] | {"opening": ""} == {
        "title": "Khám đêm", "organisation": "Bệnh viện Thử", "organisation_inferred": False,
        "source": "", "date": "2026-11", "length_chars": 66, "opening": "",
    }  # fmt: skip
    again = put(keeper, query="?title=Khám đêm&date=2026-11&organisation=Bệnh viện Thử")
    assert (again.status_code, again.json()["change"]["kind"]) == (200, "unchanged")
    changed = put(keeper, text=NIGHT + "\nCó bãi giữ xe.\n")
    assert (changed.status_code, changed.json()["change"]["kind"]) == (200, "changed")
    assert pending(keeper) == [("added", "phong-kham-dem")]
    assert keeper.get("/v1/articles/phong-kham-dem").status_code == 404
    assert uploads(keeper) == []


def test_a_dry_run_shows_what_its_form_states_and_not_an_inferred_organisation(keeper: TestClient):
    sent = keeper.put(
        "/v1/articles/phong-kham-dem?dry_run=true",
        headers=KEEPER,
        files={"file": ("Phòng khám đêm.txt", NIGHT.encode(), "text/plain")},
        data={"organisation": "Bệnh viện Thử"},
    )
    article = sent.json()["article"]
    assert (article["organisation"], article["organisation_inferred"]) == ("Bệnh viện Thử", False)
    assert put(keeper, query="?dry_run=true").json()["article"]["organisation_inferred"]


def test_a_form_carries_a_file_of_any_kind_with_its_metadata(keeper: TestClient):
    document = docx.Document()
    document.add_heading("Lịch trực", 1)
    document.add_paragraph("Khoa Cấp cứu trực cả ngày lễ, kể cả Tết.")
    file = io.BytesIO()
    document.save(file)
    sent = keeper.put(
        "/v1/articles/lich-truc",
        headers=KEEPER,
        files={"file": ("Lịch trực tháng 11.docx", file.getvalue(), "application/octet-stream")},
        data={"organisation": "Bệnh viện Thử", "source": "phòng Kế hoạch"},
    )
    assert sent.status_code == 201
    article = sent.json()["article"]
    assert (article["title"], article["organisation"]) == ("Lịch trực", "Bệnh viện Thử")
    assert (article["source"], article["organisation_inferred"]) == ("phòng Kế hoạch", False)
    assert "kể cả Tết" in article["opening"]


def test_a_dry_run_says_what_would_change_and_stores_nothing(keeper: TestClient):
    text = keeper.get(f"/v1/articles/{BV108}").json()["text"]
    found = put(keeper, "ban-sao", text.replace("108", "109", 1), "?dry_run=true").json()
    assert (found["stored"], found["change"]["kind"]) == (False, "added")
    assert [d["article_id"] for d in found["duplicates"]] == [BV108]
    assert 0.9 < found["duplicates"][0]["similarity"] < 1
    assert put(keeper, "ban-sao", text, "?dry_run=true").json()["duplicates"][0]["same_text"]
    shrunk = put(keeper, BV108, text[:500], "?dry_run=true").json()["change"]
    assert (shrunk["kind"], shrunk["old_length_chars"]) == ("changed", len(text))
    assert pending(keeper) == []


def test_a_dry_run_shows_the_organisation_that_was_stated_before(keeper: TestClient):
    put(keeper, query="?organisation=Bệnh viện Thử")
    found = put(keeper, text=NIGHT + "\nCó bãi giữ xe.\n", query="?dry_run=true").json()["article"]
    assert (found["organisation"], found["organisation_inferred"]) == ("Bệnh viện Thử", False)


@pytest.mark.parametrize(
    ("path", "body", "kind", "status", "words"),
    [
        ("a", b"x" * (MAX_FILE_BYTES + 1), "text/plain", 413, "50000000"),
        ("a", b"a,b", "text/csv", 415, "text/csv is not read"),
        ("a", b"abc", "", 415, "without a content type"),
        ("a", b"", "text/plain", 422, "empty"),
        ("a", b"%PDF-1.7 broken", "application/pdf", 422, "a.pdf"),
        ("a", b"--x--", "multipart/form-data; boundary=x", 422, "no file"),
        ("a", b"nothing", "multipart/form-data", 422, "form cannot be read"),
        ("A B", b"abc", "text/plain", 422, "it would be 'a-b'"),
        ("..%2F..%2Fetc", b"abc", "text/plain", 404, ""),
        ("%2e%2e", b"abc", "text/plain", 422, "not an article id"),
        ("a?date=ngày", b"abc", "text/plain", 422, "date"),
        ("a?date=2026-13", b"abc", "text/plain", 422, "2026-11-23"),
        ("a?title=" + "x" * 301, b"abc", "text/plain", 422, "at most 300"),
        ("a?title=x%0Ay", b"abc", "text/plain", 422, "one line"),
        ("a?titel=x", b"abc", "text/plain", 422, "titel"),
    ],
)
def test_what_is_no_article_is_refused_and_leaves_nothing(
    keeper: TestClient, path: str, body: bytes, kind: str, status: int, words: str
):
    headers = KEEPER | ({"content-type": kind} if kind else {})
    refused = keeper.put(f"/v1/articles/{path}", content=body, headers=headers)
    assert_problem(refused, status, words)
    assert uploads(keeper) == []
    assert pending(keeper) == []


@pytest.mark.parametrize(
    ("fields", "name", "status", "words"),
    [
        ({}, "bai.xlsx", 415, ".xlsx is not read"),
        ({"titel": "x"}, "bai.txt", 422, "titel"),
        ({"date": "hôm qua"}, "bai.txt", 422, "date"),
        ({"title": "x" * 20_000}, "bai.txt", 422, "form cannot be read"),
    ],
)
def test_a_form_with_something_wrong_is_refused(
    keeper: TestClient, fields: dict, name: str, status: int, words: str
):
    refused = keeper.put(
        "/v1/articles/a", headers=KEEPER, files={"file": (name, b"abc def")}, data=fields
    )
    assert_problem(refused, status, words)
    assert uploads(keeper) == []


def test_a_file_name_never_leads_out_of_its_folder(keeper: TestClient, tmp_path: Path):
    name = "../../../ra-ngoai.txt"
    sent = keeper.put("/v1/articles/a", headers=KEEPER, files={"file": (name, NIGHT.encode())})
    assert sent.status_code == 201
    assert list(tmp_path.rglob("ra-ngoai*")) == []


def test_what_a_dead_server_left_of_uploads_is_cleared(
    make_keeper: MakeKeeper, make_parts: MakeParts
):
    parts = make_parts(admin_key=KEY)
    left = parts.settings.data_dir / "uploads" / "99999999-abc"
    left.mkdir(parents=True)
    (left / "half.txt").write_text("half")
    assert uploads(make_keeper(parts)) == []


def test_an_article_is_removed_with_the_next_publication(keeper: TestClient):
    removed = keeper.delete(f"/v1/articles/{BV108}", headers=KEEPER)
    assert (removed.status_code, removed.json()["pending"]) == (202, 1)
    assert pending(keeper) == [("removed", BV108)]
    assert keeper.get(f"/v1/articles/{BV108}").status_code == 200
    assert_problem(keeper.delete(f"/v1/articles/{BV108}", headers=KEEPER), 410, "removed already")
    assert_problem(keeper.delete("/v1/articles/khong-co", headers=KEEPER), 404, "khong-co")


def test_a_change_that_waits_can_be_undone(keeper: TestClient):
    put(keeper, BV108, NIGHT)
    assert pending(keeper) == [("changed", BV108)]
    assert keeper.delete(f"/v1/pending/{BV108}", headers=KEEPER).json()["changes"] == []
    keeper.delete(f"/v1/articles/{BV108}", headers=KEEPER)
    assert keeper.delete(f"/v1/pending/{BV108}", headers=KEEPER).json()["changes"] == []
    put(keeper)
    assert_problem(keeper.delete("/v1/pending/phong-kham-dem", headers=KEEPER), 404, "go back to")


# ---- what is published


def test_a_job_says_how_far_it_is_and_what_came_of_it(keeper: TestClient, tmp_path: Path):
    go = tmp_path / "go"
    wait = f"import os\nwhile not os.path.exists({str(go)!r}): time.sleep(.02)"
    publishing_by(keeper, says("Loading", "embed 3/3", "ask 7/20", outcome=PUBLISHED, then=wait))
    begun = keeper.post("/v1/snapshots", headers=KEEPER)
    assert begun.status_code == 202
    job = begun.json()
    assert begun.headers["location"] == f"/v1/snapshots/jobs/{job['id']}"
    while job["step"] != "ask":
        job = keeper.get(begun.headers["location"], headers=KEEPER).json()
    assert (job["state"], job["done"], job["all"], job["problem"]) == ("running", 7, 20, None)
    busy = keeper.post("/v1/snapshots", json={}, headers=KEEPER)
    assert_problem(busy, 409, f"admin key from testclient at {job['started_at']}")
    go.touch()
    done = ended(keeper, job)
    assert (done["state"], done["snapshot"]) == ("published", "s-2")
    assert done["receipts"][0]["left"] == {"rows": 0}
    assert keeper.get("/v1/snapshots", headers=KEEPER).json()["job"] == done
    assert_problem(keeper.get("/v1/snapshots/jobs/unknown", headers=KEEPER), 404, "unknown")


def test_a_gate_that_refuses_is_409_in_the_job_with_its_report(keeper: TestClient):
    run = keeper.app.state.parts.settings.data_dir / "evaluation" / "runs" / "s-2"  # type: ignore[attr-defined]
    run.mkdir(parents=True)
    (run / "report.html").write_text("<!doctype html><title>x</title>")
    publishing_by(keeper, says(outcome=REFUSED))
    refused = ended(keeper, keeper.post("/v1/snapshots", headers=KEEPER).json())
    assert refused["state"] == "refused"
    assert refused["problem"] == {
        "type": "about:blank", "title": "Conflict", "status": 409, "detail": "It lost half.",
        "report": "/admin/reports/s-2",
    }  # fmt: skip
    assert refused["report"] == "/admin/reports/s-2"


def test_nothing_to_publish_is_no_refusal(keeper: TestClient):
    publishing_by(keeper, says(outcome=UNCHANGED))
    job = ended(keeper, keeper.post("/v1/snapshots", headers=KEEPER).json())
    assert (job["state"], job["snapshot"], job["problem"]) == ("unchanged", "", None)
    assert job["reasons"][0]["text"] == "The same."


def test_a_publication_that_breaks_down_says_its_last_words(keeper: TestClient):
    publishing_by(keeper, says("The data folder is full."))
    failed = ended(keeper, keeper.post("/v1/snapshots", headers=KEEPER).json())
    assert failed["state"] == "failed"
    assert failed["message"] == "The publication ended with status 3: The data folder is full."
    publishing_by(keeper, ("/nowhere/python",))
    missing = ended(keeper, keeper.post("/v1/snapshots", headers=KEEPER).json())
    assert (missing["state"], "could not be started" in missing["message"]) == ("failed", True)


def test_force_needs_who_and_why_and_passes_them_on(keeper: TestClient):
    for force in ({}, {"who": "", "why": "x"}, {"who": "An"}, {"who": "a\nb", "why": "x"}):
        assert_problem(keeper.post("/v1/snapshots", json={"force": force}, headers=KEEPER), 422)
    echo = (sys.executable, "-S", "-c", "import sys; print(*sys.argv[1:], file=sys.stderr)")
    publishing_by(keeper, echo)
    force = {"who": "--An", "why": "gấp; rm"}
    job = keeper.post("/v1/snapshots", json={"force": force}, headers=KEEPER).json()
    assert ended(keeper, job)["message"].endswith("--who=--An --force --why=gấp; rm")


def test_who_publishes_elsewhere_is_named(keeper: TestClient):
    with alone(keeper.app.state.parts.settings):  # type: ignore[attr-defined]
        assert_problem(keeper.post("/v1/snapshots", headers=KEEPER), 409, "process")
        record = keeper.get("/v1/snapshots", headers=KEEPER).json()["publications"]
        assert [found["code"] for found in record[0]["reasons"]] == ["busy"]
        live = keeper.get("/v1/snapshots", headers=KEEPER).json()["live"]
        assert_problem(keeper.post(f"/v1/snapshots/{live}/point", headers=KEEPER), 409, "process")


def test_a_server_that_stops_ends_its_publication(make_parts: MakeParts, tmp_path: Path):
    started = tmp_path / "pid"
    note = f"import os; open({str(started)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    with TestClient(create_app(make_parts(admin_key=KEY))) as client:
        publishing_by(client, says(then=note))
        client.post("/v1/snapshots", headers=KEEPER)
        while not started.exists() or not started.read_text():
            time.sleep(0.02)
    assert not Path("/proc", started.read_text()).exists()


def test_the_process_has_our_settings_one_thread_and_no_key(tmp_path: Path):
    settings = Settings(_env_file=None, data_dir=tmp_path, admin_key=KEY, api_keys="k", threads=2)  # type: ignore[call-arg]
    found = environment(settings, {"PATH": "/bin", "COOPQA_ADMIN_KEY": KEY, "COOPQA_PORT": "1"})
    assert (found["COOPQA_DATA_DIR"], found["COOPQA_THREADS"]) == (str(tmp_path), "1")
    assert (found["PATH"], found["COOPQA_PORT"]) == ("/bin", "8000")
    assert not {KEY, "k"} & set(found.values())


def test_the_real_command_publishes_and_a_removal_is_final(
    make_keeper: MakeKeeper, make_parts: MakeParts, models_dir: Path, tmp_path: Path
):
    data_dir = tmp_path / "small"
    data_dir.mkdir()
    (data_dir / "models").symlink_to(models_dir)
    # Without golds of the shipped articles the evaluation is short.
    articles = Path(__file__).parent / "browser" / "articles"
    parts = make_parts(data_dir, admin_key=KEY, corpus_dir=articles)
    prepare(parts)
    keeper, before = make_keeper(parts), parts.pointer.current()
    put(keeper)
    keeper.delete("/v1/articles/may-in-mau", headers=KEEPER)
    force = {"who": "Lê An", "why": "thử"}
    job = keeper.post("/v1/snapshots", json={"force": force}, headers=KEEPER).json()
    done = ended(keeper, job, seconds=300)
    assert done["state"] == "published", done
    assert [(r["article_id"], set(r["left"].values())) for r in done["receipts"]] == [
        ("may-in-mau", {0})
    ]
    assert {a["id"] for a in keeper.get("/v1/articles").json()["articles"]} == {
        "phong-kham-dem", "khu-khuan-may-noi-soi"
    }  # fmt: skip
    assert_problem(keeper.get("/v1/articles/may-in-mau"), 410)
    after = keeper.get("/v1/snapshots", headers=KEEPER).json()
    assert (after["live"], after["publications"][0]["who"]) == (done["snapshot"], "Lê An")
    assert keeper.get(done["report"], headers=KEEPER).status_code == 200
    old = next(s["id"] for s in after["snapshots"] if not s["live"])
    assert old != before
    assert keeper.post(f"/v1/snapshots/{old}/point", headers=KEEPER).status_code == 200
    assert_problem(keeper.get("/v1/articles/may-in-mau"), 410)


def test_a_snapshot_is_shown_again(keeper: TestClient):
    live = keeper.get("/v1/snapshots", headers=KEEPER).json()["live"]
    put(keeper)
    pointed = keeper.post(f"/v1/snapshots/{live}/point", headers=KEEPER)
    assert pointed.json() == {"live": live, "pending": 1}
    assert_problem(keeper.post("/v1/snapshots/none/point", headers=KEEPER), 404, "none")
    record = keeper.get("/v1/snapshots", headers=KEEPER).json()["publications"]
    assert (record[0]["action"], record[0]["who"]) == ("point", "admin key from testclient")


def test_a_damaged_snapshot_is_not_shown(keeper: TestClient):
    pointer = keeper.app.state.parts.pointer  # type: ignore[attr-defined]
    live = pointer.current()
    folder = pointer.path("broken")
    folder.mkdir()
    manifest = json.loads((pointer.path(live) / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | {"id": "broken"}))
    assert_problem(keeper.post("/v1/snapshots/broken/point", headers=KEEPER), 409)
    assert pointer.current() == live


# ---- the page and the reports


def test_the_page_holds_no_secret_and_opens_in_no_frame(make_keeper: MakeKeeper):
    client = make_keeper(allowed_origins="https://intranet.example")
    page = client.get("/admin")
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert KEY not in page.text
    assert "style=" not in page.text and "<script>" not in page.text


def test_reports_open_for_a_keeper_who_signed_in_and_run_no_foreign_script(keeper: TestClient):
    run = keeper.app.state.parts.settings.data_dir / "evaluation" / "runs" / "20260101T000000-abc"  # type: ignore[attr-defined]
    run.mkdir(parents=True)
    (run / "report.html").write_text("<!doctype html><title>báo cáo</title>", "utf-8")
    address = "/admin/reports/20260101T000000-abc"
    assert keeper.get(address).status_code == 401
    assert keeper.get(address, headers=KEEPER).status_code == 200
    signed = keeper.post("/admin/session", headers=KEEPER)
    for part in ("HttpOnly", "SameSite=strict", "Path=/admin/reports"):
        assert part in signed.headers["set-cookie"]
    opened = keeper.get(address)
    assert "báo cáo" in opened.text
    policy = opened.headers["content-security-policy"]
    assert "sandbox allow-scripts" in policy and "default-src 'none'" in policy
    assert "script-src 'sha256-" in policy
    assert_problem(keeper.get("/admin/reports/..%2f..%2fhistory", headers=KEEPER), 404)
    assert_problem(keeper.get("/admin/reports/none", headers=KEEPER), 404, "none")
    keeper.delete("/admin/session")
    assert keeper.get(address).status_code == 401
