"""Origins, keys, tokens and limits."""

import itsdangerous
import pytest
from starlette.testclient import TestClient

from corpus.errors import InvalidSetting
from qa.settings import read_settings
from tests.conftest import MakeClient
from tests.test_api_bad_input import assert_problem

FRIEND = "https://intranet.example"
STRANGER = "https://elsewhere.example"
KEYS = "first-key-1234567890,second-key-1234567890"
GREETING = {"question": "xin chào"}
SERVER = "http://testserver"


def preflight(client: TestClient, origin: str, method: str = "POST", header: str = "content-type"):
    return client.options(
        "/v1/chat",
        headers={
            "origin": origin,
            "access-control-request-method": method,
            "access-control-request-headers": header,
        },
    )


def bearer(credential: str, **more: str) -> dict[str, str]:
    return {"authorization": f"Bearer {credential}", **more}


def test_only_pages_of_allowed_origins_may_read_answers(make_client: MakeClient):
    client = make_client(allowed_origins=f"{FRIEND}/, https://other.example")
    allowed = client.post("/v1/ask", json=GREETING, headers={"origin": FRIEND})
    assert allowed.headers["access-control-allow-origin"] == FRIEND
    assert "origin" in allowed.headers["vary"].lower()
    assert "access-control-allow-credentials" not in allowed.headers
    assert "x-request-id" in allowed.headers["access-control-expose-headers"]
    for origin in (STRANGER, "null", "http://intranet.example", f"{FRIEND}.evil.example", "*"):
        refused = client.post("/v1/ask", json=GREETING, headers={"origin": origin})
        assert "access-control-allow-origin" not in refused.headers, origin
    without = client.post("/v1/ask", json=GREETING)
    assert without.status_code == 200
    assert "access-control-allow-origin" not in without.headers


def test_a_preflight_is_answered_for_allowed_origins_only(make_client: MakeClient):
    client = make_client(allowed_origins=FRIEND)
    for method in ("POST", "GET", "DELETE"):
        allowed = preflight(client, FRIEND, method, "authorization,content-type")
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == FRIEND
        assert method in allowed.headers["access-control-allow-methods"]
    for origin in (STRANGER, "null"):
        refused = preflight(client, origin)
        assert refused.status_code == 400
        assert "access-control-allow-origin" not in refused.headers
    assert preflight(client, FRIEND, "PUT").status_code == 400
    assert preflight(client, FRIEND, header="x-anything").status_code == 400


def test_no_origin_is_allowed_unless_it_is_named(make_client: MakeClient):
    client = make_client()
    answer = client.post("/v1/ask", json=GREETING, headers={"origin": STRANGER})
    assert "access-control-allow-origin" not in answer.headers
    refused = preflight(client, STRANGER)
    assert refused.status_code == 405
    assert "access-control-allow-origin" not in refused.headers


def test_errors_can_be_read_by_allowed_pages_too(make_client: MakeClient):
    client = make_client(allowed_origins=FRIEND)
    large = iter([b"x" * 200_000, b"x" * 200_000])
    json = {"content-type": "application/json", "origin": FRIEND}
    for response in (
        client.post("/v1/ask", json={}, headers={"origin": FRIEND}),
        client.post("/v1/ask", content=large, headers=json),
    ):
        assert_problem(response, response.status_code)
        assert response.headers["access-control-allow-origin"] == FRIEND


@pytest.mark.parametrize("origins", ["*", f"{FRIEND},*"])
def test_a_star_is_no_origin(monkeypatch: pytest.MonkeyPatch, origins: str):
    monkeypatch.setenv("COOPQA_ALLOWED_ORIGINS", origins)
    with pytest.raises(InvalidSetting, match="must name origins"):
        read_settings()


def test_only_allowed_pages_may_frame_ours(make_client: MakeClient):
    policy = make_client(allowed_origins=FRIEND).get("/").headers["content-security-policy"]
    assert f"frame-ancestors 'self' {FRIEND};" in policy
    assert "unsafe" not in policy


COSTLY = [
    ("/v1/ask", GREETING),
    ("/v1/search", {"query": "ghép"}),
    ("/v1/chat", {"message": "xin chào"}),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": "xin chào"}]}),
    ("/v1/feedback", {"question": "a", "answer": "", "snapshot": "", "verdict": "up"}),
]


@pytest.mark.parametrize(("path", "body"), COSTLY)
def test_with_keys_set_every_route_that_works_asks_for_one(
    make_client: MakeClient, path: str, body: dict
):
    client = make_client(api_keys=KEYS)
    for headers in (
        {},
        bearer(""),
        bearer("wrong"),
        bearer("first-key-123456789"),
        {"authorization": "Basic first-key-1234567890"},
        bearer("ké"),
    ):
        encoded = {k: v.encode("latin-1", "replace") for k, v in headers.items()}
        refused = client.post(path, json=body, headers=encoded)
        assert_problem(refused, 401, "Authorization: Bearer")
        assert refused.headers["www-authenticate"] == "Bearer"
    for key in KEYS.split(","):
        assert client.post(path, json=body, headers=bearer(key)).status_code in (200, 201)


def test_health_pages_and_articles_need_no_key(make_client: MakeClient):
    client = make_client(api_keys=KEYS)
    for path in ("/healthz", "/readyz", "/metrics", "/", "/about", "/widget.js", "/v1/articles"):
        assert client.get(path).status_code == 200, path


def test_without_keys_nobody_needs_a_token(client: TestClient):
    given = client.get("/v1/widget/token")
    assert (given.status_code, given.content) == (204, b"")


def test_a_page_of_an_allowed_origin_gets_a_token_that_only_works_there(make_client: MakeClient):
    client = make_client(api_keys=KEYS, allowed_origins=FRIEND)
    given = client.get("/v1/widget/token", headers={"origin": FRIEND}).json()
    assert given["expires_in"] == 600
    token = given["token"]
    assert "first-key" not in token
    right = client.post("/v1/ask", json=GREETING, headers=bearer(token, origin=FRIEND))
    assert right.status_code == 200
    for origin in (STRANGER, "null", SERVER):
        copied = client.post("/v1/ask", json=GREETING, headers=bearer(token, origin=origin))
        assert_problem(copied, 401)
    # Not the last character, two bits of which mean nothing.
    signed, dot, signature = token.rpartition(".")
    changed = signed + dot + ("A" if signature[0] != "A" else "B") + signature[1:]
    refused = client.post("/v1/ask", json=GREETING, headers=bearer(changed, origin=FRIEND))
    assert_problem(refused, 401)


@pytest.mark.parametrize("origin", [STRANGER, "null", "http://[", "", f"{SERVER}.evil.example"])
def test_other_pages_get_no_token(make_client: MakeClient, origin: str):
    client = make_client(api_keys=KEYS, allowed_origins=FRIEND)
    headers = {"origin": origin, "sec-fetch-site": "cross-site"} if origin else {}
    assert_problem(client.get("/v1/widget/token", headers=headers), 401, "may not use this service")


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "same-origin"}, {"referer": f"{SERVER}/"}, {"origin": SERVER}]
)
def test_our_own_page_gets_a_token_and_asks_with_it(make_client: MakeClient, headers: dict):
    # A browser sends no Origin with a GET to the page's own server, but one with each POST.
    client = make_client(api_keys=KEYS)
    token = client.get("/v1/widget/token", headers=headers).json()["token"]
    asked = client.post("/v1/ask", json=GREETING, headers=bearer(token, origin=SERVER))
    assert asked.status_code == 200
    copied = client.post("/v1/ask", json=GREETING, headers=bearer(token, origin=STRANGER))
    assert_problem(copied, 401)


def test_a_page_under_the_public_address_is_ours(make_client: MakeClient):
    client = make_client(api_keys=KEYS, public_url="https://qa.hospital.example/hoi")
    own = {"origin": "https://qa.hospital.example"}
    token = client.get("/v1/widget/token", headers=own).json()["token"]
    asked = client.post("/v1/ask", json=GREETING, headers=bearer(token, **own))
    assert asked.status_code == 200


def test_a_token_lasts_ten_minutes(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch):
    client = make_client(api_keys=KEYS, allowed_origins=FRIEND)
    token = client.get("/v1/widget/token", headers={"origin": FRIEND}).json()["token"]
    now = itsdangerous.TimestampSigner.get_timestamp
    for later, status in ((599, 200), (601, 401)):
        monkeypatch.setattr(
            itsdangerous.TimestampSigner, "get_timestamp", lambda self, n=later: now(self) + n
        )
        asked = client.post("/v1/ask", json=GREETING, headers=bearer(token, origin=FRIEND))
        assert asked.status_code == status


def test_more_questions_than_the_limit_are_429(make_client: MakeClient):
    client = make_client(requests_per_minute=3)
    for _ in range(3):
        assert client.post("/v1/ask", json=GREETING).status_code == 200
    refused = client.post("/v1/ask", json=GREETING)
    assert_problem(refused, 429, "wait a little")
    assert int(refused.headers["retry-after"]) > 0
    assert_problem(client.post("/v1/chat", json={"message": "a"}), 429)
    assert client.get("/healthz").status_code == 200


def test_a_made_up_credential_does_not_lift_the_limit(make_client: MakeClient):
    client = make_client(requests_per_minute=3)
    statuses = [
        client.post("/v1/ask", json=GREETING, headers=bearer(f"made-up-{n}")).status_code
        for n in range(4)
    ]
    assert statuses == [200, 200, 200, 429]


def test_each_key_has_a_limit_of_its_own(make_client: MakeClient):
    client = make_client(requests_per_minute=2, api_keys=KEYS)
    for key in KEYS.split(","):
        statuses = [
            client.post("/v1/ask", json=GREETING, headers=bearer(key)).status_code for _ in range(3)
        ]
        assert statuses == [200, 200, 429]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/v1/articles/a"),
        ("DELETE", "/v1/articles/a"),
        ("POST", "/v1/snapshots"),
        ("GET", "/v1/snapshots"),
        ("POST", "/v1/snapshots/a/point"),
        ("GET", "/admin"),
    ],
)
def test_without_an_admin_key_there_are_no_admin_routes(client: TestClient, method: str, path: str):
    response = client.request(method, path, headers=bearer(""))
    assert response.status_code in (404, 405)
    assert path not in client.get("/openapi.json").json()["paths"]
