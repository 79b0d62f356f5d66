"""Passages that say the same again, over small articles written here and a stand-in embedder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.article import Article
from index.build import build_snapshot
from index.embedding_cache import EmbeddingCache
from index.query import FusionWeights, SearchQuery
from index.retriever import RetrievedPassage, Retriever
from index.snapshot import open_snapshot
from index.terms import folded_terms, marked_terms
from tests.fakes import HashEmbedder

SONG_LAM, HAI_VAN = "Bệnh viện Sông Lam", "Bệnh viện Mắt Hải Vân"
HOURS = (
    "Khoa Khám bệnh làm việc từ 7 giờ đến 16 giờ các ngày trong tuần. "
    "Người bệnh mang theo thẻ bảo hiểm y tế khi đến khám."
)
LONG = (
    "Trung tâm Mắt của Bệnh viện khám và điều trị các bệnh về mắt cho người lớn và trẻ em từ năm "
    "2015. Người bệnh được đo thị lực, đo nhãn áp, chụp đáy mắt và được bác sĩ tư vấn cách chăm "
    "sóc mắt tại nhà. Người bệnh cần mổ được hẹn ngày, được làm xét nghiệm trước và được theo dõi "
    "sau mổ cho đến khi thị lực trở lại như mong muốn của bác sĩ và của gia đình."
)
PARKING = "Bãi gửi xe của Bệnh viện ở cổng sau, đối diện nhà thuốc."

Search = Callable[..., list[RetrievedPassage]]


@pytest.fixture
def search(tmp_path: Path) -> Search:
    """Search articles for the words of a question."""
    embedder, cache = HashEmbedder(), EmbeddingCache(tmp_path / "embeddings.db")

    def searched(
        articles: list[Article], text: str, k: int = 5, article_ids: frozenset[str] | None = None
    ) -> list[RetrievedPassage]:
        built = build_snapshot(articles, tmp_path / "snapshots", embedder, cache)
        snapshot = open_snapshot(tmp_path / "snapshots" / built, embedder)
        marked, folded = (tuple((t, 1.0) for t in f(text)) for f in (marked_terms, folded_terms))
        query = SearchQuery(text, marked, folded, FusionWeights(1.0, 1.0, 1.0, 1.0))
        return Retriever(embedder).search(snapshot, query, k, article_ids)

    return searched


def ids(found: list[RetrievedPassage]) -> list[tuple[str, list[str]]]:
    return [(hit.article.id, [copy.article.id for copy in hit.copies]) for hit in found]


def page(article_id: str, text: str, organisation: str = SONG_LAM, title: str = "Tin") -> Article:
    return Article(article_id, title, f"{title}\n\n{text}", organisation)


def test_an_article_kept_twice_is_one_hit_that_keeps_both(search: Search):
    found = search([page("a", HOURS), page("b", HOURS), page("c", PARKING)], "khám mấy giờ")
    assert ids(found) == [("a", ["b"]), ("c", [])]
    (copy,) = found[0].copies
    assert (copy.passage.text, copy.copies) == (HOURS, ())
    assert copy.score <= found[0].score


def test_the_same_words_about_two_organisations_are_two_hits(search: Search):
    found = search([page("a", HOURS), page("b", HOURS, HAI_VAN)], "khám mấy giờ")
    assert ids(found) == [("a", []), ("b", [])]


def test_a_circular_on_two_pages_of_one_organisation_is_one_hit(search: Search):
    first = page("a", HOURS, title="Thông báo giờ khám")
    second = page("b", f"Bệnh viện đón đoàn Lào.\n\nTHÔNG BÁO\n\n{HOURS}", "BỆNH VIỆN SÔNG LAM")
    found = search([first, second], "giờ khám bệnh")
    assert ids(found)[0] == ("a", ["b"])
    assert [hit.passage.text for hit in found[1:]] == ["Bệnh viện đón đoàn Lào."]


@pytest.mark.parametrize(
    "other",
    [
        HOURS.replace(" ngày ", "\n ngày\u00a0"),
        HOURS.upper(),
        "Khoa Kham benh lam viec tu 7 gio den 16 gio cac ngay trong tuan. "
        "Nguoi benh mang theo the bao hiem y te khi den kham.",
        HOURS.replace("bảo hiểm y tế", "bảo hiểm y tế,"),
    ],
    ids=["spaces", "capitals", "marks", "punctuation"],
)
def test_how_a_copy_is_written_does_not_count(search: Search, other: str):
    assert len(search([page("a", HOURS), page("b", other)], "khám mấy giờ")) == 1


@pytest.mark.parametrize(
    ("old", "new", "hits"),
    [
        ("mong muốn", "kỳ vọng", 1),
        ("2015", "2016", 2),
        ("Trung tâm Mắt", "Trung tâm Tai", 2),
        (" và được bác sĩ tư vấn cách chăm sóc mắt tại nhà", "", 2),
    ],
    ids=["a word", "a number", "a name", "a clause"],
)
def test_a_copy_may_differ_in_a_word_that_is_no_number_and_no_name(
    search: Search, old: str, new: str, hits: int
):
    changed = LONG.replace(old, new)
    assert changed != LONG
    assert len(search([page("a", LONG), page("b", changed)], "khám mắt cho trẻ em")) == hits


def test_copies_take_no_place_from_other_passages(search: Search):
    copies = [page(f"copy-{n}", HOURS) for n in range(30)]
    found = search([*copies, page("z", PARKING)], "khám mấy giờ", 2)
    assert [hit.article.id for hit in found] == ["copy-0", "z"]
    assert len(found[0].copies) == 29


def test_only_the_articles_allowed_are_hits_or_copies(search: Search):
    articles = [page("a", HOURS), page("b", HOURS), page("c", HOURS)]
    found = search(articles, "khám mấy giờ", article_ids=frozenset({"b", "c"}))
    assert ids(found) == [("b", ["c"])]


def test_what_one_article_says_under_two_headings_is_two_hits(search: Search):
    text = f"KHOA NỘI\n\n{HOURS}\n\nKHOA NGOẠI\n\n{HOURS}"
    found = search([page("a", text)], "khám mấy giờ")
    assert sorted(hit.passage.headings for hit in found) == [("KHOA NGOẠI",), ("KHOA NỘI",)]


def test_articles_without_an_organisation_are_copies_under_one_title(search: Search):
    articles = [
        page("a", HOURS, "", "Giờ khám"),
        page("b", HOURS, "", "Giờ khám"),
        page("c", HOURS, "", "Giờ làm việc"),
    ]
    assert sorted(ids(search(articles, "khám mấy giờ"))) == [("a", ["b"]), ("c", [])]


def test_a_copy_that_was_removed_is_kept_nowhere(search: Search):
    assert ids(search([page("a", HOURS), page("b", HOURS)], "khám")) == [("a", ["b"])]
    assert ids(search([page("a", HOURS)], "khám")) == [("a", [])]
    assert ids(search([page("b", HOURS)], "khám")) == [("b", [])]
