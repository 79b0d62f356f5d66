import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from corpus.clean import clean, plain_spaces


def test_decomposed_letters_are_composed():
    assert clean(unicodedata.normalize("NFD", "Bệnh viện")) == "Bệnh viện"


def test_every_line_end_becomes_a_newline():
    assert clean("a\r\nb\rc\u2028d\x0be\x85f") == "a\nb\nc\nd\ne\nf"


def test_zero_width_and_control_characters_vanish():
    assert clean("\ufeffBệnh\u200b vi\u00adện\x00 108\u2060") == "Bệnh viện 108"


def test_a_joiner_inside_an_emoji_stays_and_one_between_letters_goes():
    assert clean("👩\u200d⚕️ a\u200db") == "👩\u200d⚕️ ab"


def test_a_letter_meets_its_mark_across_an_invisible_character():
    assert clean("e\u200b\u0323\u0302") == "ệ"


def test_non_breaking_spaces_stay_and_count_as_spaces():
    text = clean("13,5\u00a0triệu\u202fEuro")
    assert text == "13,5\u00a0triệu\u202fEuro"
    assert plain_spaces(text) == "13,5 triệu Euro"


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str):
    once = clean(text)
    assert clean(once) == once
    assert len(plain_spaces(once)) == len(once)
