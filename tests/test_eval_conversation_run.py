from eval.conversation_run import (
    Asked,
    FollowUp,
    FollowUpResult,
    follow_ups,
    leaked,
    summarise,
    table,
)
from eval.question import Alternative, Conversation, GoldItem, Turn
from qa.conversation import PastTurn
from qa.live import Live
from tests.test_qa_conversation import live

__all__ = ["live"]

GOLD = (GoldItem("a", "sha256:0", (Alternative(0, 3, "Lào"),), (0, 10)),)


def turn(kind: str, question: str) -> Turn:
    return Turn(question, f"{question} (đủ)", kind, GOLD, ())


def result(kind: str, ours: int, off: int, by_hand: int, *words: str) -> FollowUpResult:
    asked = FollowUp("c:1", kind, "Còn Lào?", (), "Lào thì sao?", GOLD)
    ranks = {Asked.OURS: ours, Asked.HISTORY_OFF: off, Asked.BY_HAND: by_hand}
    return FollowUpResult(asked, "Lào thì sao?", ranks, words)


def test_every_turn_but_the_first_is_a_follow_up_with_the_turns_before_it() -> None:
    turns = (turn("first", "Úc?"), turn("same_relation", "Lào?"), turn("pronoun", "Họ?"))
    found = follow_ups([Conversation("c", "dev", turns)])
    assert [f.id for f in found] == ["c:1", "c:2"]
    assert [(t.question, t.answer) for t in found[1].history] == [("Úc?", "Lào"), ("Lào?", "Lào")]


def test_shares_count_ranks_within_one_and_five() -> None:
    results = [result("pronoun", 1, 0, 1), result("pronoun", 5, 6, 1)]
    summary = summarise(results)[0]
    assert summary.at[Asked.OURS, 1] == 0.5
    assert summary.at[Asked.OURS, 5] == 1.0
    assert summary.at[Asked.HISTORY_OFF, 5] == 0.0


def test_a_topic_change_is_polluted_by_words_or_by_losing_its_passage() -> None:
    assert result("topic_change", 1, 1, 1, "uc").polluted
    assert result("topic_change", 0, 1, 1).polluted
    assert not result("topic_change", 2, 1, 1).polluted
    assert not result("topic_change", 0, 0, 1).polluted


def test_added_names_of_countries_and_other_organisations_leak_and_the_gold_one_s_does_not(
    live: Live,
) -> None:
    gold = (GoldItem("giac-mac", "sha256:0", (Alternative(0, 3, "Ngân"),), (0, 10)),)
    history = (PastTurn("Úc tài trợ gì cho bv Mắt Hải Vân?"),)
    change = FollowUp("c:1", "topic_change", "Khai trương ngày nào?", history, "Mấy giờ?", gold)
    forms = {
        "Ở bv Mắt Hải Vân, khai trương ngày nào?": (),
        "Khai trương ngày nào (Úc)?": ("uc",),
        "Ở Phổi Trường Sơn, khai trương ngày nào?": ("phoi", "son"),
    }
    assert {text: leaked(change, text, live) for text in forms} == forms


def test_the_table_has_a_line_for_each_kind() -> None:
    text = table(summarise([result("pronoun", 1, 0, 1), result("topic_change", 1, 1, 1)]))
    kinds = [line.split("|")[1].strip() for line in text.splitlines()[2:]]
    assert kinds == ["pronoun", "topic_change", "dependent", "all"]
