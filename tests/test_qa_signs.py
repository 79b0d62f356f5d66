"""What the words of a question show by themselves."""

import pytest

from qa.live import Live
from qa.mentions import organisation_span
from qa.organisations import Organisation
from qa.signs import Signs
from qa.typed import Typed
from tests.test_qa_conversation import live

__all__ = ["live"]


@pytest.mark.parametrize(
    "text",
    ["Họ tài trợ bao nhiêu?", "ho tai tro bao nhieu", "Ông ấy ở đâu?", "Lớp đó mấy tuần?",
     "What did it cost?", "Where does he work?"],
)  # fmt: skip
def test_a_pronoun_points_back(live: Live, text: str):
    assert Signs(Typed(text), live).points_back


@pytest.mark.parametrize(
    "text",
    ["ho so gom giay to gi", "co do thon ban hoc may thang", "he thong loc nuoc gia bao nhieu",
     "sao it nguoi hoc vay", "ong phan ke suu lam gi", "ba huyen gop bao nhieu"],
)  # fmt: skip
def test_a_word_without_marks_that_looks_like_a_pronoun_does_not(live: Live, text: str):
    assert not Signs(Typed(text), live).points_back


def test_in_a_rich_question_that_class_is_one_of_its_own(live: Live):
    text = "Xe khám mắt lưu động trị giá bao nhiêu, chiếc mà quỹ y tế tặng hồi trước ấy?"
    assert not Signs(Typed(text), live).points_back


def test_a_number_names_an_organisation_as_a_capital_does():
    hospital = Organisation("Bệnh viện Quân đội 108", frozenset({"a"}))
    typed = Typed("Bên 108 thì GS Phan giữ chức gì?")
    span = organisation_span(typed, [hospital])
    assert span
    assert typed.slice(span) == "Bên 108"
