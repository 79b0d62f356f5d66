"""A server of ours, a strict page of another origin that embeds the widget, and a Chromium.

`BROWSER_SERVER_COMMAND` replaces the command that starts the server under test; it gets the same
`COOPQA_*` environment.
"""

import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.chat import Chat
from tests.browser.host import HostSite
from tests.browser.server import Server, free_port

ROOT = Path(__file__).parents[2]
COMMAND = os.environ.get("BROWSER_SERVER_COMMAND", f"{shlex.quote(sys.executable)} -m api serve")

expect.set_options(timeout=15_000)

LISTENER = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(
  `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped articles, and two that are hard to show: emoji, and hostile markup."""
    folder = tmp_path_factory.mktemp("corpus") / "articles"
    shutil.copytree(ROOT / "corpus" / "articles", folder)
    shutil.copytree(Path(__file__).parent / "articles", folder, dirs_exist_ok=True)
    hostile = folder / "may-in-mau.txt"
    hostile.write_text(hostile.read_text("utf-8") + "\n" + "dài" * 33_000 + "\n", "utf-8")
    return folder


@pytest.fixture(scope="session")
def host_port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def server(
    corpus: Path, host_port: int, models_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("data")
    (data / "models").symlink_to(models_dir)
    environment = os.environ | {
        "COOPQA_CORPUS_DIR": str(corpus),
        "COOPQA_DATA_DIR": str(data),
        "COOPQA_ALLOWED_ORIGINS": f"http://127.0.0.1:{host_port}",
    }
    server = Server(shlex.split(COMMAND), free_port(), environment, ROOT)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def base_url(server: Server) -> str:
    """Origin of the server under test, without a final slash."""
    return server.base_url


@pytest.fixture(scope="session")
def host_url(base_url: str, host_port: int) -> Iterator[str]:
    """Origin of the page that embeds the widget; `/`, `/floating`, and `?attribute=value`."""
    with HostSite(base_url, host_port) as site:
        yield site.url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"], headless=True
        )
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser session; ends by checking that no page broke its policy or threw."""
    context = browser.new_context(viewport={"width": 1100, "height": 820}, reduced_motion="reduce")
    context.add_init_script(LISTENER)
    thrown: list[str] = []
    context.on("weberror", lambda event: thrown.append(str(event.error)))
    yield context
    violations = [
        violation
        for page in context.pages
        if page.url.startswith("http")
        for violation in page.evaluate("window.violations")
    ]
    context.close()
    assert violations == []
    assert thrown == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def chat(page: Page, host_url: str) -> Chat:
    """The widget on the other origin's page."""
    page.goto(host_url)
    return Chat(page)
