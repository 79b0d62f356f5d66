"""How each kind of answer is drawn; answers here are made up, so any may be shown."""

import random

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import Chat, answer, answer_with, cited, sent

pytestmark = pytest.mark.browser

ALPHABET = "aăđơ ̣́̂🧪👩\u200d⚕️🇻🇳\u202e\u2067中\u0301ế\n<&\"'>{"


def test_every_span_is_marked_exactly_whatever_the_characters(chat: Chat) -> None:
    dice = random.Random(7)
    pairs = []
    for number in range(1, 151):
        quote = "".join(dice.choices(ALPHABET, k=40))
        start = dice.randrange(0, 39)
        pairs.append(cited(number, quote, start, dice.randrange(start + 1, 40)))
    spans, citations = [list(side) for side in zip(*pairs, strict=True)]
    answer_with(chat.page, answer(spans=spans, citations=citations, found=150))
    turn = chat.ask("Câu hỏi?")
    marks = turn.locator("mark").evaluate_all("nodes => nodes.map((node) => node.textContent)")
    quotes = turn.locator("blockquote").evaluate_all(
        "nodes => nodes.map((node) => node.textContent)"
    )
    assert marks == [span["text"] for span in spans]
    assert quotes == [citation["quote"] for citation in citations]


def test_a_span_that_is_not_in_its_place_is_not_marked(chat: Chat) -> None:
    span, citation = cited(1, "Trung tâm ghép gan Asan", 10, 18)
    answer_with(
        chat.page, answer(answer="x", spans=[span | {"text": "khác"}], citations=[citation])
    )
    turn = chat.ask("Câu hỏi?")
    expect(turn.locator("blockquote")).to_have_text("Trung tâm ghép gan Asan")
    expect(turn.locator("mark")).to_have_count(0)


def test_an_answer_that_is_the_whole_quote_is_not_shown_twice(chat: Chat) -> None:
    span, citation = cited(1, "Bệnh viện có 500 giường.", 0, 24)
    answer_with(chat.page, answer(answer=span["text"], spans=[span], citations=[citation]))
    turn = chat.ask("Câu hỏi?")
    expect(turn.get_by_text("Bệnh viện có 500 giường.")).to_have_count(1)
    expect(turn.locator("blockquote[part=answer]")).to_be_visible()


def test_items_are_a_numbered_list_with_one_citation_each_and_their_count(chat: Chat) -> None:
    pairs = [cited(n, f"- Tổ chức số {n}: dự án", 2, 14) for n in (1, 2, 3)]
    spans, citations = [list(side) for side in zip(*pairs, strict=True)]
    answer_with(chat.page, answer(spans=spans, citations=citations, found=5))
    turn = chat.ask("Câu hỏi?")
    expect(turn).to_contain_text("Tìm thấy 5 mục, hiển thị 3 mục")
    items = turn.locator("ol > li")
    expect(items).to_have_count(3)
    expect(items.nth(1).locator("[part=answer]")).to_have_text("Tổ chức số 2")
    expect(items.nth(1).locator("[part=source]")).to_have_count(1)
    items.nth(1).get_by_text("Xem câu trích").click()
    expect(items.nth(1).locator("mark")).to_be_visible()


def test_several_organisations_have_one_labelled_answer_each(chat: Chat) -> None:
    first = cited(1, "Bệnh viện có 500 giường.", 13, 23)
    second = cited(2, "Viện có 80 giường.", 8, 17, organisation="Bệnh viện B")
    answer_with(
        chat.page,
        answer(spans=[first[0], second[0]], citations=[first[1], second[1]], found=2),
    )
    turn = chat.ask("Câu hỏi?")
    blocks = turn.locator("section.organisation")
    expect(blocks.nth(0).get_by_role("heading")).to_have_text("Bệnh viện A")
    expect(blocks.nth(0).locator("[part=answer]")).to_have_text("500 giường")
    expect(blocks.nth(1).get_by_role("heading")).to_have_text("Bệnh viện B")
    expect(blocks.nth(1).locator("[part=answer]")).to_have_text("80 giường")


def test_a_choice_asks_the_question_with_that_organisation(chat: Chat) -> None:
    near = [
        cited(n, "q", 0, 1, organisation=name)[1]
        for n, name in ((1, "Bệnh viện A"), (2, "Bệnh viện B"))
    ]
    answer_with(
        chat.page,
        answer(status="clarify", message="Đơn vị nào?", question="Có bao nhiêu giường?",
               suggestions=near),
    )  # fmt: skip
    turn = chat.ask("bao nhiêu giường")
    expect(chat.live).to_contain_text("Bệnh viện B")
    with chat.page.expect_request("**/v1/chat") as asked:
        turn.get_by_role("button", name="Bệnh viện B").click()
    assert sent(asked.value)["message"] == "Có bao nhiêu giường tại Bệnh viện B?"
    assert sent(asked.value)["standalone"] is True


def test_low_confidence_is_said_in_words(chat: Chat) -> None:
    span, citation = cited(1, "Bệnh viện có 500 giường.", 13, 23)
    answer_with(
        chat.page,
        answer(answer="500 giường", spans=[span], citations=[citation], confidence=0.31),
    )
    turn = chat.ask("Câu hỏi?")
    expect(turn).to_contain_text("Chưa chắc chắn")
    expect(chat.live).to_contain_text("Chưa chắc chắn")


def test_the_source_line_names_organisation_title_heading_and_the_age_of_the_article(
    chat: Chat,
) -> None:
    span, citation = cited(1, "Năm tới có 40 sinh viên.", 11, 23, date="2018-11-22", heading="Anh")
    answer_with(chat.page, answer(answer="x", spans=[span], citations=[citation]))
    source = chat.ask("Câu hỏi?").locator("[part=source]")
    expect(source).to_contain_text("Bệnh viện A · Bài viết › Anh · 22/11/2018 (")
    expect(source).to_contain_text("năm trước)")


def test_an_article_that_says_the_same_is_a_source_line_below_the_first(chat: Chat) -> None:
    quote = "Bệnh viện có 500 giường."
    first, citation = cited(1, quote, 13, 23)
    other, there = cited(2, quote, 0, 9, organisation="Bệnh viện B")
    copies = [cited(n, quote, 0, 1, title=f"Bản sao {n}", organisation=name)[1]
              for n, name in ((3, "BỆNH VIỆN A"), (4, "Bệnh viện B"))]  # fmt: skip
    answer_with(
        chat.page,
        answer(spans=[first, other], citations=[citation, there, *copies], found=2),
    )
    blocks = chat.ask("Câu hỏi?").locator("section.organisation")
    for block, title in ((blocks.nth(0), "Bản sao 3"), (blocks.nth(1), "Bản sao 4")):
        sources = block.locator("a[part=source]")
        expect(sources).to_have_count(2)
        expect(sources.nth(0)).not_to_contain_text("Cũng ở")
        expect(sources.nth(1)).to_contain_text("Cũng ở: Bệnh viện", ignore_case=True)
        expect(sources.nth(1)).to_contain_text(title)


def test_the_copies_of_an_item_are_below_that_item(chat: Chat) -> None:
    pairs = [cited(n, f"Tổ chức số {n}: dự án", 0, 12) for n in (1, 2)]
    spans, citations = [list(side) for side in zip(*pairs, strict=True)]
    copy = cited(3, "Tổ chức\nsố 2: dự án", 0, 1, title="Bản sao")[1]
    answer_with(chat.page, answer(spans=spans, citations=[*citations, copy], found=2))
    items = chat.ask("Câu hỏi?").locator("ol > li")
    expect(items.nth(0).locator("[part=source]")).to_have_count(1)
    expect(items.nth(1).locator("[part=source]").nth(1)).to_contain_text(
        "Cũng ở: Bệnh viện A · Bản sao"
    )


def test_only_addresses_of_the_server_become_links(chat: Chat, base_url: str) -> None:
    urls = ["javascript:window.hacked=1", "https://elsewhere.example/articles/a", "//elsewhere/a",
            "data:text/html,x", "http://[", f"{base_url}/articles/a"]  # fmt: skip
    pairs = [cited(n, f"Câu số {n}.", 0, 3, url=url) for n, url in enumerate(urls, 1)]
    spans, citations = [list(side) for side in zip(*pairs, strict=True)]
    answer_with(chat.page, answer(spans=spans, citations=citations, found=len(urls)))
    turn = chat.ask("Câu hỏi?")
    expect(turn.locator("p[part=source]")).to_have_count(5)
    links = turn.locator("a[part=source]")
    expect(links).to_have_count(1)
    expect(links).to_have_attribute("href", f"{base_url}/articles/a")


def test_hostile_text_is_text_in_every_place(chat: Chat) -> None:
    bad = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{7*7}}'
    span, citation = cited(1, f"{bad} hết", 0, len(bad), organisation=bad, title=bad, heading=bad,
                           date=bad)  # fmt: skip
    answer_with(
        chat.page,
        answer(answer=bad, message=bad, question=bad, spans=[span], citations=[citation],
               confidence=0.1),
    )  # fmt: skip
    turn = chat.ask(bad)
    expect(turn.locator("[part=answer]")).to_have_text(bad)
    assert chat.page.evaluate("window.hacked") is None
    assert turn.locator("img, script").count() == 0


def test_a_line_of_100_kilobytes_does_not_break_the_page(page: Page, host_url: str) -> None:
    page.goto(host_url)
    chat = Chat(page)
    span, citation = cited(1, "dài" * 33_000, 0, 90_000)
    answer_with(page, answer(answer=span["text"], spans=[span], citations=[citation]))
    chat.ask("Câu hỏi?")
    log = page.locator("coop-chat [role=log]")
    assert log.evaluate("node => node.scrollWidth <= node.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
