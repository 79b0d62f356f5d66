"""Noise is made by named rules, the same for the same seed."""

import unicodedata

import pytest

from corpus.errors import InvalidRequest
from eval.noise import RULES, vary

TEXT = "Bệnh viện được Hàn Quốc tài trợ bao nhiêu tiền, năm 2021 (13,5 tỷ)?"


@pytest.mark.parametrize("rule", RULES)
def test_the_same_seed_gives_the_same_text(rule: str) -> None:
    assert vary(TEXT, rule, 3) == vary(TEXT, rule, 3)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_changes_a_vietnamese_question(rule: str) -> None:
    assert vary(TEXT, rule, 3) != TEXT


@pytest.mark.parametrize("rule", RULES)
def test_numbers_are_left_alone(rule: str) -> None:
    varied = vary(TEXT, rule, 3)
    assert "2021" in varied
    assert "13,5" in varied


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("text", ["", " ", "?", "a", "123 456"])
def test_texts_without_words_pass_through_every_rule(rule: str, text: str) -> None:
    assert vary(text, rule, 1).strip(" ?") == text.strip(" ?")


def test_decomposed_text_reads_the_same() -> None:
    assert vary("viện", "nfd", 1) == "vie\u0323\u0302n"


def test_tones_go_and_letters_stay() -> None:
    assert vary("Được ở Huế", "no_tones", 1) == "Đươc ơ Huê"


def test_no_marks_is_lower_case_without_punctuation() -> None:
    assert vary("Đoàn Nhật, ký 13,5 tỷ ở đâu?", "no_marks", 1) == "doan nhat ky 13,5 ty o dau"


def test_telex_slips_are_those_of_its_keys() -> None:
    slips = {vary("viện", "telex", seed) for seed in range(200)}
    neighbours = {"ivện", "vệin", "vinệ"}
    doubled = {"vviện", "viiện", "việện"}
    assert slips == {"vieenj", "viênj"} | neighbours | doubled


def test_vni_keys_are_digits() -> None:
    slips = {vary("Đường", "vni", seed) for seed in range(200)}
    assert {"D9u7o7ng2", "Đương2"} < slips


def test_one_word_in_ten_slips_and_at_least_one() -> None:
    words = ["được"] * 30
    varied = vary(" ".join(words), "telex", 5).split(" ")
    assert sum(word != "được" for word in varied) == 3
    assert vary("được", "telex", 5) != "được"


def test_a_higher_rate_makes_more_slips() -> None:
    words = " ".join(["được"] * 10)
    assert sum(word != "được" for word in vary(words, "telex", 5, rate=0.5).split(" ")) == 5


def test_missing_spaces_keep_every_letter() -> None:
    varied = vary(TEXT, "missing_spaces", 5)
    assert varied.replace(" ", "") == TEXT.replace(" ", "")
    assert varied.count(" ") == TEXT.count(" ") - 1


def test_chat_spells_as_people_do() -> None:
    assert vary("Bác sĩ làm gì với bệnh viện?", "chat", 1) == "bs làm j vs bv?"


def test_a_decomposed_question_slips_like_a_composed_one() -> None:
    decomposed = unicodedata.normalize("NFD", TEXT)
    assert vary(decomposed, "telex", 2) == vary(TEXT, "telex", 2)


def test_an_unknown_rule_is_named_with_the_known_ones() -> None:
    with pytest.raises(InvalidRequest, match="'typos' is not a noise rule; known are nfd, no_ton"):
        vary(TEXT, "typos", 1)
