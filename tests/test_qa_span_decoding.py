import numpy as np
import pytest

from qa.reader_input import TokenisedText, Window
from qa.span_decoding import (
    ScoredWindow,
    SpanLimits,
    best_spans,
    line_numbers,
    member_spans,
    null_score,
)

TEXT = "ba bảy\nsáu"
TOKENS = TokenisedText((7, 8, 9), ((0, 2), (3, 6), (7, 10)))
WINDOW = Window((0, 5, 2, 7, 8, 9, 2), text_at=3, first=0, length=3)


def logits(*text: float) -> np.ndarray:
    # the question and the closing token outweigh everything, and are still never chosen
    return np.array([1.0, 90, 90, *text, 90], np.float32)


def scored(start: np.ndarray, end: np.ndarray, window: Window = WINDOW) -> ScoredWindow:
    return ScoredWindow.of(window, TOKENS, line_numbers(TEXT, TOKENS.offsets), start, end)


def spans(
    start: np.ndarray, end: np.ndarray, limits: SpanLimits | None = None
) -> list[tuple[int, int, float]]:
    found = best_spans(scored(start, end), limits or SpanLimits())
    return [(span.start, span.end, span.score) for span in found]


def test_the_score_of_no_answer_is_that_of_the_first_position():
    assert null_score(logits(5, 5, 5), logits(6, 6, 6)) == 2


def test_the_best_span_comes_first_and_has_the_offsets_of_its_text():
    found = spans(logits(5, 1, 3), logits(0, 4, 2))
    assert found == [(0, 6, 9.0), (7, 10, 5.0)]
    assert TEXT[0:6] == "ba bảy"


def test_a_span_never_crosses_a_newline():
    assert spans(logits(9, 0, 0), logits(0, 0, 9))[0] == (0, 2, 9.0)


def test_a_span_never_ends_before_it_starts():
    assert (3, 2) not in [(a, b) for a, b, _ in spans(logits(0, 9, 0), logits(9, 0, 0))]


def test_a_span_has_at_most_the_given_number_of_tokens():
    found = spans(logits(9, 0, 0), logits(0, 9, 0), SpanLimits(tokens=1))
    assert [(a, b) for a, b, _ in found] == [(0, 2), (3, 6), (7, 10)]


def test_no_more_spans_are_returned_than_asked_for():
    assert len(spans(logits(1, 1, 1), logits(1, 1, 1), SpanLimits(count=2))) == 2


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_spans_never_overlap(count: int):
    found = sorted(spans(logits(3, 2, 1), logits(1, 2, 3), SpanLimits(count=count)))
    assert all(a[1] <= b[0] for a, b in zip(found, found[1:], strict=False))


def test_a_window_without_text_has_no_span():
    empty = Window((0, 5, 2, 2), text_at=3, first=0, length=0)
    zeros = np.zeros(4, np.float32)
    assert best_spans(scored(zeros, zeros, empty), SpanLimits()) == []


def members(start: np.ndarray, end: np.ndarray, floor: float) -> list[tuple[int, int, float]]:
    found = member_spans(scored(start, end), SpanLimits(floor=floor))
    return [(span.start, span.end, span.score) for span in found]


def test_two_members_outweigh_the_span_from_the_first_to_the_last():
    # one span over both words: 9 + 9 - 10 = 8; each word alone: 2 * (9 + 9 - 10) = 16
    assert members(logits(9, 9, 0), logits(9, 9, 0), 10) == [(0, 2, 18.0), (3, 6, 18.0)]


def test_a_span_of_several_words_stays_whole_where_its_inner_borders_are_unlikely():
    assert members(logits(9, 0, 0), logits(0, 9, 0), 10) == [(0, 6, 18.0)]


def test_what_does_not_exceed_the_floor_is_no_member():
    assert members(logits(9, 0, 5), logits(9, 0, 5), 10) == [(0, 2, 18.0)]


def test_no_member_crosses_a_newline():
    assert members(logits(9, 0, 0), logits(0, 0, 9), 10) == []


def test_no_best_span_lies_under_the_floor():
    assert spans(logits(5, 1, 3), logits(0, 4, 2), SpanLimits(floor=5)) == [(0, 6, 9.0)]
