"""Runs are resumable and the same every time; scores, comparison, gate and report read them."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from corpus.errors import InvalidSetting, QuestionSetError
from eval.compare import compare_runs
from eval.gate import (
    DropRules,
    corpus_reasons,
    drop_reasons,
    floor_reasons,
    measured_reasons,
    newly_answered_reasons,
    read_rules,
)
from eval.given import Given, GivenHit, GivenQuote, GivenSpan, Took
from eval.golds import Golds, StaleGold
from eval.question import Alternative, GoldItem, Near, Question
from eval.reason import reason, words
from eval.report import Report, render_report
from eval.report_text import comparison_lines, junit_xml, report_lines
from eval.retrieval_measures import PassagePlace
from eval.run import Conditions, run_set
from eval.run_folder import ArticleSize, RunFolder
from eval.score import Asked, score_run, without_questions
from eval.verdict import Force, Verdict

TEXT = "Bỉ tặng <b>13 tỷ đồng</b> năm 2019."
START = TEXT.index("13 tỷ đồng")
GOLD = GoldItem("a", "v1", (Alternative(START, START + 10, "13 tỷ đồng"),), (0, len(TEXT)))
PRESENT = [
    Question(f"p{n}", f"Bỉ tặng bao nhiêu ({n})?", "vi", "money", (), f"fp{n}", (GOLD,), ())
    for n in range(15)
]
ABSENT = [
    Question(f"n{n}", f"Lào tặng gì ({n})?", "vi", "other", ("near_miss",), f"fn{n}", (), (),
             near=Near("missing_detail", "x"))
    for n in range(15)
]  # fmt: skip
QUESTIONS = [*PRESENT, *ABSENT]


class Clerk:
    """Answers every question that it knows with the gold, and refuses the others."""

    def __init__(self, wrong=(), break_after=None):
        self.wrong = wrong
        self.break_after = break_after
        self.asked = []

    def conditions(self):
        return Conditions("here", "s1", "c1", "m", "r", 0.5, "f", 5, (ArticleSize("a", "v1", 35),))

    def passages(self):
        return [PassagePlace("a#0", "a", 0, len(TEXT))]

    def text(self, article_id):
        return TEXT

    def ask(self, question):
        if len(self.asked) == self.break_after:
            raise KeyboardInterrupt
        self.asked.append(question.id)
        answers = question.answerable != (question.id in self.wrong)
        return (_answer if answers else _refusal)(question.id), Took(question.id, 1.0, 2.0, 3.0)


def _answer(question_id):
    return Given(
        question_id, "answered", "", 0.9, "x",
        spans=(GivenSpan("13 tỷ đồng", "a", START, START + 10, 1),),
        citations=(GivenQuote("a", "v1", "", "", 0, len(TEXT), TEXT),),
        hits=(GivenHit("a#0", "a", 0, len(TEXT), 1.5),),
    )  # fmt: skip


def _refusal(question_id):
    return Given(question_id, "no_answer", "không có", 0.1, "x")


def run(folder, clerk=None, questions=QUESTIONS):
    return run_set(questions, clerk or Clerk(), folder, "tiny")


def test_a_run_leaves_files_that_can_be_read_again(tmp_path):
    done = run(tmp_path / "r")
    assert done.settings.articles == (ArticleSize("a", "v1", 35),)
    assert done.answers["p3"] == _answer("p3")
    assert (tmp_path / "r/run.trec").read_text().splitlines()[0] == "p0 Q0 a#0 1 1.5000 coopqa"
    assert (tmp_path / "r/qrels.trec").read_text().splitlines()[0] == "p0 0 a#0 2"


def test_two_runs_are_the_same_byte_for_byte(tmp_path):
    texts = [(run(tmp_path / n).folder / "answers.jsonl").read_bytes() for n in ("a", "b")]
    assert texts[0] == texts[1]


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "r", Clerk(break_after=10))
    with (tmp_path / "r/answers.jsonl").open("a") as file:
        file.write('{"id": "p10", "stat')
    clerk = Clerk()
    resumed = run(tmp_path / "r", clerk)
    assert clerk.asked == [q.id for q in QUESTIONS[10:]]
    assert list(resumed.answers) == [q.id for q in QUESTIONS]


def test_a_run_says_that_it_begins_before_the_first_answer(tmp_path):
    heard, clerk = [], Clerk()

    def progress(done, total):
        heard.append((len(clerk.asked), done, total))

    run_set(QUESTIONS[:2], clerk, tmp_path / "r", "tiny", progress)
    assert heard == [(0, 0, 2), (1, 1, 2), (2, 2, 2)]


def test_a_run_under_other_conditions_is_not_taken_up(tmp_path):
    run(tmp_path / "r")
    with pytest.raises(QuestionSetError, match="set_fingerprint"):
        run(tmp_path / "r", questions=PRESENT)


def test_a_cleared_folder_is_asked_anew(tmp_path):
    run(tmp_path / "r").clear()
    clerk = Clerk()
    run(tmp_path / "r", clerk, questions=PRESENT)
    assert len(clerk.asked) == 15


def test_a_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(QuestionSetError, match="holds no run"):
        _ = RunFolder(tmp_path).settings


def test_scores_are_by_group_with_n(tmp_path):
    scores = score_run(run(tmp_path / "r", Clerk(wrong=["p0", "p1", "p2", "n0"])))
    # 12 of 15 answered, 14 of 15 refused.
    assert scores.get("right").value == pytest.approx(26 / 30)
    assert scores.get("answered").value == pytest.approx(12 / 15)
    assert scores.get("refused", "near missing_detail").value == pytest.approx(14 / 15)
    assert scores.get("refusal_precision").value == pytest.approx(14 / 17)
    assert scores.get("right", "category money").n == 15
    assert [(s.stage, s.p50) for s in scores.latencies] == [("retrieve", 1), ("read", 2),
                                                             ("total", 3)]  # fmt: skip


def compared(tmp_path, wrong_before=(), wrong_after=(), after_questions=QUESTIONS):
    before = score_run(run(tmp_path / "before", Clerk(wrong_before)))
    after = score_run(run(tmp_path / "after", Clerk(wrong_after), after_questions))
    return compare_runs(before, after)


def test_a_comparison_pairs_the_questions(tmp_path):
    found = compared(tmp_path, wrong_before=["p0"], wrong_after=["p1", "p2"])
    assert [p.question.id for p in found.better] == ["p0"]
    assert [p.question.id for p in found.worse] == ["p1", "p2"]
    assert found.get("answered").change.value == pytest.approx(-1 / 15)
    assert any("p1" in line for line in comparison_lines(found))


def test_a_changed_set_is_told_apart(tmp_path):
    changed = replace(PRESENT[0], question="Bỉ cho mấy tỷ?")
    more = replace(PRESENT[1], id="p99")
    found = compared(tmp_path, after_questions=[changed, more, *QUESTIONS[2:]])
    assert (found.changed, found.added, found.dropped) == (("p0",), ("p99",), ("p1",))
    assert found.compared == 28


DROPS = DropRules(0.01, 0.05, 20, ("right", "answered", "refused"), ("refused",))


def test_the_gate_lets_an_equal_run_pass(tmp_path):
    assert drop_reasons(compared(tmp_path), DROPS) == []


def test_a_sure_drop_is_a_reason_that_names_its_measure(tmp_path):
    reasons = drop_reasons(compared(tmp_path, wrong_after=[f"p{n}" for n in range(8)]), DROPS)
    assert [dict(r.details)["measure"] for r in reasons] == ["right", "answered"]
    assert "Answered what the articles say" in reasons[1].text("en")


def test_after_a_removal_lost_refusals_are_no_reason_while_the_floor_holds(tmp_path):
    found = compared(tmp_path, wrong_after=[f"n{n}" for n in range(6)])
    after = score_run(RunFolder(tmp_path / "after"))
    drops = replace(DROPS, measures=("refused",))
    rules = replace(read_rules(), floors={"refused": 0.5}, drops=drops)
    strict = replace(rules, floors={"refused": 0.7})
    assert [r.code for r in measured_reasons(after, found, rules)] == ["drop"]
    assert measured_reasons(after, found, rules, after_removal=True) == []
    assert [r.code for r in measured_reasons(after, found, strict, after_removal=True)] == ["floor"]


def test_one_unlucky_question_of_few_is_no_reason(tmp_path):
    assert drop_reasons(compared(tmp_path, wrong_after=["p0"]), DROPS) == []


def test_a_floor_holds_without_an_earlier_run(tmp_path):
    scores = score_run(run(tmp_path / "r", Clerk([f"p{n}" for n in range(10)])))
    assert [r.code for r in floor_reasons(scores, {"answered": 0.4, "refused": 0.4})] == ["floor"]


def test_articles_that_vanish_or_shrink_are_reasons_and_removals_are_not():
    before = [ArticleSize("a", "v", 100), ArticleSize("b", "v", 100), ArticleSize("c", "v", 100)]
    after = [ArticleSize("a", "w", 49)]
    rules = read_rules().corpus
    reasons = corpus_reasons(Golds(()), before, after, {"c"}, rules)
    assert [(r.code, dict(r.details)["article"]) for r in reasons] == [
        ("article_missing", "b"),
        ("article_shrunk", "a"),
    ]


def test_new_text_may_answer_a_few_questions_that_had_no_answer():
    rules = replace(read_rules().corpus, newly_answered_share=0.25)
    asked = [Asked(q, _answer(q.id), {}) for q in QUESTIONS]
    few, many = asked[15:18], asked[15:19]
    assert newly_answered_reasons(few, [*asked[:15], *asked[18:]], rules) == []
    (found,) = newly_answered_reasons(many, [*asked[:15], *asked[19:]], rules)
    assert found.text("en").startswith("4 of 15 questions that had no answer")


def test_broken_rules_are_named(tmp_path):
    (tmp_path / "rules.toml").write_text("[floors]\n")
    with pytest.raises(InvalidSetting, match=r"rules\.toml"):
        read_rules(tmp_path / "rules.toml")


def test_every_word_of_a_report_is_in_both_languages():
    assert set(words("vi")) == set(words("en"))


def test_a_report_needs_no_network_and_escapes_what_articles_say(tmp_path):
    done = run(tmp_path / "r", Clerk(wrong=["p0", "n0"]))
    verdict = Verdict((reason("article_missing", article="<i>x</i>"),), first=True)
    html = render_report(Report(done, score_run(done), verdict), "en")
    assert "Do not publish" in html
    assert "&lt;b&gt;<mark>13 tỷ đồng</mark>&lt;/b&gt;" in html
    assert "&lt;i&gt;x&lt;/i&gt;" in html
    assert "<b>13" not in html
    assert 'src="http' not in html and 'href="http' not in html
    assert html.count('data-kind="') == 2


def test_a_forced_verdict_names_who_and_why(tmp_path):
    done = run(tmp_path / "r")
    verdict = Verdict((reason("busy", who="x"),), first=False, force=Force("Lan", "gấp"))
    assert "Lan. Lý do: gấp" in render_report(Report(done, score_run(done), verdict))


def test_an_edited_text_is_shown_once_with_what_differs_marked(tmp_path):
    done = run(tmp_path / "r")
    stale = tuple(StaleGold(q, "a", "tặng 13 tỷ đồng", "tặng 15 tỷ đồng") for q in PRESENT[:3])
    verdict = Verdict((), first=False)
    html = render_report(Report(done, score_run(done), verdict, Golds((), stale)), "en")
    assert html.count("tặng <mark>15 </mark>tỷ đồng") == 1
    assert '<a href="#golds">Edited texts with golds, old beside new: 1</a>' in html
    assert "But look at" not in render_report(Report(done, score_run(done), verdict), "en")


def test_what_new_text_answers_is_listed_apart_and_linked_from_the_verdict(tmp_path):
    done = run(tmp_path / "r", Clerk(wrong=["n0"]))
    scores = score_run(done)
    newly = tuple(a for a in scores.asked if a.question.id == "n0")
    judged = without_questions(scores, {"n0"})
    assert (judged.get("refused").value, judged.get("refused").n) == (1, 14)
    assert judged.get("refusal_recall").n == 14
    report = Report(done, judged, Verdict((), first=False), newly=newly)
    html = render_report(report, "en")
    assert '<a href="#newly">Questions that had no answer, now answered by new text: 1</a>' in html
    assert html.count("Lào tặng gì (0)?") == 1
    assert "trả lời: 1" in render_report(report)


def test_the_text_form_and_junit_name_the_reasons(tmp_path):
    done = run(tmp_path / "r", Clerk(wrong=["p0"]))
    verdict = Verdict((reason("article_missing", article="b"),), first=True)
    report = Report(done, score_run(done), verdict)
    lines = report_lines(report)
    assert lines[0] == "Do not publish"
    assert lines[1].startswith("  - The article b is gone though nobody removed it.")
    suite = ET.fromstring(junit_xml(report))
    assert (suite.get("tests"), suite.get("failures")) == ("31", "1")
    assert len(suite.findall(".//skipped")) == 1
