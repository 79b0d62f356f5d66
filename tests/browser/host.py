"""An intranet page of another origin, under as strict a content security policy as there is."""

import html
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

POLICY = (
    "default-src 'none'; script-src {base}; connect-src {base}; style-src 'none'; "
    "base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)

PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>Trang nội bộ khoa Nội</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="{base}/widget.js" defer{script}></script></head>
<body><main><h1>Trang nội bộ khoa Nội</h1>
<p>Lịch trực tuần này có tại phòng hành chính. <a href="/lich-truc">Lịch trực</a></p>
{component}</main></body></html>
"""


class HostSite:
    """`/` embeds the component, `/floating` the one-line form; the query gives its attributes."""

    def __init__(self, base_url: str, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler(base_url))
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)

    def __enter__(self) -> "HostSite":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def _page(base_url: str, target: str) -> bytes:
    parts = urlsplit(target)
    query = parse_qsl(parts.query)
    if parts.path == "/floating":
        script = "".join(f' data-{name}="{html.escape(value)}"' for name, value in query)
        return PAGE.format(base=base_url, script=f" data-floating{script}", component="").encode()
    attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in query)
    component = f"<coop-chat{attributes}></coop-chat>"
    return PAGE.format(base=base_url, script="", component=component).encode()


def _handler(base_url: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = _page(base_url, self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY.format(base=base_url))
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Says nothing: a test's output is the test's."""

    return Handler
