"""The keeper's page, and the evaluation reports that it links to.

The page holds no secret: the keeper types the key. A link cannot carry a key, so a keeper who has
signed in gets a cookie that opens reports and nothing else.
"""

import base64
import hashlib
import re
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, Response
from itsdangerous import BadSignature, TimestampSigner

from api.access import AdminOnly, is_admin, need_admin_key
from api.admin_snapshots import report_path
from api.answers import TheParts
from api.pages import base_path, known_lang, show
from api.requests import IsText
from corpus.errors import NotFound, Unauthorised
from qa.settings import Settings

router = APIRouter(include_in_schema=False, dependencies=[Depends(need_admin_key)])

_COOKIE = "coopqa_reports"
_COOKIE_SECONDS = 1800
_SIGNED = "reports"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_TEMPLATE = Path(__file__).parents[1] / "eval" / "report_template.html"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class ReportCookie:
    """Signs and checks the cookie that opens reports, for one running server."""

    def __init__(self) -> None:
        self._signer = TimestampSigner(secrets.token_bytes(32))

    def sign(self) -> str:
        """Return a new value."""
        return self._signer.sign(_SIGNED).decode()

    def is_good(self, value: str) -> bool:
        """Tell whether a value is ours and not older than half an hour."""
        try:
            return self._signer.unsign(value, max_age=_COOKIE_SECONDS).decode() == _SIGNED
        except BadSignature:
            return False


@router.get("/admin")
def admin_page(parts: TheParts, lang: str = "vi") -> HTMLResponse:
    """Show the keeper's page."""
    page = show(parts, "admin.html", lang=known_lang(lang), framed=False)
    page.headers["Cache-Control"] = "no-store"
    return page


@router.post("/admin/session", status_code=204, dependencies=[AdminOnly])
async def sign_in(request: Request, parts: TheParts) -> Response:
    """Let a keeper open reports for half an hour; called again while the keeper is at work."""
    cookie: ReportCookie = request.app.state.report_cookie
    response = Response(status_code=204)
    response.set_cookie(
        _COOKIE,
        cookie.sign(),
        max_age=_COOKIE_SECONDS,
        path=f"{base_path(parts)}/admin/reports",
        secure=_is_secure(parts.settings),
        httponly=True,
        samesite="strict",
    )
    return response


@router.delete("/admin/session", status_code=204)
async def sign_out(parts: TheParts) -> Response:
    """Take the cookie back."""
    response = Response(status_code=204)
    response.delete_cookie(_COOKIE, path=f"{base_path(parts)}/admin/reports")
    return response


@router.get("/admin/reports/{snapshot_id}")
def report(
    snapshot_id: Annotated[str, InPath(max_length=100), IsText], request: Request, parts: TheParts
) -> HTMLResponse:
    """Show the evaluation report of a snapshot."""
    cookie: ReportCookie = request.app.state.report_cookie
    if not cookie.is_good(request.cookies.get(_COOKIE, "")):
        try:
            is_admin(request)
        except Unauthorised:
            return show(
                parts, "error.html", 401, lang="vi", status=401, title="Cần đăng nhập",
                detail="Hãy đăng nhập trang quản lý kho bài viết (/admin) rồi mở lại báo cáo.",
                request_id=request.state.request_id, framed=False,
            )  # fmt: skip
    path = report_path(parts, snapshot_id)
    if not _ID.fullmatch(snapshot_id) or not path.is_file():
        raise NotFound(f"There is no evaluation report of {snapshot_id!r}.")
    headers = {"Content-Security-Policy": _report_policy(), "Cache-Control": "no-store"}
    return HTMLResponse(path.read_text("utf-8"), headers=headers)


@lru_cache(maxsize=1)
def _report_policy() -> str:
    """Return the policy of reports: no network, no origin, and no script but the template's own.

    The script is hashed as the template has it, so one that came in with an article never runs.
    Styles may be inline, since the plots carry style attributes; without a network they cannot
    tell anybody anything.
    """
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in _SCRIPT.findall(_TEMPLATE.read_text("utf-8"))
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-scripts"
    )


def _is_secure(settings: Settings) -> bool:
    return settings.public_url.startswith("https:")
