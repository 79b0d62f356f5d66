from corpus.structure import last_clause, outline, undoubled

BODY = "Bệnh viện đã ký thỏa thuận hợp tác với nhiều đối tác trong năm qua."


def kinds(text: str) -> list[str]:
    return [f"{block.kind}: {text[block.body : block.end]}" for block in outline(text)]


def above(text: str, words: str) -> tuple[str, ...]:
    return next(b.headings for b in outline(text) if text[b.body : b.end].startswith(words))


def test_the_first_line_that_is_no_furniture_is_the_title():
    text = f"Trang chủ > Tin tức\nLễ ký kết với Đại học Oita\n{BODY}"
    assert kinds(text)[:2] == [
        "furniture: Trang chủ > Tin tức",
        "heading: Lễ ký kết với Đại học Oita",
    ]
    assert above(text, "Bệnh viện") == ("Lễ ký kết với Đại học Oita",)


def test_a_title_printed_twice_is_one_heading():
    assert above(f"Lễ ký kết\nLễ ký kết\n{BODY}", "Bệnh viện") == ("Lễ ký kết",)
    assert undoubled("Các hoạt động hợp tác.Các hoạt động hợp tác") == "Các hoạt động hợp tác"
    assert undoubled("Hợp tác quốc tế") == "Hợp tác quốc tế"


def test_numbered_lines_over_text_are_headings_of_their_depth():
    text = f"Hợp tác\n1. CHÂU Á\n1.1. Nhật Bản\n{BODY}\n2. Châu Âu\nĐức tặng máy.\nHết."
    assert above(text, BODY) == ("Hợp tác", "CHÂU Á", "Nhật Bản")
    assert above(text, "Đức") == ("Hợp tác", "Châu Âu")


def test_numbered_lines_beside_each_other_are_a_list():
    text = (
        "Hợp tác\nNăm bệnh viện vệ tinh gồm:\n1. Bệnh viện An Lộc\n2. Bệnh viện Phú Lâm\nHết rồi."
    )
    assert kinds(text)[2:4] == ["bullet: Bệnh viện An Lộc", "bullet: Bệnh viện Phú Lâm"]
    assert above(text, "Bệnh viện Phú Lâm") == ("Hợp tác", "Năm bệnh viện vệ tinh gồm")
    assert above(text, "Hết") == ("Hợp tác",)


def test_a_number_without_a_mark_is_no_heading():
    assert kinds(f"Hợp tác\n9 Bệnh viện vệ tinh\n{BODY}")[1] == "paragraph: 9 Bệnh viện vệ tinh"


def test_capitals_and_lines_set_apart_are_headings():
    text = f"Hợp tác\n\n{BODY}\n\nKHÓ KHĂN\nVisa chậm lắm.\n\nTham gia gìn giữ hòa bình\n\n{BODY}"
    assert above(text, "Visa") == ("Hợp tác", "KHÓ KHĂN")
    assert "heading: Tham gia gìn giữ hòa bình" in kinds(text)


def test_a_short_line_between_sentences_is_a_heading_without_blank_lines():
    assert "heading: Những con số" in kinds(f"Hợp tác\n{BODY}\nNhững con số\n{BODY}")


def test_a_line_that_holds_a_fact_is_no_heading():
    for fact in (
        "Tổng viện trợ: 168 tỷ đồng",
        "Đoàn đã mổ cho 211 cháu ở ba tỉnh miền núi phía Bắc",
        "Có 12 ca mổ",
        "Đức, Bỉ và Hà Lan",
    ):
        assert f"paragraph: {fact}" in kinds(f"Hợp tác\n{BODY}\n{fact}\n{BODY}")


def test_the_last_line_is_no_heading():
    assert kinds(f"Hợp tác\n{BODY}\nGIÁM ĐỐC")[-1] == "paragraph: GIÁM ĐỐC"
    assert kinds("Hợp tác quốc tế") == ["paragraph: Hợp tác quốc tế"]


def test_an_interviewers_question_heads_the_answer():
    text = f"Phỏng vấn\n{BODY}\nHỏi: Khó khăn là gì?\nĐáp: Tiền.\n\n**Còn thiết bị?**\n\nCó đủ cả."
    assert above(text, "Đáp") == ("Phỏng vấn", "Khó khăn là gì?")
    assert above(text, "Có đủ") == ("Phỏng vấn", "Còn thiết bị?")


def test_bold_text_is_no_bullet():
    assert kinds("Tin\n**Nhật Bản:** tặng 2 máy.\n*Ảnh của viện.*")[1:] == [
        "paragraph: **Nhật Bản:** tặng 2 máy.",
        "paragraph: *Ảnh của viện.*",
    ]


def test_a_list_inside_a_list_is_under_both_lead_ins():
    text = "Tin\nViện hợp tác với:\n- Đức:\n+ Máy thở\n+ Xe\n- Pháp\nHết."
    assert above(text, "Xe") == ("Tin", "Viện hợp tác với", "Đức")
    assert above(text, "Pháp") == ("Tin", "Viện hợp tác với")


def test_markdown_headings_lose_mark_and_number():
    text = f"# Hợp tác\n\n## 1. Châu Á\n\n{BODY}\n\nHết."
    assert above(text, "Bệnh viện") == ("Hợp tác", "Châu Á")


def test_the_border_of_a_table_is_a_rule():
    text = "# Tin\n\n| Nước | Máy |\n|---|---|\n| Đức | 2 |\n\nHết."
    assert kinds(text)[1:4] == [
        "paragraph: | Nước | Máy |",
        "rule: |---|---|",
        "paragraph: | Đức | 2 |",
    ]


def test_the_last_sentence_of_a_lead_in_counts():
    assert last_clause("Viện có nhiều bạn. Viện hợp tác với:") == "Viện hợp tác với"
