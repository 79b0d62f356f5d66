"""Measures against numbers that were worked out by hand beside the inputs."""

from dataclasses import replace
from math import isnan

import ir_measures
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from eval.answer_measures import (
    citation_precision,
    exact_match,
    items_found,
    measure_answer,
    must_include,
    normalise,
    token_f1,
)
from eval.bootstrap import mean_estimate, paired_difference
from eval.given import Given, GivenHit, GivenQuote, GivenSpan
from eval.question import Alternative, GoldItem, Near, Question
from eval.refusal_measures import (
    RefusalCase,
    auroc,
    calibration_error,
    false_refusals_at,
    measure_refusal,
    risk_coverage_area,
)
from eval.retrieval_measures import PassagePlace, measure_retrieval, qrels_of
from eval.risk_coverage import risk_coverage

#        0         1         2         3         4
#        0123456789012345678901234567890123456789012345
TEXT = "Năm 2019 Bỉ tặng 13 tỷ đồng và 2 máy phaco mới."


def item(text, evidence=(0, 46)):
    start = TEXT.index(text)
    return GoldItem("a", "v", (Alternative(start, start + len(text), text),), evidence)


MONEY, MACHINES = item("13 tỷ đồng"), item("2 máy phaco")
QUESTION = Question("q", "Bỉ tặng gì?", "vi", "list", (), "f", (MONEY, MACHINES), ("13 tỷ",))
ABSENT = replace(
    QUESTION, gold=(), must_include=(), traits=("near_miss",), near=Near("missing_detail", "x")
)


def span(text, article="a", citation=1):
    start = TEXT.index(text)
    return GivenSpan(text, article, start, start + len(text), citation)


def given(*texts, status="answered", article="a"):
    quote = GivenQuote(article, "v", "", "", 9, 46, TEXT[9:46])
    spans = tuple(span(t, article) for t in texts)
    return Given("q", status, "", 0.7, "", spans, (quote,) if spans else ())


def test_normalisation_keeps_what_tells_answers_apart():
    assert normalise("  “Bệnh viện” Hoà  Bình, (BS. Sỹ)!") == "bệnh viện hoà bình bs sĩ"
    assert normalise("Hòa") == normalise("hoà")
    assert normalise("13,5 triệu") != normalise("135 triệu")
    assert normalise("10/2017.") == "10/2017"
    assert len(normalise("giá của Bỉ").split()) == 3


def test_exact_match_and_f1_agree_with_the_squad_script():
    # "in the 1970s" against "1970s": precision 1/3, recall 1, F1 1/2. evaluate-v1.1.py gives 2/3
    # because it removes "the", as we do not.
    assert token_f1("in the 1970s", ["1970s"]) == pytest.approx(0.5)
    assert token_f1("Denver Broncos", ["Denver Broncos", "The Denver Broncos"]) == 1.0
    assert exact_match("denver broncos.", ["Denver Broncos"]) == 1.0
    # "Carolina" of "Carolina Panthers": precision 1, recall 1/2, F1 = 2/3.
    assert token_f1("Carolina", ["Carolina Panthers"]) == pytest.approx(2 / 3)
    # Repeated tokens count as often as both have them: "a b b" and "b b c": 2 of 3 and of 3.
    assert token_f1("x b b", ["b b c"]) == pytest.approx(2 / 3)
    assert token_f1("", ["x"]) == 0.0


def test_all_items_in_their_own_spans_are_a_perfect_answer():
    measures = measure_answer(QUESTION, given("13 tỷ đồng", "2 máy phaco"))
    assert measures == {
        "right": 1, "answered": 1, "exact_match": 1, "f1": 1, "in_quote": 1, "right_article": 1,
        "must_include": 1, "items_recall": 1, "items_f1": 1, "citation_precision": 1,
    }  # fmt: skip


def test_one_of_two_items_has_half_the_recall():
    measures = measure_answer(QUESTION, given("13 tỷ đồng"))
    # Items: precision 1, recall 1/2, F1 2/3. Tokens: 3 of 3 given, 3 of 6 wanted, F1 2/3.
    assert (measures["items_recall"], measures["exact_match"]) == (0.5, 0)
    assert measures["items_f1"] == pytest.approx(2 / 3)
    assert measures["f1"] == pytest.approx(2 / 3)


def test_a_span_that_covers_less_than_half_of_an_answer_does_not_find_it():
    # "2 máy" is 5 of 11 characters.
    assert items_found(QUESTION.gold, [span("2 máy")]) == (0.0, 0.0)
    assert items_found(QUESTION.gold, [span("2 máy ph")]) == (1.0, 0.5)


def test_the_same_words_of_another_article_are_wrong():
    measures = measure_answer(QUESTION, given("13 tỷ đồng", "2 máy phaco", article="b"))
    assert (measures["right"], measures["right_article"], measures["in_quote"]) == (0, 0, 0)
    assert measures["citation_precision"] == 0


def test_a_refusal_of_an_answerable_question_scores_nothing():
    measures = measure_answer(QUESTION, given(status="no_answer"))
    assert set(measures.values()) == {0.0}
    assert "citation_precision" not in measures


def test_only_a_refusal_is_right_where_there_is_no_answer():
    assert measure_answer(ABSENT, given(status="no_answer")) == {"right": 1, "refused": 1}
    assert measure_answer(ABSENT, given("2019")) == {"right": 0, "refused": 0}


def test_must_include_counts_whole_words():
    assert must_include(["13 tỷ", "2019"], "Hơn 13 tỷ đồng, năm 20190") == 0.5


def test_citation_precision_is_of_the_citations_that_touch_evidence():
    far = replace(given("2019").citations[0], start=100, end=120)
    shown = replace(given("2019"), citations=(given("2019").citations[0], far))
    assert citation_precision((MONEY,), shown) == 0.5


def case(confidence, answerable, right=None, refused=False, fact=""):
    right = answerable if right is None else right
    return RefusalCase(confidence, answerable, right, refused, fact or f"{confidence}")


CASES = [case(0.9, True), case(0.8, False), case(0.6, True), case(0.4, True, right=False),
         case(0.2, False, refused=True)]  # fmt: skip


def test_refusal_measures_of_five_questions():
    # Pairs answerable above unanswerable: .9 beats both, .6 and .4 beat one each: 4 of 6.
    assert auroc(CASES) == pytest.approx(4 / 6)
    # Wrong among the first n: 0/1, 1/2, 1/3, 2/4, 3/5; their mean is 29/75.
    assert [p.risk for p in risk_coverage(CASES)] == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2, 3 / 5])
    assert risk_coverage_area(CASES) == pytest.approx(29 / 75)
    # Gaps of the five bins: .1 + .8 + .4 + .4 + .2 = 1.9, each of one question in five.
    assert calibration_error(CASES) == pytest.approx(1.9 / 5)
    # To refuse half of the unanswerable (.2) no answerable one is lost; for all (.8), .6 and .4.
    assert false_refusals_at(CASES, 0.5) == 0
    assert false_refusals_at(CASES, 0.85) == pytest.approx(2 / 3)
    measures = measure_refusal(CASES)
    assert measures["refusal_precision"].value == 1.0
    assert measures["refusal_recall"].value == 0.5
    assert measures["false_refusals"].value == 0.0


def test_equal_confidences_are_not_told_apart():
    assert auroc([case(0.5, True), case(0.5, False)]) == 0.5
    points = risk_coverage([case(0.5, True), case(0.5, False)])
    assert [(p.coverage, p.risk) for p in points] == [(1.0, 0.5)]


def test_auroc_is_that_of_scikit_learn():
    random = np.random.default_rng(3)
    cases = [case(round(float(c), 1), bool(a)) for c, a in
             zip(random.random(200), random.random(200) < 0.6, strict=True)]  # fmt: skip
    expected = roc_auc_score([c.answerable for c in cases], [c.confidence for c in cases])
    assert auroc(cases) == pytest.approx(expected)


def test_a_measure_without_cases_is_left_out():
    assert isnan(false_refusals_at([case(0.5, True)], 0.8))
    assert "refusal_recall" not in measure_refusal([case(0.5, True)])


def test_a_bootstrap_draws_facts_not_questions():
    # Two facts, each all right or all wrong: a round draws 0, 1 or 2 of the right one.
    estimate = mean_estimate([1, 1, 1, 0, 0, 0], ["a"] * 3 + ["b"] * 3)
    assert (estimate.value, estimate.low, estimate.high, estimate.n) == (0.5, 0.0, 1.0, 6)
    alone = mean_estimate([1, 1, 1, 0, 0, 0], list("abcdef"))
    assert alone.low > 0 and alone.high < 1


def test_the_same_values_give_the_same_interval():
    assert mean_estimate([1, 0, 1], list("abc")) == mean_estimate([1, 0, 1], list("abc"))


def test_a_steady_gain_excludes_zero():
    gain = paired_difference([0.1] * 20, [0.2] * 20, [str(n) for n in range(20)])
    assert gain.value == pytest.approx(0.1)
    assert gain.excludes_zero


PLACES = [PassagePlace("a#0", "a", 0, 28), PassagePlace("a#1", "a", 20, 46),
          PassagePlace("b#0", "b", 0, 46)]  # fmt: skip


def hits(*ids):
    found = tuple(GivenHit(i, i[0], 0, 1, 9.0 - n) for n, i in enumerate(ids))
    return {"q": replace(given(status="no_answer"), hits=found)}


def test_relevance_is_judged_by_place():
    # "13 tỷ đồng" is at 17 to 27: whole in a#0 alone; the evidence touches both.
    question = replace(QUESTION, gold=(MONEY,))
    assert qrels_of([question], PLACES, hits("b#0")) == {"q": {"a#0": 2, "a#1": 1}}


def test_retrieval_measures_agree_with_trec_eval():
    question = replace(QUESTION, gold=(MONEY,))
    answers = hits("b#0", "a#1", "a#0")
    qrels = qrels_of([question], PLACES, answers)
    measured = measure_retrieval(qrels, answers)["q"]
    # The wanted passage has rank 3. nDCG: (1/log2 3 + 2/log2 4) / (2 + 1/log2 3).
    assert (measured["success@1"], measured["success@5"]) == (0, 1)
    assert measured["rr"] == pytest.approx(1 / 3)
    ndcg = (1 / np.log2(3) + 2 / 2) / (2 + 1 / np.log2(3))
    assert measured["ndcg@10"] == pytest.approx(ndcg)
    trec = ir_measures.pytrec_eval.calc_aggregate(
        [ir_measures.nDCG @ 10], qrels, {"q": {"b#0": 9.0, "a#1": 8.0, "a#0": 7.0}}
    )
    assert trec[ir_measures.nDCG @ 10] == pytest.approx(ndcg)


def test_a_question_that_found_nothing_scores_zero():
    question = replace(QUESTION, gold=(MONEY,))
    qrels = qrels_of([question], PLACES, hits())
    assert set(measure_retrieval(qrels, hits())["q"].values()) == {0.0}


def test_where_passages_are_unknown_what_was_not_found_still_counts():
    question = replace(QUESTION, gold=(MONEY,))
    qrels = qrels_of([question], [], hits("b#0"))
    assert qrels == {"q": {"not-found": 2}}
    assert measure_retrieval(qrels, hits("b#0"))["q"]["recall@5"] == 0
