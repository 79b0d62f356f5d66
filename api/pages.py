"""The pages that people open: chat, reading page, what the service knows, and the widget."""

from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader

from api.answers import TheParts
from api.articles import article_version
from api.problems import status_of
from api.requests import PlainText
from corpus.article import Article
from corpus.errors import ArticleGone, CoopQaError, NotFound

router = APIRouter(include_in_schema=False)

_STATIC = Path(__file__).with_name("static")
_FILES = frozenset(p.name for p in _STATIC.iterdir() if p.suffix in (".css", ".js", ".svg"))
_templates = Environment(
    loader=FileSystemLoader(_STATIC), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
_STARTERS_MAX = 3


@router.get("/")
def chat_page(parts: TheParts, lang: str = "vi") -> HTMLResponse:
    """Show the chat."""
    return show(parts, "chat.html", lang=known_lang(lang))


@router.get("/about")
def about_page(parts: TheParts, lang: str = "vi") -> HTMLResponse:
    """Show which articles answers come from."""
    live = parts.live().snapshot.table.articles
    return show(
        parts, "about.html", lang=known_lang(lang), articles=[live[i] for i in sorted(live)]
    )


@router.get("/articles/{article_id}")
def reading_page(
    article_id: PlainText,
    parts: TheParts,
    request: Request,
    v: PlainText = "",
    start: Annotated[int, Query(ge=0)] = 0,
    end: Annotated[int, Query(ge=0)] = 0,
) -> HTMLResponse:
    """Show one version of an article with a range marked; offsets count code points."""
    lang = known_lang(request.query_params.get("lang", "vi"))
    try:
        article, current = article_version(parts, article_id, v)
    except ArticleGone:
        return show(parts, "gone.html", HTTPStatus.GONE, lang=lang)
    except CoopQaError as error:
        status = status_of(error)
        detail = _NOT_FOUND[lang] if isinstance(error, NotFound) else str(error)
        return show(
            parts, "error.html", status, lang=lang, status=int(status), title=status.phrase,
            detail=detail, request_id=request.state.request_id,
        )  # fmt: skip
    return show(
        parts,
        "article.html",
        lang=lang,
        article=article,
        current=current,
        current_url=f"{base_path(parts)}/articles/{article_id}",
        **_cut(article, start, end),
    )


@router.get("/widget.js")
def widget() -> Response:
    """Return the chat component, for pages of any origin; what it may ask is decided elsewhere."""
    headers = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "no-cache"}
    return FileResponse(_STATIC / "widget.js", media_type="text/javascript", headers=headers)


@router.get("/static/{name}")
def static(name: str) -> Response:
    """Return a style sheet, script or picture of the pages."""
    if name not in _FILES:
        raise NotFound(f"There is no file {name!r}.")
    return FileResponse(_STATIC / name, headers={"Cache-Control": "no-cache"})


@router.get("/v1/widget/token")
def widget_token(request: Request) -> Response:
    """Return a short-lived token to a page of an allowed origin; a page never holds a key.

    204 where no keys are set, so that no token is needed.
    """
    keeper = request.app.state.gatekeeper
    if not (token := keeper.token_for(request)):
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return JSONResponse({"token": token, "expires_in": keeper.token_seconds})


@router.get("/v1/starters")
def starters(parts: TheParts) -> dict[str, list[str]]:
    """Return questions to start with: the ones set, else one about each organisation."""
    if chosen := parts.settings.starter_questions:
        return {"questions": list(chosen)}
    names = [o.name for o in parts.live().directory.organisations][:_STARTERS_MAX]
    return {"questions": [f"{name} hợp tác với những nước nào?" for name in names]}


def _cut(article: Article, start: int, end: int) -> dict[str, Any]:
    text = article.text
    if not start < end <= len(text):
        start = end = 0
    return {"text": text, "before": text[:start], "marked": text[start:end], "after": text[end:]}


def show(
    parts: Any,
    name: str,
    status_code: int = HTTPStatus.OK,
    *,
    framed: bool = True,
    **values: Any,
) -> HTMLResponse:
    """Return a page from its template, under a policy that lets nothing in but our own files.

    A page that is not `framed` opens in no frame, not even one of an allowed origin.
    """
    ancestors = " ".join(["'self'", *parts.settings.origins]) if framed else "'none'"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {ancestors}; require-trusted-types-for 'script'"
    )
    html = _templates.get_template(name).render(base_url=base_path(parts), **values)
    return HTMLResponse(html, status_code, {"Content-Security-Policy": policy})


def base_path(parts: Any) -> str:
    """Return the path under which a reverse proxy serves us, from the public address."""
    _, _, rest = parts.settings.public_url.partition("://")
    _, slash, path = rest.partition("/")
    return f"{slash}{path}".rstrip("/")


def known_lang(lang: str) -> str:
    """Return the language of a page, Vietnamese where it is not one of ours."""
    return lang if lang in _NOT_FOUND else "vi"


_NOT_FOUND = {
    "vi": "Không có bài viết hoặc phiên bản này.",
    "en": "There is no such article or version.",
}
