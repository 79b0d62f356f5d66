"""Host names, and refusals that pages of other origins can read."""

import pytest

from api.hosts import is_trusted, trusted_hosts
from api.limits import BODY_MAX_BYTES
from qa.settings import Settings
from tests.conftest import MakeClient
from tests.test_api_bad_input import assert_problem

FRIEND = "https://intranet.example"


def names(**settings: str) -> frozenset[str] | None:
    return trusted_hosts(Settings(_env_file=None, **settings))  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000", "10.1.2.3", "a.localhost", ""],
)
def test_a_server_of_this_computer_answers_to_local_names_and_addresses(host: str):
    assert is_trusted(host, names())


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example",
     "evil", "[evil", "127.0.0.1@evil.example", "a, localhost"],
)  # fmt: skip
def test_it_answers_to_no_other_name(host: str):
    assert not is_trusted(host, names())


def test_it_answers_to_its_public_name_and_to_those_of_allowed_pages():
    hosts = names(public_url="https://HoiDap.example:8443/hoi", allowed_origins=f"{FRIEND}:81")
    assert is_trusted("hoidap.example:8443", hosts)
    assert is_trusted("intranet.example", hosts)
    assert not is_trusted("elsewhere.example", hosts)


def test_a_server_open_to_the_network_answers_to_any_name_until_it_knows_its_own():
    assert is_trusted("srv.example", names(host="0.0.0.0"))
    known = names(host="0.0.0.0", public_url="https://hoidap.example")
    assert is_trusted("hoidap.example", known)
    assert not is_trusted("srv.example", known)


def test_a_foreign_name_is_refused_with_a_problem_that_says_what_to_do(make_client: MakeClient):
    client = make_client(host="127.0.0.1")
    for path in ("/", "/v1/articles", "/healthz"):
        refused = client.get(path, headers={"host": "evil.example"})
        assert_problem(refused, 421)
        assert "COOPQA_PUBLIC_URL" in refused.json()["detail"]
        assert client.get(path, headers={"host": "127.0.0.1:8000"}).status_code == 200


def test_pages_of_allowed_origins_can_read_refusals_and_failures(make_client: MakeClient):
    client = make_client(allowed_origins=FRIEND)
    headers = {"origin": FRIEND, "content-length": str(BODY_MAX_BYTES + 1)}
    too_large = client.post("/v1/ask", content=b"{}", headers=headers)
    client.app.state.pipeline = None  # type: ignore[attr-defined]
    failed = client.post("/v1/ask", json={"question": "gì?"}, headers={"origin": FRIEND})
    for answer, status in ((too_large, 413), (failed, 500)):
        assert_problem(answer, status)
        assert answer.headers["access-control-allow-origin"] == FRIEND
        assert answer.headers["x-request-id"] == answer.json()["request_id"]
