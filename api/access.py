"""Who may ask: keys for programs, short-lived tokens for pages, and a limit for everyone."""

import hmac
import secrets
from typing import Annotated

from fastapi import Depends, Request
from itsdangerous import BadSignature, TimestampSigner
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.exceptions import HTTPException

from corpus.errors import TooManyRequests, Unauthorised
from qa.settings import Settings

_TOKEN_SECONDS = 600
_OWN_PAGE = "same-origin"


class Gatekeeper:
    """Checks keys, tokens and rates for one running server."""

    def __init__(self, settings: Settings) -> None:
        self._keys = settings.keys
        self._origins = settings.origins
        self._public_url = settings.public_url
        self._signer = TimestampSigner(secrets.token_bytes(32))
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._rate = RateLimitItemPerMinute(settings.requests_per_minute)

    token_seconds = _TOKEN_SECONDS

    def admit(self, request: Request) -> None:
        """Let a request pass, or raise Unauthorised or TooManyRequests."""
        credential = _bearer(request)
        if self._keys and not (self._is_key(credential) or self._is_token(credential, request)):
            raise Unauthorised("Send a key as `Authorization: Bearer ...`.")
        host = request.client.host if request.client else ""
        # Only a key is a client of its own: what anybody may make up would lift the limit.
        client = credential if self._is_key(credential) else host
        if not self._limiter.hit(self._rate, client):
            raise TooManyRequests("Too many questions in a minute; wait a little and ask again.")

    def count_wrong_key(self, request: Request) -> None:
        """Note a wrong admin key; TooManyRequests when too many come from one place."""
        host = request.client.host if request.client else ""
        if not self._limiter.hit(self._rate, "admin", host):
            raise TooManyRequests("Too many wrong keys in a minute; wait a little.")

    def token_for(self, request: Request) -> str:
        """Return a token for a page of an allowed origin or of this server; "" if none is needed.

        Raises:
            Unauthorised: the page's origin is not allowed.
        """
        if not self._keys:
            return ""
        origin = request.headers.get("origin", "")
        if origin in self._origins or self._is_own_page(request, origin):
            return self._signer.sign(origin or _OWN_PAGE).decode()
        raise Unauthorised(f"Pages of {origin or 'no origin'} may not use this service.")

    def _is_own_page(self, request: Request, origin: str) -> bool:
        own = {request.headers.get("host", ""), _host_of(self._public_url)} - {""}
        if origin:
            return _host_of(origin) in own
        # A browser names no origin when a page gets something from its own server, and says that
        # it is the same one only over HTTPS.
        same = request.headers.get("sec-fetch-site") == "same-origin"
        return same or _host_of(request.headers.get("referer", "")) in own

    def _is_key(self, credential: str) -> bool:
        return any(hmac.compare_digest(credential.encode(), key.encode()) for key in self._keys)

    def _is_token(self, credential: str, request: Request) -> bool:
        try:
            signed = self._signer.unsign(credential, max_age=_TOKEN_SECONDS).decode()
        except BadSignature:
            return False
        origin = request.headers.get("origin", "")
        if signed == _OWN_PAGE:
            return not origin or self._is_own_page(request, origin)
        # A token that was copied to a page of another origin is worth nothing there.
        return origin in ("", signed)


def _host_of(address: str) -> str:
    return address.partition("://")[2].partition("/")[0]


def _bearer(request: Request) -> str:
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    return credential.strip() if scheme.lower() == "bearer" else ""


async def _admit(request: Request) -> None:
    keeper: Gatekeeper = request.app.state.gatekeeper
    keeper.admit(request)


def need_admin_key(request: Request) -> str:
    """Return the admin key; without one the keeper's routes are not there."""
    expected: str = request.app.state.parts.settings.admin_key.get_secret_value()
    if not expected:
        raise HTTPException(404)
    return expected


def is_admin(request: Request) -> None:
    """Let the keeper of the corpus pass.

    Raises:
        Unauthorised: no key was sent, or a wrong one.
        TooManyRequests: too many wrong ones came from there.
    """
    expected = need_admin_key(request)
    # Headers arrive as Latin-1, whatever the key is written in.
    if not hmac.compare_digest(_bearer(request).encode("latin-1"), expected.encode()):
        keeper: Gatekeeper = request.app.state.gatekeeper
        keeper.count_wrong_key(request)
        raise Unauthorised("This route is for the keeper of the corpus; send the admin key.")


Admitted = Annotated[None, Depends(_admit)]
"""Declared by every route that costs work."""
AdminOnly = Depends(is_admin)
"""Of every route that changes what users see."""
