"""The reading page, the page about the articles, the chat page, and the size of the widget."""

import gzip
import urllib.request

import pytest
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser

MAX_BYTES = 25_000


def test_the_widget_is_small(base_url: str) -> None:
    with urllib.request.urlopen(f"{base_url}/widget.js") as response:
        script = response.read()
    assert len(gzip.compress(script, 9)) <= MAX_BYTES


def test_hostile_text_is_read_as_text(page: Page, context: BrowserContext, base_url: str) -> None:
    article = context.request.get(f"{base_url}/v1/articles/may-in-mau").json()
    page.goto(f"{base_url}/articles/may-in-mau")
    text = page.locator("#text")
    assert text.evaluate("node => node.textContent") == article["text"]
    assert "<script>" in article["text"] and "onerror=" in article["text"]
    expect(page.get_by_role("heading", level=1)).to_have_text(article["title"])
    assert page.evaluate("window.hacked") is None
    assert text.locator("a, img, script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("start", "end"), [(0, 1), (0, 40), (30, 33), (100, 260)])
def test_any_range_is_marked_to_the_code_point(
    page: Page, context: BrowserContext, base_url: str, start: int, end: int
) -> None:
    article = context.request.get(f"{base_url}/v1/articles/khu-khuan-may-noi-soi").json()
    page.goto(f"{base_url}/articles/khu-khuan-may-noi-soi?start={start}&end={end}")
    marked = page.locator("#cited").evaluate("node => node.textContent")
    assert marked == article["text"][start:end]
    whole = page.locator("#text").evaluate("node => node.textContent")
    assert whole == article["text"]


def test_text_beside_the_mark_is_text_too(
    page: Page, context: BrowserContext, base_url: str
) -> None:
    text = context.request.get(f"{base_url}/v1/articles/may-in-mau").json()["text"]
    start = text.index("tầng bảy")
    page.goto(f"{base_url}/articles/may-in-mau?start={start}&end={start + 8}")
    expect(page.locator("#cited")).to_have_text("tầng bảy")
    expect(page.locator("#cited")).to_be_in_viewport()
    assert page.locator("#text").evaluate("node => node.textContent") == text
    assert page.evaluate("window.hacked") is None


def test_without_a_range_nothing_is_marked(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/articles/khu-khuan-may-noi-soi")
    expect(page.locator("#text")).to_contain_text("25 phút")
    expect(page.locator("mark")).to_have_count(0)


def test_the_page_about_the_articles_links_to_each(
    page: Page, context: BrowserContext, base_url: str
) -> None:
    articles = context.request.get(f"{base_url}/v1/articles").json()["articles"]
    page.goto(f"{base_url}/about")
    for article in articles:
        expect(page.get_by_role("link", name=article["title"], exact=True)).to_be_visible()
    page.get_by_role("link", name="Phạm vi Hợp tác quốc tế").first.click()
    expect(page.locator("#text")).to_contain_text("13,5 triệu Euro")


def test_an_unknown_article_has_a_page_of_its_own(page: Page, base_url: str) -> None:
    response = page.goto(f"{base_url}/articles/khong-co-bai-nay")
    assert response is not None
    assert response.status == 404
    expect(page.get_by_role("link", name="Đặt câu hỏi")).to_be_visible()


def test_the_chat_page_leads_to_the_articles_and_to_english(page: Page, base_url: str) -> None:
    page.goto(base_url)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Answers with sources")
    page.get_by_role("link", name="Articles").click()
    expect(page).to_have_url(f"{base_url}/about?lang=en")
