import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.clean import clean
from corpus.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [text[a:b] for a, b in split_sentences(text, 0, len(text))]


def test_sentences_end_at_marks_followed_by_a_capital():
    text = "Viện đã ký. Hai bên vui! Ai dự? Mọi người."
    assert sentences(text) == ["Viện đã ký.", "Hai bên vui!", "Ai dự?", "Mọi người."]


@pytest.mark.parametrize(
    "text",
    [
        "Cố GS.TSKH Nguyễn Huy Phan là nguyên Phó Giám đốc.",
        "Phía Viện có TS. Lê Hà, PGS.TS. Trần An và BS.CKII. Vũ Minh.",
        "Trưởng khoa là BSCKII. Ninh Khắc Tuyên và ThS.BS. Ong Bảo.",
        "Chính phủ Bỉ tài trợ 13,5 triệu Euro và 13.500 USD.",
        "Trong giai đoạn 1983 - 1995 GS. Lương đặt nền móng.",
        "Gửi về www.a.vn hoặc b.c@d.vn trước ngày 15.3.2024 tại TP. Vinh.",
        "1. Đối tượng là trẻ em.",
        "Các nước như Đức, Bỉ, úc... đã gửi chuyên gia.",
        "NHẬT BẢN. Đại học Y Kitahama đào tạo 4 bác sĩ.",
        "KT. GIÁM ĐỐC: BSCKII. Võ Tá Hùng",
    ],
)
def test_titles_numbers_and_addresses_do_not_end_a_sentence(text: str):
    assert sentences(text) == [text]


def test_an_ellipsis_ends_a_sentence_only_before_a_capital():
    assert sentences("Có Pháp, Mỹ... Viện cũng đón khách… và bạn bè.") == [
        "Có Pháp, Mỹ...",
        "Viện cũng đón khách… và bạn bè.",
    ]


def test_a_lost_space_between_sentences_is_seen():
    assert sentences("Viện tổ chức hội nghị.Đến dự có ông An.") == [
        "Viện tổ chức hội nghị.",
        "Đến dự có ông An.",
    ]


def test_closing_quotes_and_brackets_belong_to_the_sentence_before():
    assert sentences("Ông nói: “Cảm ơn.” Mọi người vỗ tay (rất lâu.) Hết.") == [
        "Ông nói: “Cảm ơn.”",
        "Mọi người vỗ tay (rất lâu.)",
        "Hết.",
    ]


def test_a_short_answer_is_a_sentence_of_its_own():
    assert sentences("Có. Họ từ chối hai lần.") == ["Có.", "Họ từ chối hai lần."]


def test_offsets_count_from_the_start_of_the_whole_text():
    assert split_sentences("xxx Một. Hai.", 4, 13) == [(4, 8), (9, 13)]


def test_blank_text_has_no_sentence():
    assert split_sentences(" \u00a0\n ", 0, 4) == []


@given(st.text(alphabet=st.sampled_from('aÂđ.!?… \u00a0\n"”)3,ệ\u0301\u200d👩TS-')))
def test_sentences_are_in_order_and_hold_every_visible_character(text: str):
    text = clean(text)
    ranges = split_sentences(text, 0, len(text))
    covered = {n for a, b in ranges for n in range(a, b)}
    assert all(a < b for a, b in ranges)
    assert all(first[1] <= second[0] for first, second in zip(ranges, ranges[1:], strict=False))
    assert all(n in covered for n, letter in enumerate(text) if not letter.isspace())
