from dataclasses import replace

from corpus.article import Article
from eval.alignment import Alignment
from eval.golds import sort_golds
from eval.known_items import known_item_questions
from eval.question import Alternative, GoldItem, Near, Question

TEXT = "Mở đầu. Bệnh viện nhận 13 tỷ đồng của Bỉ năm 2019. Kết thúc."
ARTICLE = Article("a", "Bài", TEXT)
START = TEXT.index("13 tỷ đồng")
GOLD = GoldItem(
    "a",
    ARTICLE.version,
    (Alternative(START, START + 10, "13 tỷ đồng"),),
    (TEXT.index("Bệnh"), TEXT.index(" Kết")),
)
QUESTION = Question("q", "Bỉ cho bao nhiêu tiền?", "vi", "money", (), "f", (GOLD,), ("13",))


def edited(text, question=QUESTION, removed=()):
    articles = {"a": replace(ARTICLE, text=text)} if text else {}
    return sort_golds([question], articles, removed, lambda _a, _v: TEXT)


def test_an_unchanged_article_keeps_its_golds():
    assert edited(TEXT).live == (QUESTION,)


def test_a_gold_moves_with_text_that_is_put_before_it():
    moved = edited("Thêm một câu. " + TEXT).live[0].gold[0]
    assert moved.alternatives[0].start == START + 14
    assert moved.evidence == (GOLD.evidence[0] + 14, GOLD.evidence[1] + 14)


def test_an_edit_of_another_sentence_leaves_the_gold_live():
    assert len(edited(TEXT.replace("Kết thúc", "Hết")).live) == 1


def test_an_edit_of_the_answer_makes_the_gold_stale_with_old_and_new_text():
    golds = edited(TEXT.replace("13 tỷ", "15 tỷ"))
    assert golds.live == ()
    assert golds.stale[0].old == "Bệnh viện nhận 13 tỷ đồng của Bỉ năm 2019."
    assert golds.stale[0].new == "Bệnh viện nhận 15 tỷ đồng của Bỉ năm 2019."


def test_an_emptied_article_makes_its_golds_stale():
    golds = edited("Xin xem trang mới.")
    assert (len(golds.stale), golds.stale_places) == (1, 1)


def test_an_explicit_removal_retires_the_gold():
    assert edited("", removed={"a"}).retired == (QUESTION,)


def test_an_article_that_nobody_removed_is_lost():
    assert edited("").lost == (QUESTION,)


def test_a_question_without_gold_stays_live_whatever_happens():
    question = replace(
        QUESTION, gold=(), must_include=(), traits=("off_topic",), near=Near("off_topic", "x")
    )
    assert edited("", question).live == (question,)


def test_alignment_gives_an_empty_range_where_all_was_deleted():
    alignment = Alignment("một hai ba bốn", "một bốn")
    assert alignment.range((4, 10)) == (4, 4)
    assert alignment.kept((4, 10)) == 0


def test_known_items_come_from_the_article_and_name_their_place():
    questions = known_item_questions([replace(ARTICLE, organisation="Bệnh viện A")])
    assert questions
    for question in questions:
        answer = question.gold[0].alternatives[0]
        assert TEXT[answer.start : answer.end] == answer.text
        assert question.question.startswith("Bệnh viện A ")
