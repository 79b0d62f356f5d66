"""The widget as a test sees it: by roles and names, through the shadow root."""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page, Request, Route, expect


class Chat:
    """One `<coop-chat>` on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.field = page.locator("coop-chat #question")
        self.turns = page.locator("coop-chat [part=turn]")
        self.live = page.locator("coop-chat [aria-live=polite]")

    def ask(self, question: str) -> Locator:
        """Asks, waits for the reply to be there, gives the turn."""
        before = self.turns.count()
        self.field.fill(question)
        self.field.press("Enter")
        return self.finished(before)

    def finished(self, index: int) -> Locator:
        turn = self.turns.nth(index)
        expect(turn).to_be_visible()
        expect(turn.locator(".waiting")).to_have_count(0)
        return turn

    def button(self, name: str) -> Locator:
        return self.page.locator("coop-chat").get_by_role("button", name=name, exact=True)


def sent(request: Request) -> dict[str, Any]:
    """The JSON object that a request carries."""
    body = request.post_data_json
    assert isinstance(body, dict)
    return body


def answer_with(page: Page, answer: Mapping[str, object]) -> None:
    """Answers every question with one object, so a test may show what no article says."""

    def fulfil(route: Route) -> None:
        route.fulfill(json=answer, headers={"Access-Control-Allow-Origin": "*"})

    page.route("**/v1/chat", fulfil)


def answer(**changes: object) -> dict[str, object]:
    """An answer object in the form of the contract."""
    return {
        "status": "answered", "answer": "", "message": None, "confidence": 0.9, "question": "?",
        "found": 0, "spans": [], "citations": [], "suggestions": [], "snapshot": "s",
        "conversation": "0" * 32, "turn": 1,
    } | changes  # fmt: skip


def cited(
    number: int, quote: str, start: int, end: int, **changes: object
) -> tuple[dict[str, object], dict[str, object]]:
    """A span at `start:end` (code points) of a quote that starts at 1000, and its citation."""
    citation = {
        "number": number, "article_id": "a", "article_version": "sha256:0123456789abcdef",
        "title": "Bài viết", "organisation": "Bệnh viện A", "date": "2026-10-01", "source": None,
        "heading": None, "page": None, "start": 1000, "end": 1000 + len(quote), "quote": quote,
        "url": "/articles/a?start=1000&end=2000",
    } | changes  # fmt: skip
    span = {
        "text": quote[start:end], "article_id": "a", "start": 1000 + start, "end": 1000 + end,
        "score": 0.9, "citation": number,
    }  # fmt: skip
    return span, citation
