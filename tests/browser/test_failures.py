"""What people see when the server or the network does not do what it should."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.chat import Chat, sent
from tests.browser.server import Server

pytestmark = pytest.mark.browser

BELGIUM = "Chính phủ Bỉ tài trợ bao nhiêu tiền?"
ALLOW = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}


def test_a_server_that_was_down_is_asked_again_and_keeps_the_conversation(
    chat: Chat, server: Server
) -> None:
    chat.ask(BELGIUM)
    server.stop()
    try:
        turn = chat.ask("bi tai tro bao nhieu")
        expect(turn).to_contain_text("Không kết nối được với máy chủ")
    finally:
        server.start()
    turn.get_by_role("button", name="Thử lại").click()
    expect(chat.turns.nth(1).locator("[part=answer]").first).to_contain_text("13,5 triệu Euro")
    expect(chat.field).to_be_focused()
    chat.page.reload()
    expect(chat.turns).to_have_count(2)


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (429, {"Retry-After": "7"}, "7 giây"),
        (503, {}, "đang được chuẩn bị"),
        (500, {}, "Máy chủ gặp lỗi"),
        (403, {}, "chưa được phép"),
        (422, {}, "không nhận câu hỏi này"),
    ],
)
def test_each_refusal_of_the_server_has_its_words_and_the_request_id(
    chat: Chat, status: int, headers: dict[str, str], words: str
) -> None:
    problem = {"status": status, "title": "t", "request_id": "4f1c"}
    chat.page.route(
        "**/v1/chat",
        lambda route: route.fulfill(status=status, json=problem, headers=ALLOW | headers),
    )
    turn = chat.ask(BELGIUM)
    expect(turn).to_contain_text(words)
    expect(turn).to_contain_text("4f1c")
    expect(chat.live).to_contain_text(words)


def test_a_question_can_be_stopped(chat: Chat) -> None:
    chat.page.route("**/v1/chat", lambda route: None)  # never answered
    chat.field.fill(BELGIUM)
    chat.field.press("Enter")
    chat.button("Dừng").click()
    turn = chat.finished(0)
    expect(turn).to_contain_text("Đã dừng.")
    chat.page.unroute("**/v1/chat")
    turn.get_by_role("button", name="Thử lại").click()
    expect(chat.turns.first.locator("mark").first).to_contain_text("13,5 triệu Euro")


def stream(page: Page, body: str) -> None:
    page.route(
        "**/v1/chat",
        lambda route: route.fulfill(body=body, content_type="text/event-stream", headers=ALLOW),
    )


def test_a_stream_with_comments_carriage_returns_and_split_data_is_read(chat: Chat) -> None:
    small = '{"status":"small_talk","message":"Chào 👩‍⚕️",\r\ndata: "answer":"","question":"q"}'
    stream(chat.page, f": nhịp\r\n\r\nevent:status\r\ndata:{{}}\r\n\r\nevent: answer\r\n"
                      f"data: {small}\r\n\r\nevent: done\ndata: {{}}\n\n")  # fmt: skip
    expect(chat.ask("Xin chào")).to_contain_text("Chào 👩‍⚕️")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("event: status\ndata: {}\n\n", "Không kết nối được"),
        ("event: answer\ndata: {not json\n\n", "Máy chủ gặp lỗi"),
        ("event: answer\ndata: null\n\n", "Máy chủ gặp lỗi"),
        ('event: error\ndata: {"status":503}\n\n', "đang được chuẩn bị"),
        ("", "Không kết nối được"),
    ],
)
def test_a_broken_stream_is_a_failure_that_can_be_retried(
    chat: Chat, body: str, words: str
) -> None:
    stream(chat.page, body)
    turn = chat.ask("Xin chào")
    expect(turn).to_contain_text(words)
    expect(turn.get_by_role("button", name="Thử lại")).to_be_visible()


def test_a_question_that_is_too_long_is_not_sent_and_not_cut(chat: Chat) -> None:
    chat.field.fill("👩" * 2001)
    expect(chat.page.locator("coop-chat #hint")).to_contain_text("2001")
    chat.field.press("Enter")
    expect(chat.turns).to_have_count(0)
    assert chat.field.input_value() == "👩" * 2001


def test_enter_that_ends_a_composition_does_not_send(chat: Chat) -> None:
    chat.field.fill("Bỉ tài tr")
    chat.field.evaluate(
        """node => node.dispatchEvent(new KeyboardEvent("keydown",
          {key: "Enter", isComposing: true, bubbles: true, composed: true}))"""
    )
    expect(chat.turns).to_have_count(0)
    chat.field.press("Shift+Enter")
    assert chat.field.input_value() == "Bỉ tài tr\n"


def test_a_conversation_that_ran_out_meanwhile_is_replaced_and_that_is_said(chat: Chat) -> None:
    chat.ask(BELGIUM)

    def forget(route: Route) -> None:
        if "conversation" in sent(route.request):
            route.fulfill(status=404, json={"status": 404, "title": "Unknown"}, headers=ALLOW)
        else:
            route.continue_()

    chat.page.route("**/v1/chat", forget)
    turn = chat.ask("bi tai tro bao nhieu")
    expect(turn.locator("[part=answer]").first).to_contain_text("13,5 triệu Euro")
    expect(turn).to_contain_text("bắt đầu hội thoại mới")


def test_starters_may_be_missing(page: Page, host_url: str) -> None:
    page.route("**/v1/starters*", lambda route: route.fulfill(status=404, json={}, headers=ALLOW))
    page.goto(host_url)
    expect(page.locator("coop-chat .welcome")).to_be_visible()
    expect(page.locator("coop-chat .starters")).to_have_count(0)
