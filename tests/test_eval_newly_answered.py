"""What new text answers is known by its quote; what to look at is told with an example."""

from dataclasses import replace

from eval.compare import Comparison, Pair
from eval.given import Given, GivenQuote, GivenSpan
from eval.golds import Golds, StaleGold
from eval.look_at import LookAt, look_at
from eval.newly_answered import newly_answered
from eval.question import Alternative, GoldItem, Near, Question
from eval.run_folder import ArticleSize
from eval.score import Asked

ABSENT = Question("n1", "Gửi xe ở đâu?", "vi", "place", ("off_topic",), "f", (), (),
                  near=Near("off_topic", "x"))  # fmt: skip
GOLD = GoldItem("a", "v1", (Alternative(0, 2, "Lào"),), (0, 3))
PRESENT = Question("p1", "Hợp tác với ai?", "vi", "name", (), "g", (GOLD,), ())
LIVE = (ArticleSize("a", "v1", 30), ArticleSize("b", "v1", 30))
OLD = {("a", "v1"): "Gửi xe ở cổng A.", ("b", "v1"): "Hợp tác với Lào."}


def asked(*quotes, question=ABSENT):
    """Return a question that was answered with quotes, each an article, a version and a text."""
    citations = tuple(GivenQuote(a, v, "", "", 0, len(text), text) for a, v, text in quotes)
    spans = tuple(GivenSpan(c.quote, c.article_id, 0, c.end, 1) for c in citations)
    status = "answered" if quotes else "no_answer"
    return Asked(question, Given(question.id, status, "", 0.9, "x", spans, citations), {})


def is_new(answer, before=()):
    was = before or [asked(question=answer.question)]
    return newly_answered([answer], was, LIVE, lambda a, v: OLD.get((a, v))) == (answer,)


def test_an_added_article_answers_newly():
    assert is_new(asked(("c", "v1", "Gửi xe ở tầng hầm.")))


def test_what_is_live_or_refused_or_answerable_is_not_new():
    assert not is_new(asked(("a", "v1", "Gửi xe ở cổng A.")))
    assert not is_new(asked())
    assert not is_new(asked(("c", "v1", "Lào."), question=PRESENT))


def test_of_an_edited_or_renamed_article_only_the_new_sentences_are_new():
    assert is_new(asked(("a", "v2", "Gửi xe ở cổng B.")))
    assert not is_new(asked(("a", "v2", "Gửi xe ở cổng A.")))
    assert not is_new(asked(("c", "v1", "Gửi xe ở cổng A.")))


def test_an_answer_that_also_cites_old_text_is_judged_as_ever():
    new = ("c", "v1", "Gửi xe ở tầng hầm.")
    assert not is_new(asked(new, ("b", "v1", "Hợp tác với Lào.")))


def test_what_was_answered_or_not_asked_before_is_not_new():
    now = asked(("c", "v1", "Gửi xe ở tầng hầm."))
    assert not is_new(now, before=[asked(("a", "v1", "Gửi xe ở cổng A."))])
    assert newly_answered([now], (), (), lambda _a, _v: None) == ()


def comparison(*worse):
    return Comparison((), (), worse, 1, (), (), ())


def test_nothing_to_look_at_says_nothing():
    assert look_at(None, None) == LookAt()
    assert look_at(Golds((PRESENT,)), comparison()).lines() == ()


def test_the_example_is_a_worse_answer_about_an_edited_article():
    other = replace(PRESENT, id="p0", gold=(replace(GOLD, article_id="b"),))
    pairs = [
        Pair(asked(("b", "v1", "Lào."), question=q), asked(question=q)) for q in (other, PRESENT)
    ]
    stale = StaleGold(replace(PRESENT, id="p9"), "a", "Lào", "Pháp")
    found = look_at(Golds((), (stale,)), comparison(*pairs), [asked(("c", "v1", "Mới."))])
    assert found.lines() == (
        "But look at this:",
        "  Edited texts with golds, old beside new: 1",
        "  Answers that got worse: 2",
        "  Questions that had no answer, now answered by new text: 1",
        "  p1 Hợp tác với ai?",
        "    before: Lào.",
        "    after: (no_answer)",
    )


def test_without_a_worse_answer_the_example_is_an_edited_text_and_else_a_new_answer():
    stale = StaleGold(PRESENT, "a", "Lào\n và Bỉ", "x" * 300)
    example = look_at(Golds((), (stale,)), None).example
    assert (example.before, example.after) == ("Lào và Bỉ", "x" * 200 + " …")
    example = look_at(Golds(()), None, [asked(("c", "v1", "Mới."))]).example
    assert (example.question_id, example.before, example.after) == ("n1", "–", "Mới.")
