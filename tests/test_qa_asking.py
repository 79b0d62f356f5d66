import pytest

from qa.asking import asks_for_several


@pytest.mark.parametrize(
    "question",
    [
        "Kể tên các nước đã cử chuyên gia sang.",
        "cho em xin ds noi nhan dieu duong di hoc",
        "Hai nước nào tài trợ khoa nhi?",
        "Dự án có mấy hợp phần, tên gì?",
        "Ai tài trợ và hết bao nhiêu tiền?",
        "Which partners train nurses?",
        "Who funded the unit and when did it open?",
        "Quels sont les partenaires ?",
    ],
)
def test_a_list_or_two_things_at_once_are_several(question: str):
    assert asks_for_several(question)


@pytest.mark.parametrize(
    "question",
    [
        "Khoa nhi mở cửa khi nào?",
        "Ai tài trợ khoa nhi?",
        "Dự án trị giá bao nhiêu tiền?",
        "Which hospital trains the nurses?",
        "Còn Hàn Quốc thì sao? (các đối tác)",
    ],
)
def test_one_thing_is_not_several(question: str):
    assert not asks_for_several(question)
