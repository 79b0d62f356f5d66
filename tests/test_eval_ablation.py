"""Parts are taken out of the query that the product makes, and what they add is paired."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from corpus.article import Article
from eval.ablation import BY_SCORES, PARTS, search_by_ranks, whole
from eval.ablation_confidence import ablate_confidence, feature_groups
from eval.ablation_run import AblationSet, ablate_search
from eval.question import Alternative, GoldItem, Question
from eval.readings import LabelledQuestion, LabelledReading
from eval.scale_benchmark import ADDED, ScaleRow, scale_lines
from eval.scale_corpus import many_articles
from eval.suites import scratch_live
from index.query import FusionWeights
from qa.assemble import Parts
from qa.confidence import Features
from qa.live import Live
from qa.sentence_reader import SentenceReader
from qa.settings import read_settings
from tests.fakes import HashEmbedder, steady_confidence

SONG_LAM = Article("song-lam", "Tin", "Hoa Kỳ giúp xây trung tâm tim mạch.", "Bệnh viện Sông Lam")
HAI_VAN = Article("hai-van", "Tin", "Pháp giúp mổ mắt cho trẻ em.", "Bệnh viện Mắt Hải Vân")


class SmallParts(Parts):
    embedder = HashEmbedder()
    confidence = steady_confidence()
    reader = SentenceReader()


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    return SmallParts(read_settings(data_dir=tmp_path_factory.mktemp("parts")))


@pytest.fixture(scope="module")
def live(parts: Parts) -> Live:
    return scratch_live([SONG_LAM, HAI_VAN], parts.settings.data_dir / "two", parts)


def nothing_said(_step: str, _done: int, _all: int) -> None:
    pass


def terms(weighted: Sequence[tuple[str, float]]) -> list[str]:
    return [term for term, _ in weighted]


def test_each_part_is_left_out_of_the_query_and_nothing_else(live: Live):
    typed = "Bệnh viện Sông Lam được Mỹ giúp gì?"
    full = whole(typed, live)
    less = {part: without(typed, live) for part, without in PARTS.items()}
    assert "hoa_kì" in terms(full.marked) and "sông_lam" in terms(full.marked)
    assert set(full.article_bonus) == {"song-lam"}
    assert less["words with marks"] == replace(full, marked=())
    assert less["words without marks"] == replace(full, folded=())
    assert less["organisation's weight"] == replace(full, article_bonus={})
    assert less["passage vectors"] == replace(full, weights=replace(full.weights, passage=0.0))
    assert less["sentence vectors"] == replace(full, weights=replace(full.weights, sentence=0.0))
    assert less["weights by way of writing"].weights == FusionWeights(1.0, 1.0, 1.0, 1.0)
    assert "hoa_kì" not in terms(less["names of countries"].marked)
    assert "sông_lam" in terms(less["names of countries"].marked)
    assert "sông_lam" not in terms(less["pairs of syllables"].marked)
    assert "hoa_kì" in terms(less["pairs of syllables"].marked)
    # Nothing was to be repaired or spelt out.
    assert less["repair of marks and slips"] == less["general abbreviations"] == full


def test_without_repair_a_question_is_searched_as_it_was_typed(live: Live):
    assert "trung_tâm" in terms(whole("trung tam tim mach o dau", live).marked)
    bare = PARTS["repair of marks and slips"]("trung tam tim mach o dau", live)
    assert "trung_tam" in terms(bare.marked)


def test_without_short_forms_the_words_between_them_are_still_repaired(live: Live):
    assert "bệnh_viện" in terms(whole("bv song lam", live).marked)
    less = PARTS["general abbreviations"]("bv song lam", live)
    assert "bv_sông" in terms(less.marked) and "sông_lam" in terms(less.marked)


def test_ranks_find_the_passage_that_every_list_has_first(live: Live, parts: Parts):
    query = whole("Pháp giúp mổ mắt cho trẻ em", live)
    assert search_by_ranks(query, live.snapshot, parts.embedder) == ["hai-van#0", "song-lam#0"]


def question(text: str, article: Article, answer: str) -> Question:
    start = article.text.index(answer)
    found = Alternative(start, start + len(answer), answer)
    gold = GoldItem(article.id, article.version, (found,), (0, len(article.text)))
    return Question(text, text, "vi", "other", (), text, (gold,), ())


def test_what_a_part_adds_is_paired_with_all_parts(live: Live, parts: Parts):
    asked = (question("Pháp giúp ai?", HAI_VAN, "trẻ em"),
             question("Ai giúp xây trung tâm tim mạch?", SONG_LAM, "Hoa Kỳ"))  # fmt: skip
    of = AblationSet("two", live, asked, ["a", "b"])
    cells = list(ablate_search(of, parts, {}, 1, nothing_said))
    assert {c.table for c in cells} == {"two, what a part adds"}
    assert {c.method for c in cells} == {"as typed", "no_marks", "chat"}
    assert {c.variant for c in cells} == {"(all parts)", *PARTS, BY_SCORES}
    values = {(c.variant, c.method, c.measure): c.estimate for c in cells}
    assert values["(all parts)", "as typed", "R@1"].value == 1.0
    assert values["(all parts)", "as typed", "answer@5"].value == 1.0
    assert values["names of countries", "as typed", "R@1"].value == 0.0
    assert values["names of countries", "as typed", "R@1"].n == 2


def labelled(n: int) -> list[LabelledQuestion]:
    """Questions of which one feature alone tells whether the articles answer."""
    random, blank = Random(1), dict.fromkeys(Features.__dataclass_fields__, 0.0)
    made = []
    for number in range(n):
        answerable = number % 2 == 0
        told = {"sentence_coverage": float(answerable), "margin": random.random()}
        reading = LabelledReading(Features(**(blank | told)), answerable, answerable)
        near = "" if answerable else "missing_detail"
        made.append(LabelledQuestion(str(number), f"g{number % 10}", str(number), answerable,
                                     False, near, (reading,)))  # fmt: skip
    return made


def test_a_feature_that_tells_all_earns_and_one_that_tells_nothing_does_not():
    cells = list(ablate_confidence(labelled(80), nothing_said))
    values = {(c.variant, c.method): c.estimate for c in cells}
    assert values["(all features)", "all"].value == 1.0
    assert values["words in the sentence", "near miss"].value > 0.2
    assert values["words in the sentence", "near miss"].low > 0
    assert values["organisation", "all"].value == 0.0


def test_every_feature_is_in_one_group():
    grouped = [name for names in feature_groups().values() for name in names]
    assert sorted(grouped) == sorted(Features.__dataclass_fields__)


def test_copies_of_an_article_have_other_names_and_numbers():
    article = Article("a", "Tin An Bình", "An Bình đón 12 đoàn của Lan.", "Bệnh viện An Bình")
    first, second = many_articles([article], copies=2)
    assert first == article
    assert second.id == "a-1"
    assert (
        second.organisation.startswith("Bệnh viện ") and second.organisation != "Bệnh viện An Bình"
    )
    assert " đón " in second.text and "An Bình đón 12" not in second.text
    assert list(many_articles([article], copies=2)) == [first, second]


def test_the_budget_is_judged_by_the_slowest_corpus():
    rows = [ScaleRow(27, 2, ADDED, 3.0, 9.9, 5), ScaleRow(10_000, 600, ADDED, 4.0, 10.1, 5)]
    lines = scale_lines(rows)
    assert lines[2] == "| 27 | 2 | added in all | 3.0 | 9.9 | 5 |"
    assert lines[-1].endswith("Budget 10 ms p95 added: exceeded.")
    assert scale_lines(rows[:1])[-1].endswith("kept.")
