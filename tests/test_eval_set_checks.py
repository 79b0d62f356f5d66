"""The checks of a question set name what is wrong and report what is for judgement."""

import json
from dataclasses import replace
from pathlib import Path

from corpus.article import Article
from corpus.folder import read_folder
from eval.check_report import CheckReport
from eval.leaks import deciles, overlap
from eval.question import Alternative, GoldItem, Near, Question
from eval.question_set import write_set
from eval.set_checks import check_set

TEXT = "Viện Bắc Sơn. Ông An ký năm 2021. Năm 2021 có lũ."
ARTICLE = Article("a", "Viện", TEXT)
OTHER = Article("b", "Sở", "Sở họp năm 2021.")
GOLD = GoldItem("a", ARTICLE.version, (Alternative(28, 32, "2021"),), (14, 33))
QUESTION = Question("q1", "Bao giờ ông An ký?", "vi", "date", (), "year", (GOLD,), ("2021",))
DATASETS = Path("eval/datasets")


def report(tmp_path: Path, *questions: Question, squad: Path | None = None) -> CheckReport:
    path = tmp_path / "set.jsonl"
    write_set(path, questions)
    return check_set(path, [ARTICLE, OTHER], squad)


def only_fault(found: CheckReport) -> str:
    (fault,) = found.faults
    assert found.exit_status == 1
    return fault


def test_a_sound_set_has_no_faults(tmp_path: Path) -> None:
    found = report(tmp_path, QUESTION)
    assert found.faults == ()
    assert found.exit_status == 0


def test_a_wrong_offset_is_named_with_file_and_line(tmp_path: Path) -> None:
    shifted = replace(GOLD, alternatives=(Alternative(27, 31, "2021"),))
    fault = only_fault(report(tmp_path, replace(QUESTION, gold=(shifted,))))
    assert fault.startswith(f"{tmp_path / 'set.jsonl'}:1: q1: ")
    assert "27-31 holds ' 202', not '2021'" in fault


def test_an_offset_beyond_the_text_is_named(tmp_path: Path) -> None:
    beyond = replace(GOLD, evidence=(14, 999))
    fault = only_fault(report(tmp_path, replace(QUESTION, gold=(beyond,))))
    assert "the evidence 14-999 is beyond the text of 49 characters" in fault


def test_another_version_is_named_with_the_current_one(tmp_path: Path) -> None:
    stale = replace(GOLD, article_version="sha256:0")
    fault = only_fault(report(tmp_path, replace(QUESTION, gold=(stale,))))
    assert f"made for sha256:0 of a, which is now {ARTICLE.version}" in fault


def test_an_unknown_article_is_named(tmp_path: Path) -> None:
    lost = replace(GOLD, article_id="z")
    assert "no article 'z'" in only_fault(report(tmp_path, replace(QUESTION, gold=(lost,))))


def test_the_tempting_article_must_exist(tmp_path: Path) -> None:
    near = Near("missing_detail", "Not given.", "z")
    refused = replace(QUESTION, gold=(), must_include=(), near=near)
    assert "no article 'z'" in only_fault(report(tmp_path, refused))


def test_the_preferred_answer_lies_in_its_evidence(tmp_path: Path) -> None:
    apart = replace(GOLD, evidence=(0, 13))
    fault = only_fault(report(tmp_path, replace(QUESTION, gold=(apart,), must_include=())))
    assert "'2021' lies outside its evidence" in fault


def test_what_must_be_included_stands_in_the_evidence(tmp_path: Path) -> None:
    fault = only_fault(report(tmp_path, replace(QUESTION, must_include=("2022",))))
    assert "'2022' must be included but no evidence holds it" in fault


def test_a_question_repeated_without_marks_is_a_duplicate(tmp_path: Path) -> None:
    again = replace(QUESTION, id="q2", question="bao gio ong an ky")
    fault = only_fault(report(tmp_path, QUESTION, again))
    assert fault == f"{tmp_path / 'set.jsonl'}:2: q2 repeats q1 but for its marks"


def test_a_gold_of_another_split_is_a_fault(tmp_path: Path) -> None:
    card = {"id": "a", "split": "test", "organisation": "Viện", "furniture": []}
    (tmp_path / "articles.jsonl").write_text(json.dumps(card) + "\n", encoding="utf-8")
    fault = only_fault(report(tmp_path, replace(QUESTION, split="train")))
    assert "q1 is of the split 'train', its article a of 'test'" in fault


def test_a_broken_line_is_a_fault_and_the_others_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    write_set(path, [QUESTION])
    path.write_text("{\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    found = check_set(path, [ARTICLE])
    assert found.faults[0].startswith(f"{path}:1: ")
    assert ("answerable", 1) in found.counts


def test_overlap_counts_different_words_without_their_marks() -> None:
    # of bao, gio, ong, an, ky the evidence holds three
    assert overlap("bao giờ ông an ký, ông?", "Ong An ky nam 2021.") == 0.6


def test_deciles_run_from_the_least_to_the_greatest() -> None:
    assert deciles((0.0, 0.1, 0.2, 0.3, 0.9)) == (
        *(0.0, 0.0, 0.0, 0.1, 0.1, 0.2),
        *(0.2, 0.2, 0.3, 0.3, 0.9),
    )


def test_a_set_that_leaks_more_than_the_squad_file_is_a_fault(tmp_path: Path) -> None:
    squad = tmp_path / "x.json"
    entry = {"id": "1", "question": "Khi nào?", "answers": [{"answer_start": 0, "text": "Mai"}]}
    paragraphs = [{"context": "Mai có mưa.", "qas": [entry]}]
    squad.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}), encoding="utf-8")
    found = report(tmp_path, QUESTION, squad=squad)
    assert found.overlaps == (0.6,)
    assert found.baseline == (0.0,)
    assert "ask in other words" in only_fault(found)


def test_answers_that_stand_elsewhere_are_reported_not_refused(tmp_path: Path) -> None:
    found = report(tmp_path, QUESTION)
    assert found.elsewhere_near == ("q1",)
    assert found.elsewhere_far == ("q1",)


def test_the_report_reads_as_text(tmp_path: Path) -> None:
    lines = report(tmp_path, QUESTION).lines()
    assert lines[0] == f"{tmp_path / 'set.jsonl'}: 0 faults"
    assert "  category date: 1" in lines
    assert "  answers that occur elsewhere too, in the same article: 1: q1" in lines
    assert any("overlap of question and evidence: median 0.60 of 1" in line for line in lines)


def test_every_shipped_set_is_sound() -> None:
    shipped = read_folder(Path("corpus/articles")).articles
    domain = read_folder(DATASETS / "domain" / "articles").articles
    faults = [
        fault
        for folder, articles in ((DATASETS, shipped), (DATASETS / "domain", domain))
        for path in sorted(folder.glob("*.jsonl"))
        if path.name != "articles.jsonl"
        for fault in check_set(path, articles).faults
    ]
    assert faults == []
