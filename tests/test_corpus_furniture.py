from collections.abc import Sequence

import pytest

from corpus.furniture import furniture_lines, page_date, shape_of

BODY = "Bệnh viện đã ký thỏa thuận hợp tác với nhiều đối tác trong năm qua."


def taken(lines: Sequence[str], repeated: Sequence[str] = ()) -> list[str]:
    return [lines[n] for n in sorted(furniture_lines(lines, repeated))]


@pytest.mark.parametrize(
    "label",
    [
        "12:06 PM 22/11/2018",
        "Thứ Hai, ngày 25 tháng 11 năm 2024",
        "Home > News > Cooperation",
        "Giới thiệu   Khoa phòng   Đào tạo   Thư viện ảnh",
        "Giới thiệuKhám bệnhHiến máuĐào tạo",
        "Lượt xem: 1.234 | Cỡ chữ: A A A",
        "Người đăng: quantri",
        "Chia sẻ: Facebook Zalo",
    ],
)
def test_labels_between_title_and_text_are_furniture(label: str):
    assert taken(["Lễ ký kết", label, BODY, BODY]) == [label]


@pytest.mark.parametrize(
    "foot",
    [
        ["Chia sẻ bài viết"],
        ["Từ khóa: phổi, hợp tác"],
        ["Tin liên quan", "Bệnh viện tập huấn cho điều dưỡng", "Lịch nghỉ Tết"],
        ["Những tin mới hơn", "Hội trại 26/3"],
        ["In bài viết", "Lịch trực Tết", "Địa chỉ: số 9 đường Luy Lâu"],
        ["Bản quyền © 2023 Bệnh viện A."],
        ["Hotline: 0900 000 000"],
    ],
)
def test_everything_below_the_first_label_of_the_foot_is_furniture(foot: list[str]):
    assert taken(["Lễ ký kết", BODY, BODY, "Ảnh: Lễ ký tại Hà Nội", *foot]) == foot


def test_headlines_that_ask_do_not_turn_the_foot_back_into_text():
    foot = ["Tin khác", "Vì sao người bệnh đột quỵ cần được tập từ ngày thứ hai?"]
    assert taken(["Lễ ký kết", BODY, BODY, *foot]) == foot


@pytest.mark.parametrize(
    "line",
    [
        "KHÓ KHĂN",
        "KẾ HOẠCH 2025",
        "Hợp tác Việt Nam - Lào - Campuchia",
        "15/3/2021",
        "Bác sĩ hai nước đang hội chẩn từ xa",
        "6. Liên hệ",
        "## Giới thiệu",
        "| Đối tác | Nước |",
        "- Thời gian: 01/5/2020 – 30/4/2023",
    ],
)
def test_headings_captions_and_rows_inside_the_text_stay(line: str):
    assert taken(["Lễ ký kết", BODY, line, BODY]) == []


def test_a_share_button_inside_the_text_is_furniture():
    assert taken(["Lễ ký kết", BODY, "Chia sẻ", BODY]) == ["Chia sẻ"]


def test_the_list_and_the_signature_that_end_a_page_stay():
    lines = ["Báo cáo", BODY, "KẾ HOẠCH 2025", "Đón 2 chuyên gia: quý II", "TỔNG CỘNG"]
    assert taken([*lines, "Hà Nội, ngày 12/3/2024", "GIÁM ĐỐC", "Nguyễn Văn An"]) == []


def test_a_section_on_contacts_stays():
    lines = ["Hợp tác", BODY, BODY, "## 6. Liên hệ", "Điện thoại: 024 3825 3531", "Email: a@b.vn"]
    assert taken(lines) == []


def test_a_table_of_bars_is_no_menu():
    assert taken(["Hợp tác", BODY, BODY, "Đối tác | Nước | Năm", "A | Hàn Quốc | 2019"]) == []


def test_a_label_in_the_first_half_does_not_take_the_list_below_it():
    rows = [f"Đối tác thứ {n} của chúng tôi ở châu Âu" for n in "một hai ba bốn năm".split()]
    assert taken(["Hợp tác", BODY, "Chia sẻ: Facebook Zalo", *rows]) == ["Chia sẻ: Facebook Zalo"]


def test_a_lead_in_with_nothing_behind_it_is_furniture():
    assert taken(["Hợp tác", BODY, "Một số hình ảnh:"]) == ["Một số hình ảnh:"]


def test_a_line_of_other_articles_is_furniture_at_the_edge_of_a_page_only():
    known = ["Vì nụ cười trẻ thơ"]
    lines = ["Lễ ký kết", known[0], BODY, known[0], BODY, known[0]]
    assert furniture_lines(lines, known) == {1, 5}


def test_the_title_stays_whatever_it_looks_like():
    assert taken(["Hợp tác quốc tế"]) == []
    assert taken([]) == []
    assert 0 not in furniture_lines(["Tin tức", "Chia sẻ", "Facebook"])


def test_digits_do_not_tell_lines_apart():
    assert shape_of(" Lượt xem: 1.234 ") == shape_of("Lượt xem: 5.678")


def test_the_date_of_a_page_is_the_first_day_that_exists():
    assert page_date("Lượt xem 3\n45/13/2018 12:06 PM 22/11/2018") == "2018-11-22"
    assert page_date("Chia sẻ") == ""
