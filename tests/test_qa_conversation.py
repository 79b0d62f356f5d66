from collections.abc import Iterator

import pytest

from corpus.article import Article
from index.build import build_snapshot
from index.embedding_cache import EmbeddingCache
from index.pointer import SnapshotPointer
from index.snapshot import open_snapshot
from qa.context import lowered
from qa.conversation import PastTurn, standalone_question
from qa.live import Live, opened
from tests.fakes import HashEmbedder

EYES, LUNGS = "Bệnh viện Mắt Hải Vân", "Bệnh viện Phổi Trường Sơn"
EYES_TEXT = """Hợp tác quốc tế của Bệnh viện Mắt Hải Vân

Tổ chức Southern Light (Úc) tài trợ dự án Ánh sáng học đường, tổng kinh phí 6,4 tỷ đồng.

Quỹ Y tế Saerom (Hàn Quốc) tặng xe khám mắt lưu động trị giá 3,1 tỷ đồng.

Trưởng phòng Hợp tác quốc tế là TS. Lê Quốc Tuyển, từng học ở Lyon.
"""
CORNEAS_TEXT = """Ngân hàng giác mạc

Ngân hàng giác mạc khai trương ngày 12/5/2021, mỗi năm tiếp nhận 40 giác mạc.
"""
REHABILITATION = "Bệnh viện Phục hồi chức năng Sông Chu"
REHABILITATION_TEXT = """Bệnh viện Phục hồi chức năng Sông Chu

Bệnh viện có 150 giường và hợp tác với Nhật Bản về chân tay giả.
"""
LUNGS_TEXT = """Viện Van Leyden và Bệnh viện Phổi Trường Sơn

Viện Van Leyden (Hà Lan) tài trợ phòng xét nghiệm lao kháng thuốc.

Phòng xét nghiệm có 12 kỹ thuật viên, do ThS. Hà Thị Mai phụ trách.
"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    articles = [
        Article("mat-hai-van", "Hợp tác quốc tế", EYES_TEXT, EYES),
        Article("giac-mac", "Ngân hàng giác mạc", CORNEAS_TEXT, EYES),
        Article("song-chu", "Hợp tác", REHABILITATION_TEXT, REHABILITATION),
        Article("phoi-truong-son", "Viện Van Leyden", LUNGS_TEXT, LUNGS),
    ]
    folder, embedder = tmp_path_factory.mktemp("conversation"), HashEmbedder()
    pointer = SnapshotPointer(folder / "snapshots")
    cache = EmbeddingCache(folder / "embeddings.db")
    built = build_snapshot(articles, pointer.folder, embedder, cache)
    yield opened(open_snapshot(pointer.path(built), embedder))


def asked(live: Live, text: str, *turns: str | tuple[str, str]) -> str:
    past = [PastTurn(*turn) if isinstance(turn, tuple) else PastTurn(turn) for turn in turns]
    return standalone_question(text, past, live)


def test_a_first_question_stays_as_it_was_typed(live: Live) -> None:
    assert asked(live, "Còn Hàn Quốc thì sao?") == "Còn Hàn Quốc thì sao?"


@pytest.mark.parametrize(
    ("text", "standalone"),
    [
        ("Còn Hàn Quốc thì sao?", "Bệnh viện Mắt Hải Vân hợp tác với Hàn Quốc về gì?"),
        ("Thế Hà Lan?", "Bệnh viện Mắt Hải Vân hợp tác với Hà Lan về gì?"),
        ("Quỹ Saerom thì sao", "Bệnh viện Mắt Hải Vân hợp tác với Quỹ Saerom về gì?"),
        ("What about Korea?", "Bệnh viện Mắt Hải Vân hợp tác với Korea về gì?"),
        ("Còn Phổi Trường Sơn thì sao?", "Phổi Trường Sơn hợp tác với Úc về gì?"),
    ],
)
def test_a_new_name_takes_the_place_of_the_old_one(live: Live, text: str, standalone: str) -> None:
    assert asked(live, text, "Bệnh viện Mắt Hải Vân hợp tác với Úc về gì?") == standalone


def test_a_name_is_exchanged_in_questions_without_marks_too(live: Live) -> None:
    first = "benh vien mat hai van hop tac voi uc ve gi?"
    assert (
        asked(live, "con han quoc thi sao?", first)
        == "Benh vien mat hai van hop tac voi han quoc ve gi?"
    )


def test_a_name_is_exchanged_in_english_and_french(live: Live) -> None:
    assert (
        asked(live, "And Korea?", "What does Australia fund at the eye hospital?")
        == "What does Korea fund at the eye hospital?"
    )
    assert (
        asked(live, "Et Cuba ?", "Que fait Singapour pour l'hôpital ?")
        == "Que fait Cuba pour l'hôpital ?"
    )


def test_a_year_is_exchanged(live: Live) -> None:
    first = "Năm 2023 Bệnh viện Mắt Hải Vân đón bao nhiêu đoàn?"
    assert (
        asked(live, "Còn năm 2022?", first) == "Năm 2022 Bệnh viện Mắt Hải Vân đón bao nhiêu đoàn?"
    )


def test_what_begins_with_the_same_word_is_exchanged(live: Live) -> None:
    assert (
        asked(live, "Thế dự án dinh dưỡng?", "Dự án lao ở Bệnh viện Phổi Trường Sơn ai tài trợ?")
        == "Dự án dinh dưỡng ở Bệnh viện Phổi Trường Sơn ai tài trợ?"
    )


@pytest.mark.parametrize(
    "text", ["Bao nhiêu tiền?", "bao nhiêu tiền vậy", "Họ cho bao nhiêu tiền?"]
)
def test_a_question_about_the_same_thing_keeps_it_in_brackets(live: Live, text: str) -> None:
    standalone = asked(live, text, ("Úc tài trợ gì cho bv Mắt Hải Vân?", ""))
    assert standalone.endswith(" (Úc tài trợ cho bv Mắt Hải Vân)?")
    assert standalone.lower().startswith(text.rstrip("?").lower())


def test_the_answer_takes_the_place_of_the_question_word(live: Live) -> None:
    turn = ("Mắt Hải Vân ký với tổ chức nào?", "Southern Light")
    assert asked(live, "Bao giờ?", turn) == "Bao giờ (Mắt Hải Vân ký với tổ chức Southern Light)?"


def test_a_number_does_not_take_the_place_of_the_question_word(live: Live) -> None:
    turn = ("Úc tài trợ bao nhiêu tiền cho bv Mắt Hải Vân?", "6,4 tỷ đồng")
    assert asked(live, "Để làm gì?", turn) == "Để làm gì (Úc tài trợ cho bv Mắt Hải Vân)?"


@pytest.mark.parametrize(
    ("text", "standalone"),
    [
        ("Ông ấy học ở đâu?", "TS. Lê Quốc Tuyển học ở đâu"),
        ("ông này bao nhiêu tuổi", "TS. Lê Quốc Tuyển bao nhiêu tuổi"),
        ("How old is he?", "How old is TS. Lê Quốc Tuyển"),
    ],
)
def test_a_name_takes_the_place_of_he(live: Live, text: str, standalone: str) -> None:
    turn = ("Trưởng phòng Hợp tác quốc tế Mắt Hải Vân là ai?", "TS. Lê Quốc Tuyển")
    assert asked(live, text, turn).startswith(f"{standalone} (")


def test_he_stays_who_he_was_over_a_turn_without_a_person(live: Live) -> None:
    first = ("Trưởng phòng Hợp tác quốc tế Mắt Hải Vân là ai?", "TS. Lê Quốc Tuyển")
    second = ("Ông ấy học ở đâu?", "Lyon")
    assert asked(live, "Ông ấy bao nhiêu tuổi?", first, second).startswith("TS. Lê Quốc Tuyển bao")


def test_a_title_in_the_earlier_question_names_the_person(live: Live) -> None:
    assert (
        asked(live, "Chị ấy phụ trách gì?", "ThS. Hà Thị Mai làm ở Bệnh viện Phổi Trường Sơn à?")
    ).startswith("ThS. Hà Thị Mai phụ trách gì")


def test_a_new_topic_keeps_only_the_organisation(live: Live) -> None:
    assert (
        asked(live, "Ngân hàng giác mạc khai trương ngày nào?", "Úc tài trợ gì cho bv Mắt Hải Vân?")
        == "Ở bv Mắt Hải Vân, ngân hàng giác mạc khai trương ngày nào?"
    )


@pytest.mark.parametrize(
    ("text", "standalone"),
    [
        (
            "Còn phía Saerom tặng xe khám mắt lưu động trị giá bao nhiêu?",
            "Ở bv Mắt Hải Vân, phía Saerom tặng xe khám mắt lưu động trị giá bao nhiêu?",
        ),
        (
            "Giác mạc khai trương thì ai?",
            "Ở bv Mắt Hải Vân, giác mạc khai trương thì ai?",
        ),
    ],
)
def test_a_topic_of_its_own_is_new_although_it_begins_or_ends_as_a_follow_up(
    live: Live, text: str, standalone: str
) -> None:
    turn = ("TS. Lê Quốc Tuyển của bv Mắt Hải Vân từng học ở đâu?", "Lyon")
    assert asked(live, text, turn) == standalone


def test_a_name_with_hyphens_keeps_its_capital(live: Live) -> None:
    assert lowered("Việt - Bắc Âu") == "Việt - Bắc Âu"
    assert lowered("Bệnh viện Mắt") == "bệnh viện Mắt"


@pytest.mark.parametrize(
    "text",
    [
        "Phòng xét nghiệm Bệnh viện Phổi Trường Sơn có mấy kỹ thuật viên?",
        "Còn Phổi Trường Sơn được Hà Lan tài trợ phòng gì?",
        "phoi truong son co may ky thuat vien",
    ],
)
def test_a_question_that_names_its_organisation_stays_as_typed(live: Live, text: str) -> None:
    turn = ("Úc tài trợ gì cho bv Mắt Hải Vân?", "dự án Ánh sáng học đường")
    assert asked(live, text, turn) == text


@pytest.mark.parametrize(
    "text",
    [
        "Bệnh viện PHCN Sông Chu có mấy giường?",
        "Viện PHCN có mấy giường?",
        "Còn Phổi Trường Sơn có làm ghép phổi không?",
    ],
)
def test_a_short_form_or_a_yes_no_question_names_its_organisation_too(
    live: Live, text: str
) -> None:
    assert asked(live, text, "Úc tài trợ gì cho bv Mắt Hải Vân?") == text


def test_after_a_change_of_organisation_the_old_one_is_gone(live: Live) -> None:
    standalone = asked(
        live,
        "Ai phụ trách?",
        ("Úc tài trợ gì cho bv Mắt Hải Vân?", "dự án Ánh sáng học đường"),
        ("Phòng xét nghiệm Bệnh viện Phổi Trường Sơn có mấy kỹ thuật viên?", "12"),
    )
    assert "Phổi Trường Sơn" in standalone
    assert "Hải Vân" not in standalone
    assert "Úc" not in standalone


def test_a_follow_up_of_a_follow_up_keeps_the_topic(live: Live) -> None:
    standalone = asked(
        live, "Để làm gì?", ("Úc tài trợ gì cho bv Mắt Hải Vân?", ""), ("Bao nhiêu tiền?", "")
    )
    assert "Úc tài trợ cho bv Mắt Hải Vân" in standalone


def test_history_may_hold_standalone_forms(live: Live) -> None:
    typed = "Bao nhiêu tiền?", "Ai ký?"
    first = "Úc tài trợ gì cho bv Mắt Hải Vân?"
    second = asked(live, typed[0], first)
    assert "Úc tài trợ cho bv Mắt Hải Vân" in asked(live, typed[1], first, second)


def test_a_standalone_question_asked_again_stays_as_it_is(live: Live) -> None:
    first = "Úc tài trợ gì cho bv Mắt Hải Vân?"
    placed = asked(live, "Ngân hàng giác mạc khai trương ngày nào?", first)
    assert asked(live, placed, first) == placed


def test_greetings_in_the_history_are_passed_over(live: Live) -> None:
    first = "Bệnh viện Mắt Hải Vân hợp tác với Úc về gì?"
    standalone = asked(live, "Còn Hàn Quốc?", "xin chào", first, "cảm ơn")
    assert standalone == "Bệnh viện Mắt Hải Vân hợp tác với Hàn Quốc về gì?"


def test_only_the_last_ten_turns_count(live: Live) -> None:
    turns = ["Bệnh viện Mắt Hải Vân hợp tác với Úc về gì?", *["cảm ơn"] * 10]
    assert asked(live, "Còn Hàn Quốc?", *turns) == "Còn Hàn Quốc?"


@pytest.mark.parametrize("text", ["?", "😀", "...", "còn", "a " * 900])
@pytest.mark.parametrize("earlier", ["", "?", "((( )", "x " * 900, "y" * 1999])
def test_odd_texts_give_a_question_that_can_be_asked(live: Live, text: str, earlier: str) -> None:
    standalone = asked(live, text, (earlier, "z " * 4000))
    assert 0 < len(standalone) <= 2000
