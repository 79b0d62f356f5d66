"""Question sets are read strictly, written leanly, and SQuAD files become sets."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from corpus.errors import QuestionSetError
from eval.question import Alternative, Conversation, GoldItem, Near, PastTurn, Question, Turn
from eval.question_set import read_conversations, read_questions, read_set, write_set
from eval.squad_file import read_squad

GOLD = GoldItem("a", "sha256:0", (Alternative(10, 14, "2021"),), (0, 15))
QUESTION = Question(
    id="q1",
    question="ký năm nào",
    lang="vi",
    category="date",
    traits=("follow_up",),
    fact="year",
    gold=(GOLD,),
    must_include=("2021",),
    history=(PastTurn("Ai ký?", "Bệnh viện"),),
    split="dev",
)
REFUSED = Question(
    id="q2",
    question="ký ở đâu",
    lang="vi",
    category="place",
    traits=("near_miss",),
    fact="place",
    gold=(),
    must_include=(),
    near=Near("missing_detail", "No place is given."),
)


def line(**changes: object) -> str:
    entry = {
        "id": "q",
        "question": "ai?",
        "lang": "vi",
        "category": "name",
        "traits": [],
        "fact": "f",
        "gold": [
            {
                "article_id": "a",
                "article_version": "v",
                "alternatives": [{"start": 0, "end": 2, "text": "An"}],
                "evidence": [0, 5],
            }
        ],
        "must_include": [],
    }
    return json.dumps({**entry, **changes})


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    turn = Turn("ai ký", "Ai ký bản ghi nhớ?", "first", (GOLD,), ())
    conversation = Conversation("c1", "test", (turn,))
    write_set(path, [QUESTION, REFUSED, conversation])
    assert read_questions(path) == (QUESTION, REFUSED)
    assert read_conversations(path) == (conversation,)


def test_keys_that_hold_nothing_are_not_written(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    write_set(path, [REFUSED])
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written["near"] == {"kind": "missing_detail", "why": "No place is given."}
    assert "history" not in written
    assert "split" not in written


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('{"id": ', "Expecting value"),
        ("[1]", "is not a JSON object"),
        (line(colour="red"), "unknown key 'colour'"),
        (line(category="colour"), "unknown category 'colour'"),
        (line(traits=["odd"]), "unknown trait 'odd'"),
        (line(lang="de"), "unknown language 'de'"),
        (line(question="  "), "'question' is empty"),
        (line(id=7), "'id' must be str, not 7"),
        (line(gold=[]), "'near' belongs"),
        (line(traits=["off_topic"]), "cannot be near_miss or off_topic"),
        (line(traits=["follow_up"]), "go together"),
        (line(gold=[{"article_id": "a"}]), "the key 'article_version' is missing"),
        ('{"id": "c", "split": "test", "turns": []}', "the first turn"),
    ],
)
def test_a_broken_line_is_named_with_file_and_line(
    tmp_path: Path, broken: str, reason: str
) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(line() + "\n\n" + broken + "\n", encoding="utf-8")
    reading = read_set(path)
    assert [q.id for q in reading.questions] == ["q"]
    (fault,) = reading.faults
    assert fault.startswith(f"{path}:3: ")
    assert reason in fault


@pytest.mark.parametrize("place", [[5, 5], [-1, 3], [0, 3, 4], [0, True], "0-5"])
def test_evidence_that_is_not_a_range_is_refused(tmp_path: Path, place: object) -> None:
    path = tmp_path / "set.jsonl"
    item = {
        "article_id": "a",
        "article_version": "v",
        "alternatives": [{"start": 0, "end": 2, "text": "An"}],
        "evidence": place,
    }
    path.write_text(line(gold=[item]), encoding="utf-8")
    assert len(read_set(path).faults) == 1


def test_an_id_is_used_once(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(line() + "\n" + line() + "\n", encoding="utf-8")
    assert f"'q' was already used at {path}:1" in read_set(path).faults[0]


def test_reading_for_use_raises_every_fault_at_once(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("{\n[\n", encoding="utf-8")
    with pytest.raises(QuestionSetError, match=r"(?s)set\.jsonl:1: .*set\.jsonl:2: "):
        read_questions(path)


def test_a_missing_file_is_an_error_of_the_set(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="cannot be read"):
        read_set(tmp_path / "none.jsonl")


def squad(tmp_path: Path, context: str, *entries: Mapping[str, object]) -> Path:
    path = tmp_path / "x.json"
    paragraphs = [{"context": context, "qas": list(entries)}]
    path.write_text(json.dumps({"data": [{"title": "T", "paragraphs": paragraphs}]}))
    return path


def test_a_squad_file_becomes_articles_and_questions(tmp_path: Path) -> None:
    # The first word is decomposed, so every offset moves when the context is cleaned.
    context = "Vie\u0323\u0302n mở cửa. Ông An ký năm 2021."
    year = {"answer_start": 29, "text": "2021"}
    entries = (
        {"id": "1", "question": "Năm nào?", "answers": [year, year]},
        {"id": "2", "question": "Ở đâu?", "answers": [], "is_impossible": True},
    )
    file = read_squad(squad(tmp_path, context, *entries))
    (article,) = file.articles
    assert (article.id, article.title) == ("x-1", "T")
    answered, refused = file.questions
    (item,) = answered.gold
    assert item.alternatives == (Alternative(27, 31, "2021"),)
    assert article.text[slice(*item.evidence)] == "Ông An ký năm 2021."
    assert not refused.answerable


def test_a_squad_answer_that_is_not_in_its_place_is_named(tmp_path: Path) -> None:
    entry = {"id": "7", "question": "?", "answers": [{"answer_start": 0, "text": "An"}]}
    with pytest.raises(QuestionSetError, match="question 7: 'An' does not stand at 0"):
        read_squad(squad(tmp_path, "Ông An.", entry))


def test_a_file_that_is_not_squad_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"rows": []}')
    with pytest.raises(QuestionSetError, match="not a sound SQuAD file"):
        read_squad(path)
