"""Which citations an answer has where passages repeat each other, through the whole pipeline."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.article import Article
from index.build import build_snapshot
from index.embedding_cache import EmbeddingCache
from index.retriever import RetrievedPassage, Retriever
from index.snapshot import open_snapshot
from qa.answer import Answer
from qa.live import Live, opened
from qa.pipeline import Pipeline, Request
from qa.question import Question
from qa.reader import Reading
from qa.sentence_reader import SentenceReader
from tests.fakes import HashEmbedder, steady_confidence

SONG_LAM, HAI_VAN = "Bệnh viện Sông Lam", "Bệnh viện Mắt Hải Vân"
BED_QUOTE = "Bệnh viện có 500 giường và 12 phòng mổ."
BEDS = f"{BED_QUOTE} Mỗi ngày có hai nghìn lượt người bệnh đến khám."
ASKED = "Bệnh viện có bao nhiêu giường và phòng mổ?"

Ask = Callable[..., Answer]


class ReadsItems(SentenceReader):
    """Reads every sentence of the best passage as an item of a list."""

    def read(
        self, question: Question, passages: Sequence[RetrievedPassage], live: Live
    ) -> list[Reading]:
        (reading,) = super().read(question, passages[:1], live)
        return [replace(reading, items=reading.passage.passage.sentences)]


@pytest.fixture
def pipeline_over(tmp_path: Path) -> Callable[..., Pipeline]:
    embedder, cache = HashEmbedder(), EmbeddingCache(tmp_path / "embeddings.db")

    def made(articles: list[Article], reader: SentenceReader | None = None) -> Pipeline:
        built = build_snapshot(articles, tmp_path / "snapshots", embedder, cache)
        live = opened(open_snapshot(tmp_path / "snapshots" / built, embedder))
        confidence = steady_confidence(0.0)
        return Pipeline(lambda: live, Retriever(embedder), reader or SentenceReader(), confidence)

    return made


def page(article_id: str, text: str, organisation: str = SONG_LAM, title: str = "Tin") -> Article:
    return Article(article_id, title, f"{title}\n\n{text}", organisation)


def cited(answer: Answer) -> list[tuple[int, str, str]]:
    return [(c.number, c.article_id, c.quote) for c in answer.citations]


def test_a_quote_that_a_copy_has_too_is_cited_there_after_the_first(pipeline_over):
    again = "Bệnh viện có  500\u00a0giường và 12 phòng mổ."
    copy = page("b", BEDS.replace(BED_QUOTE, again))
    answer = pipeline_over([page("a", BEDS), copy]).answer(Request(ASKED))
    assert cited(answer) == [(1, "a", BED_QUOTE), (2, "b", again)]
    assert [(span.citation, span.article_id) for span in answer.spans] == [(1, "a")]
    assert answer.found == 1
    second = answer.citations[1]
    assert copy.text[second.start : second.end] == again


def test_the_same_words_about_another_organisation_are_no_second_source(pipeline_over):
    pipeline = pipeline_over([page("a", BEDS), page("b", BEDS, HAI_VAN)])
    answer = pipeline.answer(Request("Bệnh viện Sông Lam có 500 giường và mấy phòng mổ?"))
    assert cited(answer) == [(1, "a", BED_QUOTE)]


def test_a_near_copy_that_words_the_quote_otherwise_is_not_cited(pipeline_over):
    filler = (
        " Bệnh viện khám và chữa bệnh cho người dân trong vùng, nhận thực tập sinh của các trường "
        "và cử bác sĩ về các trạm y tế để giúp đỡ, đào tạo và khám cho người già neo đơn, trẻ em "
        "và những người ở xa không đi lại được vào mùa mưa lũ hằng năm, như đã hẹn từ trước."
    )
    copy = page("b", BEDS.replace("có 500", "đạt 500") + filler)
    answer = pipeline_over([page("a", BEDS + filler), copy]).answer(Request(ASKED))
    assert cited(answer) == [(1, "a", BED_QUOTE)]


def test_further_citations_stand_behind_those_of_all_spans(pipeline_over):
    pipeline = pipeline_over([page("a", BEDS), page("b", BEDS)], ReadsItems())
    answer = pipeline.answer(Request(ASKED))
    rest = "Mỗi ngày có hai nghìn lượt người bệnh đến khám."
    assert cited(answer) == [
        (1, "a", BED_QUOTE),
        (2, "a", rest),
        (3, "b", BED_QUOTE),
        (4, "b", rest),
    ]
    assert [span.citation for span in answer.spans] == [1, 2]


def test_a_copy_that_was_removed_or_is_not_asked_for_is_not_cited(pipeline_over):
    both = pipeline_over([page("a", BEDS), page("b", BEDS)])
    assert cited(both.answer(Request(ASKED))) == [(1, "a", BED_QUOTE), (2, "b", BED_QUOTE)]
    only = both.answer(Request(ASKED, article_ids=frozenset({"b"})))
    assert cited(only) == [(1, "b", BED_QUOTE)]
    assert cited(pipeline_over([page("a", BEDS)]).answer(Request(ASKED))) == [(1, "a", BED_QUOTE)]


def test_a_plain_search_lists_the_copies_too(pipeline_over):
    pipeline = pipeline_over([page("a", BEDS), page("b", BEDS), page("c", "Bãi gửi xe ở cổng.")])
    assert [hit.article.id for hit in pipeline.search(ASKED, 10)] == ["a", "b", "c"]
    assert [hit.article.id for hit in pipeline.search(ASKED, 2)] == ["a", "b"]
