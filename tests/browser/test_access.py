"""Keyboard, screen readers, small screens, zoom, colours, and the floating form."""

from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.chat import Chat

pytestmark = pytest.mark.browser

BELGIUM = "Chính phủ Bỉ tài trợ bao nhiêu tiền?"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """WCAG 2.2 A and AA, as axe-core sees them, one line each."""
    report = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    page.evaluate("window.violations = []")  # of the policy; axe-core itself sets styles
    return [
        f"{found['id']}: {node['html']}"
        for found in report.response["violations"]
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_widget_has_no_violation_of_wcag(page: Page, host_url: str, scheme: str) -> None:
    page.goto(f"{host_url}/?theme={scheme}")
    chat = Chat(page)
    expect(page.locator("coop-chat .welcome")).to_be_visible()
    assert violations(page) == []
    chat.ask("bi tai tro bao nhieu").get_by_role("button", name="Trả lời đúng").click()
    expect(chat.button("Gửi nhận xét")).to_be_visible()
    assert violations(page) == []
    chat.ask("Giá vé gửi xe bao nhiêu?")
    assert violations(page) == []
    page.route("**/v1/chat", lambda route: route.abort())
    chat.ask(BELGIUM)
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_floating_form_has_no_violation_of_wcag(page: Page, host_url: str, scheme: str) -> None:
    page.goto(f"{host_url}/floating?theme={scheme}")
    assert violations(page) == []
    page.get_by_role("button", name="Hỏi đáp").click()
    Chat(page).ask(BELGIUM)
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_pages_have_no_violation_of_wcag(
    page: Page, base_url: str, scheme: Literal["light", "dark"], lang: str
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{base_url}/?lang={lang}")
    turn = Chat(page).ask(BELGIUM)
    assert violations(page) == []
    cited = turn.locator("a[part=source]").first.get_attribute("href")
    for address in (str(cited), f"{base_url}/about?lang={lang}"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", lang)
        assert violations(page) == []


def test_one_polite_region_announces_a_finished_answer_once(chat: Chat) -> None:
    chat.page.evaluate(
        """() => {
          const root = document.querySelector("coop-chat").shadowRoot;
          const live = root.querySelector("[aria-live=polite]");
          window.said = [];
          new MutationObserver(() => { if (live.textContent) window.said.push(live.textContent); })
            .observe(live, {childList: true, characterData: true, subtree: true});
        }"""
    )
    chat.ask(BELGIUM)
    chat.ask("Giá vé gửi xe bao nhiêu?")
    said = chat.page.evaluate("window.said")
    assert len(said) == 2
    assert "13,5 triệu Euro" in said[0]
    assert "Phạm vi Hợp tác quốc tế" in said[0]
    loud = chat.page.locator("coop-chat [aria-live]:not([aria-live=off])")
    expect(loud).to_have_count(1)


def tab_to(page: Page, is_there: Callable[[], bool], key: str = "Tab") -> None:
    for _ in range(40):
        if is_there():
            return
        page.keyboard.press(key)
    raise AssertionError("not reached in 40 steps")


def focused(page: Page) -> str:
    """Name or text of what has the focus, through shadow roots."""
    return str(
        page.evaluate(
            """() => {
              let active = document.activeElement;
              while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
              return active.ariaLabel || active.id || active.textContent.trim();
            }"""
        )
    )


def test_everything_can_be_done_with_the_keyboard_alone(page: Page, host_url: str) -> None:
    page.goto(f"{host_url}/floating")
    expect(page.locator("coop-chat .launcher")).to_be_visible()
    tab_to(page, lambda: focused(page) == "Hỏi đáp")
    page.keyboard.press("Enter")
    chat = Chat(page)
    expect(chat.field).to_be_focused()
    page.keyboard.type("bi tai tro bao nhieu")
    page.keyboard.press("Enter")
    turn = chat.finished(0)
    expect(turn.locator("mark").first).to_contain_text("13,5 triệu Euro")
    expect(chat.field).to_be_focused()
    tab_to(page, lambda: focused(page) == "Trả lời đúng", "Shift+Tab")
    page.keyboard.press("Space")
    expect(chat.button("Gửi nhận xét")).to_be_visible()
    tab_to(page, lambda: "13" not in focused(page) and "108" in focused(page), "Shift+Tab")
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    expect(opened.value.locator("#cited")).to_be_in_viewport()
    page.bring_to_front()
    page.keyboard.press("Escape")
    expect(page.locator("coop-chat dialog")).to_be_hidden()
    expect(page.locator("coop-chat .launcher")).to_be_focused()


def test_the_floating_form_asks_nothing_of_the_server_until_it_is_opened(
    page: Page, host_url: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{host_url}/floating")
    expect(page.locator("coop-chat .launcher")).to_be_visible()
    assert [url for url in asked if "/v1/" in url] == []
    page.get_by_role("button", name="Hỏi đáp").click()
    expect(page.locator("coop-chat .starters button").first).to_be_visible()
    assert [url for url in asked if "/v1/starters" in url] != []


@pytest.mark.parametrize(("width", "height"), [(360, 740), (640, 400), (320, 256), (1400, 900)])
@pytest.mark.parametrize("path", ["/", "/floating"])
def test_nothing_is_cut_or_needs_sideways_scrolling(
    page: Page, host_url: str, path: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(host_url + path)
    if path == "/floating":
        page.get_by_role("button", name="Hỏi đáp").click()
    chat = Chat(page)
    turn = chat.ask(BELGIUM)
    expect(turn.locator("mark").first).to_contain_text("13,5 triệu Euro")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    log = page.locator("coop-chat [role=log]")
    assert log.evaluate("node => node.scrollWidth <= node.clientWidth")
    if path == "/floating":
        box = page.locator("coop-chat dialog").bounding_box()
        assert box is not None
        assert box["x"] >= 0 and box["y"] >= 0
        assert box["x"] + box["width"] <= width and box["y"] + box["height"] <= height


def test_on_a_phone_the_answer_is_not_covered_by_a_keyboard(
    browser: Browser, host_url: str
) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 780}, has_touch=True,
                                is_mobile=True)  # fmt: skip
    page = phone.new_page()
    page.goto(f"{host_url}/floating")
    page.get_by_role("button", name="Hỏi đáp").tap()
    chat = Chat(page)
    turn = chat.ask(BELGIUM)
    expect(turn.locator("[part=answer]").first).to_be_in_viewport()
    expect(chat.field).not_to_be_focused()
    small = page.locator("coop-chat button:visible").evaluate_all(
        """nodes => nodes.map((node) => node.getBoundingClientRect())
          .filter((box) => box.width < 24 || box.height < 24).length"""
    )
    assert small == 0
    phone.close()


@pytest.mark.parametrize(("preference", "moving"), [("reduce", False), ("no-preference", True)])
def test_motion_is_reduced_for_those_who_ask(
    page: Page, host_url: str, preference: Literal["reduce", "no-preference"], moving: bool
) -> None:
    page.emulate_media(reduced_motion=preference)
    page.goto(host_url)
    page.route("**/v1/chat", lambda route: None)
    chat = Chat(page)
    chat.field.fill(BELGIUM)
    chat.field.press("Enter")
    expect(page.locator("coop-chat .dots")).to_be_visible()
    animations = page.evaluate(
        "document.querySelector('coop-chat').shadowRoot.getAnimations().length"
    )
    assert (animations > 0) is moving
    chat.button("Dừng").click()


def test_the_look_follows_the_theme_and_the_custom_properties(page: Page, host_url: str) -> None:
    def background() -> str:
        panel = page.locator("coop-chat [part=panel]")
        return str(panel.evaluate("node => getComputedStyle(node).backgroundColor"))

    page.emulate_media(color_scheme="dark")
    page.goto(host_url)
    assert background() == "rgb(17, 24, 23)"
    page.goto(f"{host_url}/?theme=light")
    assert background() == "rgb(255, 255, 255)"
    page.locator("coop-chat").evaluate(
        "node => node.style.setProperty('--coop-background', 'rgb(1, 2, 3)')"
    )
    assert background() == "rgb(1, 2, 3)"
