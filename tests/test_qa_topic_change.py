"""Questions about what the shipped articles never speak of, asked after others."""

from collections.abc import Iterator

import pytest

from corpus.folder import read_folder
from index.build import build_snapshot
from index.embedding_cache import EmbeddingCache
from index.pointer import SnapshotPointer
from index.snapshot import open_snapshot
from qa.conversation import PastTurn, standalone_question
from qa.live import Live, opened
from tests.conftest import ARTICLES
from tests.fakes import HashEmbedder

TOPIC = "Paris 108 có những đối tác nào?"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder, embedder = tmp_path_factory.mktemp("topic-change"), HashEmbedder()
    pointer = SnapshotPointer(folder / "snapshots")
    cache = EmbeddingCache(folder / "embeddings.db")
    built = build_snapshot(read_folder(ARTICLES).articles, pointer.folder, embedder, cache)
    yield opened(open_snapshot(pointer.path(built), embedder))


def after_topic(live: Live, text: str) -> str:
    return standalone_question(text, [PastTurn(TOPIC)], live)


@pytest.mark.parametrize(
    "text",
    [
        "Giá vé gửi xe bao nhiêu?",
        "Quán cà phê tầng trệt bán những món gì?",
        "Xin giấy ra viện cho bé thì gặp ai?",
        "Xem lịch trực tuần này ở đâu?",
        "mua thuoc o quay nao re nhat",
        "Làm lại thẻ bảo hiểm y tế bị mất thì nộp hồ sơ ở đâu?",
    ],
)
def test_a_complete_question_about_what_no_article_has_stays_as_typed(
    live: Live, text: str
) -> None:
    assert after_topic(live, text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Còn xe lăn thì sao?",
        "thế giá vé?",
        "Nhằm mục đích gì?",
        "Thế còn vụ lắp ráp thiết bị?",
        "Ai lo tiền vé máy bay cho họ?",
    ],
)
def test_a_follow_up_in_words_that_no_article_has_takes_the_topic_along(
    live: Live, text: str
) -> None:
    assert "(Paris 108 có những đối tác" in after_topic(live, text)


def test_the_organisation_is_still_spoken_of_after_it(live: Live) -> None:
    turns = [PastTurn(TOPIC), PastTurn("Giá vé gửi xe bao nhiêu?")]
    standalone = standalone_question("Hải quân Mỹ có làm cùng không?", turns, live)
    assert standalone == "Ở 108, hải quân Mỹ có làm cùng không?"


def test_this_week_is_no_word_for_something_named_before(live: Live) -> None:
    assert "Paris" not in after_topic(live, "Lịch tiêm vắc xin cúm tuần này?")
    assert "Paris" in after_topic(live, "Đối tác này ký hôm nào?")


def test_the_first_word_of_a_question_without_marks_is_not_lost(live: Live) -> None:
    assert after_topic(live, "so dien thoai phong hop tac").lower().startswith("so dien thoai")
