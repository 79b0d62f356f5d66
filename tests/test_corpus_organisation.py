import pytest

from corpus.organisation import infer_organisation


def page(name: str) -> str:
    return (
        f"Sáng 5/3, {name} đã tiếp đoàn Đại học Okayama (Nhật Bản). Nơi đây có 500 giường.\n"
        f"Năm 2020, {name} ký thỏa thuận với Bệnh viện Hansol. Giám đốc {name} cảm ơn GS. Kim."
    )


@pytest.mark.parametrize(
    "name",
    [
        "Bệnh viện Bạch Mai",
        "Bệnh viện Từ Dũ",
        "Bệnh viện K",
        "Bệnh viện Nhi Trung ương",
        "Bệnh viện Đa khoa khu vực Cù Lao Minh",
        "Bệnh viện Y học cổ truyền Trung ương",
        "Bệnh viện Chấn thương Chỉnh hình Đồng Xuân",
        "Bệnh viện Phổi Trường Sơn",
        "Bệnh viện Quân y 103",
        "Bệnh viện Việt Nam - Thụy Điển Uông Bí",
        "Viện Huyết học - Truyền máu Trung ương",
        "Viện Dinh dưỡng Quốc gia",
        "Trường Đại học Y - Dược Huế",
        "Trung tâm Kiểm soát bệnh tật Thành phố Hồ Chí Minh",
        "Sở Y tế tỉnh Trà Giang",
    ],
)
def test_a_name_ends_where_its_mentions_part(name: str):
    assert infer_organisation("Hợp tác quốc tế", page(name)) == name


def test_one_mention_is_enough_where_the_bare_word_agrees():
    text = "Bệnh viện Mắt Sao Mai đón đoàn. Bệnh viện đã mổ 9 ca. Bệnh viện cảm ơn."
    assert infer_organisation("Tin", text) == "Bệnh viện Mắt Sao Mai"


def test_the_fullest_form_of_a_name_is_returned():
    text = "Bệnh viện TWQĐ 108 có 2.000 giường. Ảnh chụp tại Bệnh viện Trung ương Quân đội 108"
    assert infer_organisation("Tin", text) == "Bệnh viện Trung ương Quân đội 108"


def test_an_institute_that_became_a_hospital_is_the_hospital():
    title = "Các hoạt động của Bệnh viện Tai Mũi Họng Trung ương"
    text = f"{title}\nNgay khi thành lập, Viện Tai Mũi Họng đã có bạn bè. Viện gửi 200 cán bộ đi."
    assert infer_organisation(title, text) == "Bệnh viện Tai Mũi Họng Trung ương"


def test_a_title_in_capitals_finds_the_name_as_it_is_written():
    title = "VIỆN TIM MẠCH NAM SƠN LÀM CHỦ KỸ THUẬT MỚI"
    text = f"{title}\nTuần qua, Viện Tim mạch Nam Sơn thay thành công van tim. Viện đã có 9 người."
    assert infer_organisation(title, text) == "Viện Tim mạch Nam Sơn"


def test_a_name_in_capitals_alone_ends_at_a_dash():
    title = "VIỆN CHẤN THƯƠNG ĐÔNG SƠN – KẾT QUẢ NĂM 2024"
    assert infer_organisation(title, f"{title}\nViện có kết quả.") == "Viện Chấn Thương Đông Sơn"


def test_the_footer_speaks_for_the_owner_and_not_for_the_partner_in_the_title():
    text = "Đoàn Bệnh viện Chí Thiện thăm và làm việc. Bệnh viện Sản Nhi Kinh Bắc cảm ơn."
    assert infer_organisation(text[:40], text, "© Bệnh viện Sản Nhi Kinh Bắc") == (
        "Bệnh viện Sản Nhi Kinh Bắc"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Viện tiếp đoàn của Viện Van Leyden (Hà Lan). Viện Van Leyden tặng 2 máy. Viện cảm ơn.",
        "Hợp tác với Bệnh viện Chí Thiện (Đài Loan) và Đại học Okayama.",
        "Bệnh viện đã cử nhiều bác sĩ đi học.",
    ],
)
def test_no_name_is_better_than_a_partners(text: str):
    assert infer_organisation("Hợp tác", text) == ""
