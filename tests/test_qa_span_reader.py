from pathlib import Path

import pytest

from corpus.errors import ModelError
from index.e5_weights import unpack_e5
from index.onnx_model import OnnxModel, shared_tokenizer
from qa.reader_input import ReaderInput
from qa.reader_weights import join_reader
from qa.span_model import OnnxSpanModel
from qa.span_reader import ReadingPassage, SpanReader

TEXT = (
    "Năm 2023, Bệnh viện ký biên bản ghi nhớ với Đại học Y Kitahama.\n"
    "Dự án được tài trợ 13,5 tỷ đồng và đào tạo 48 điều dưỡng trong 3 năm."
)
HEADING = "Bệnh viện Nhi Cửu Long · Hợp tác quốc tế"


@pytest.fixture(scope="module")
def layout(models_dir: Path) -> ReaderInput:
    return ReaderInput(shared_tokenizer(unpack_e5(models_dir) / "tokenizer.json"))


@pytest.fixture(scope="module")
def reader(models_dir: Path) -> SpanReader:
    return SpanReader(OnnxSpanModel(OnnxModel(join_reader(models_dir), threads=2)))


def test_token_offsets_are_those_of_the_text(layout: ReaderInput):
    text = layout.tokenise("Ký  với\nĐại học 13,5")
    assert "".join("Ký  với\nĐại học 13,5"[a:b] for a, b in text.offsets) == "KývớiĐạihọc13,5"


def test_the_tokens_of_a_range_touch_it(layout: ReaderInput):
    text = layout.tokenise("Bệnh viện ký với ai")
    assert text.tokens_of(5, 9) == (1, 1)
    assert text.tokens_of(6, 12) == (1, 2)
    assert text.tokens_of(4, 5) is None


def test_windows_cover_every_token_and_overlap(layout: ReaderInput):
    text = layout.tokenise("một hai ba bốn năm sáu bảy tám chín mười " * 60)
    opening = layout.opening("hỏi gì", HEADING)
    windows = layout.windows(opening, text, size=128, overlap=40)
    covered = [set(range(w.first, w.first + w.length)) for w in windows]
    assert set.union(*covered) == set(range(len(text.ids)))
    assert all(len(w.ids) <= 128 for w in windows)
    assert all(len(a & b) >= 40 for a, b in zip(covered, covered[1:], strict=False))


def test_a_text_that_fits_has_one_window(layout: ReaderInput):
    text = layout.tokenise(TEXT)
    assert len(layout.windows(layout.opening("hỏi gì", ""), text, size=256, overlap=96)) == 1


def test_a_question_longer_than_its_share_is_cut(layout: ReaderInput):
    assert len(layout.opening("rất dài " * 500, HEADING * 40)) == 1 + 48 + 1 + 40 + 1


def test_damaged_weights_are_refused(tmp_path: Path, models_dir: Path):
    (tmp_path / "reader.safetensors").write_bytes(b"damaged")
    (tmp_path / "manifest.json").write_text('{"file": "reader.safetensors", "sha256": "00"}')
    with pytest.raises(ModelError, match=r"reader\.safetensors has SHA-256 .* train anew"):
        join_reader(models_dir, tmp_path)


def test_a_missing_reader_is_named(tmp_path: Path, models_dir: Path):
    with pytest.raises(ModelError, match="holds no reader"):
        join_reader(models_dir, tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Nhi Cửu Long được cho bao nhiêu tiền?", "13,5 tỷ đồng"),
        ("nhi cuu long duoc tai tro bao nhieu tien", "13,5 tỷ đồng"),
        ("How many nurses were trained at Nhi Cửu Long?", "48"),
        ("Bệnh viện Nhi Cửu Long ký với trường nào?", "Đại học Y Kitahama"),
    ],
)
def test_the_answer_is_the_best_span(reader: SpanReader, question: str, answer: str):
    (reading,) = reader.read(question, [ReadingPassage(HEADING, TEXT)])
    best = reading.spans[0]
    assert answer in TEXT[best.start : best.end]


@pytest.mark.parametrize(
    "question",
    ["Nhi Cửu Long được cho bao nhiêu tiền?", "Bệnh viện Nhi Cửu Long ký với trường nào?"],
)
def test_an_answer_that_is_there_outweighs_its_absence(reader: SpanReader, question: str):
    (reading,) = reader.read(question, [ReadingPassage(HEADING, TEXT)])
    assert reading.spans[0].score > reading.null_score


def test_a_passage_without_the_fact_is_told_from_one_that_has_it(reader: SpanReader):
    question = "Nhi Cửu Long được tài trợ bao nhiêu tiền?"
    there = ReadingPassage(HEADING, TEXT)
    absent = ReadingPassage(HEADING, "Đoàn đã tham quan khoa Cấp cứu và chụp ảnh lưu niệm.")
    first, second = reader.read(question, [there, absent])
    assert first.spans[0].score - first.null_score > second.spans[0].score - second.null_score


def test_an_answer_at_the_end_of_a_long_text_is_found(reader: SpanReader):
    text = "Đoàn đã tham quan khoa Cấp cứu và chụp ảnh lưu niệm.\n" * 30 + TEXT
    (reading,) = reader.read("Nhi Cửu Long ký với trường nào?", [ReadingPassage(HEADING, text)])
    assert "Kitahama" in text[reading.spans[0].start : reading.spans[0].end]


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "…–…", "🙂"])
def test_a_passage_without_words_is_read_without_error(reader: SpanReader, text: str):
    (reading,) = reader.read("hỏi gì", [ReadingPassage("", text)])
    assert all(0 <= span.start <= span.end <= len(text) for span in reading.spans)


def test_no_passages_have_no_readings(reader: SpanReader):
    assert reader.read("hỏi gì", []) == []
