"""Asking, checking, following up, rating and clearing, on a page of another origin."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat import Chat, sent

pytestmark = pytest.mark.browser

BELGIUM = "Chính phủ Bỉ tài trợ bao nhiêu tiền?"


def test_an_answer_is_shown_word_for_word_with_its_place_marked(chat: Chat) -> None:
    turn = chat.ask(BELGIUM)
    expect(turn.locator("[part=answer]").first).to_contain_text("13,5 triệu Euro")
    expect(turn.locator("mark").first).to_contain_text("13,5 triệu Euro")
    expect(turn.locator("[part=source]").first).to_contain_text("Phạm vi Hợp tác quốc tế")


def test_a_question_without_diacritics_is_answered(chat: Chat) -> None:
    turn = chat.ask("bi tai tro bao nhieu")
    expect(turn.locator("[part=answer]").first).to_contain_text("13,5 triệu Euro")


@pytest.mark.parametrize(
    ("question", "inside"),
    [(BELGIUM, "13,5 triệu Euro"), ("Máy nội soi mềm ngâm dung dịch bao nhiêu phút?", "25 phút")],
)
def test_a_citation_opens_exactly_the_quoted_text(
    chat: Chat, context: BrowserContext, base_url: str, question: str, inside: str
) -> None:
    turn = chat.ask(question)
    details = turn.locator("summary")
    if details.count():
        details.first.click()
    quote = turn.locator("blockquote").first.evaluate("node => node.textContent")
    assert inside in quote
    with context.expect_page() as opened:
        turn.locator("a[part=source]").first.click()
    reading = opened.value
    cited = reading.locator("#cited")
    expect(cited).to_be_in_viewport()
    assert cited.evaluate("node => node.textContent") == quote
    assert reading.evaluate("window.opener") is None
    identifier = reading.url.split("/articles/")[1].split("?")[0]
    article = context.request.get(f"{base_url}/v1/articles/{identifier}").json()
    assert reading.locator("#text").evaluate("node => node.textContent") == article["text"]


def test_a_follow_up_shows_what_it_was_taken_to_mean_and_can_be_edited(chat: Chat) -> None:
    chat.ask("Bệnh viện 108 hợp tác với Singapore trong chuyên ngành nào?")
    turn = chat.ask("Còn Hàn Quốc thì sao?")
    understood = turn.locator("[part=understood]")
    expect(understood).to_contain_text("Hàn Quốc")
    expect(understood).not_to_contain_text("Singapore")
    understood.get_by_role("button").click()
    editor = turn.get_by_role("textbox")
    expect(editor).to_be_focused()
    with chat.page.expect_request("**/v1/chat") as asked:
        editor.fill(BELGIUM)
        editor.press("Enter")
    assert sent(asked.value)["standalone"] is True
    edited = chat.finished(2)
    expect(edited.locator("[part=answer]").first).to_contain_text("13,5 triệu Euro")


def test_a_refusal_says_so_and_offers_what_is_nearest_as_no_answer(chat: Chat) -> None:
    turn = chat.ask("Giá vé gửi xe bao nhiêu?")
    expect(turn.locator(".message")).not_to_be_empty()
    expect(turn.locator("[part=answer]")).to_have_count(0)
    expect(turn).to_contain_text("Không phải câu trả lời, nhưng gần nhất")


def test_a_verdict_and_its_comment_are_sent(chat: Chat) -> None:
    turn = chat.ask(BELGIUM)
    down = turn.get_by_role("button", name="Trả lời chưa đúng")
    with chat.page.expect_response("**/v1/feedback") as first:
        down.click()
    assert first.value.status == 201
    verdict = sent(first.value.request)
    assert (verdict["verdict"], "comment" in verdict) == ("down", False)
    assert "13,5 triệu Euro" in verdict["answer"]
    expect(down).to_have_attribute("aria-pressed", "true")
    turn.get_by_role("textbox").fill("Thiếu năm tài trợ")
    with chat.page.expect_response("**/v1/feedback") as second:
        turn.get_by_role("button", name="Gửi nhận xét").click()
    assert second.value.status == 201
    assert sent(second.value.request)["comment"] == "Thiếu năm tài trợ"
    expect(down).to_be_focused()


def test_an_answer_is_copied_with_its_reference(
    chat: Chat, context: BrowserContext, base_url: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = chat.ask(BELGIUM)
    turn.get_by_role("button", name="Chép kèm nguồn").click()
    expect(turn.get_by_role("button", name="Đã chép kèm nguồn")).to_be_visible()
    copied = chat.page.evaluate("navigator.clipboard.readText()")
    assert "13,5 triệu Euro" in copied
    assert "Phạm vi Hợp tác quốc tế" in copied
    assert f"{base_url}/articles/" in copied


def test_an_answer_is_copied_where_the_page_is_plain_http(chat: Chat) -> None:
    turn = chat.ask(BELGIUM)
    chat.page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    turn.get_by_role("button", name="Chép kèm nguồn").click()
    expect(turn.get_by_role("button", name="Đã chép kèm nguồn")).to_be_visible()
    chat.field.focus()
    chat.page.keyboard.press("Control+V")
    assert "13,5 triệu Euro" in chat.field.input_value()


def test_the_conversation_survives_a_page_change_but_no_other_tab_sees_it(
    chat: Chat, context: BrowserContext, host_url: str
) -> None:
    chat.ask(BELGIUM)
    chat.page.goto(f"{host_url}/lich-truc")
    expect(chat.turns).to_have_count(1)
    expect(chat.turns.first.locator("mark").first).to_contain_text("13,5 triệu Euro")
    other = context.new_page()
    other.goto(host_url)
    expect(other.locator("coop-chat .welcome")).to_be_visible()
    expect(Chat(other).turns).to_have_count(0)


def test_clear_deletes_the_conversation_on_the_server_too(chat: Chat) -> None:
    with chat.page.expect_response("**/v1/chat") as asked:
        chat.ask(BELGIUM)
    conversation = asked.value.url
    with chat.page.expect_response(lambda response: response.request.method == "DELETE") as deleted:
        chat.button("Xoá").click()
    assert deleted.value.ok
    assert deleted.value.url.startswith(f"{conversation}/")
    expect(chat.turns).to_have_count(0)
    expect(chat.field).to_be_focused()
    assert chat.page.evaluate("sessionStorage.length") == 0
    chat.page.reload()
    expect(chat.page.locator("coop-chat .welcome")).to_be_visible()


def test_a_new_conversation_leaves_the_old_topic_behind(chat: Chat) -> None:
    chat.ask(BELGIUM)
    chat.button("Hội thoại mới").click()
    expect(chat.turns).to_have_count(0)
    with chat.page.expect_request("**/v1/chat") as asked:
        chat.ask("Giá vé gửi xe bao nhiêu?")
    assert "conversation" not in sent(asked.value)


def test_a_conversation_nobody_uses_is_removed_from_screen_and_server(
    page: Page, host_url: str
) -> None:
    page.goto(f"{host_url}/?idle-minutes=0.03")
    chat = Chat(page)
    chat.ask(BELGIUM)
    with page.expect_response(lambda response: response.request.method == "DELETE"):
        pass
    expect(chat.turns).to_have_count(0)
    expect(page.locator("coop-chat .notice")).to_be_visible()


def test_a_conversation_the_server_forgot_starts_anew(chat: Chat, host_url: str) -> None:
    chat.page.evaluate(
        """() => { for (const script of document.scripts) sessionStorage.setItem(
          `coop-chat:${new URL(".", script.src)}`,
          JSON.stringify({id: "0".repeat(32), seen: Date.now()})); }"""
    )
    chat.page.reload()
    turn = chat.ask(BELGIUM)
    expect(turn.locator("[part=answer]").first).to_contain_text("13,5 triệu Euro")


def test_a_starter_question_is_asked_with_one_click(page: Page, host_url: str) -> None:
    page.goto(f"{host_url}/?suggestions={BELGIUM}|Bệnh viện Foch ở nước nào?")
    page.get_by_role("button", name=BELGIUM).click()
    turn = Chat(page).finished(0)
    expect(turn.locator("[part=answer]").first).to_contain_text("13,5 triệu Euro")


def test_the_widget_speaks_english_when_asked_to(page: Page, host_url: str) -> None:
    page.goto(f"{host_url}/?lang=en")
    chat = Chat(page)
    with page.expect_request("**/v1/chat") as asked:
        turn = chat.ask(BELGIUM)
    assert sent(asked.value)["lang"] == "en"
    expect(turn.get_by_role("button", name="Copy with source")).to_be_visible()
    expect(turn.locator("[part=quote]").first).to_have_attribute("lang", "vi")
    assert "lang=en" in str(turn.locator("a[part=source]").first.get_attribute("href"))
