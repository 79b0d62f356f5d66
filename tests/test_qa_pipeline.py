"""The steps of an answer, over small articles written here and a stand-in for each model."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.article import Article
from corpus.errors import ArticleNotFound, InvalidQuestion, SnapshotDamaged, SnapshotMissing
from index.build import build_snapshot
from index.embedding_cache import EmbeddingCache
from index.retriever import RetrievedPassage, Retriever
from index.snapshot import open_snapshot
from qa.answer import Answer, Status, verified
from qa.live import Live, opened
from qa.organisations import OrganisationDirectory
from qa.pipeline import Pipeline, Request
from qa.question import Question
from qa.reader import Reading
from qa.sentence_reader import SentenceReader
from tests.fakes import HashEmbedder, steady_confidence

SONG_LAM = Article(
    "song-lam",
    "Hợp tác quốc tế",
    "Hợp tác quốc tế\n\nBệnh viện Sông Lam ký biên bản ghi nhớ với Lào năm 2019.\n\n"
    "Chính phủ Bỉ tài trợ 13,5 triệu Euro cho trung tâm xạ trị.\n\n"
    "Các đối tác gồm:\n\n- Nhật Bản: đào tạo bác sĩ phẫu thuật.\n\n- Hàn Quốc: cấy ốc tai.",
    "Bệnh viện Sông Lam",
    date="2019-05-02",
)
HAI_VAN = Article(
    "hai-van",
    "Hợp tác quốc tế",
    "Hợp tác quốc tế\n\nBệnh viện Mắt Hải Vân ký biên bản ghi nhớ với Ấn Độ năm 2022.",
    "Bệnh viện Mắt Hải Vân",
)
STRANGE = {
    "mixed scripts": "Bệnh viện 病院 больница مستشفى โรงพยาบาล ở đâu?",
    "300 words": "bệnh viện ký với nước nào " * 50,
    "one syllable": "Lào",
    "stop words only": "là gì và của những ai thì sao",
    "punctuation only": "?!... ;:()[]{}",
    "emoji only": "😀👨\u200d👩\u200d👧🇻🇳",
    "a pasted paragraph": SONG_LAM.text,
    "sql": "'; DROP TABLE articles; -- \" OR 1=1",
    "query language": 'marked:ký AND (folded:"bỉ" OR article_id:*)^2~3 +a -b [a TO z] /x.*/ \\',
    "50 repeated words": "Lào " * 50,
    "digits": "13,5 2019 " * 40,
    "one long word": "x" * 2000,
    "loose marks": "\u0301\u0323 \u0301",
}
BELGIUM = "Chính phủ Bỉ tài trợ bao nhiêu triệu Euro cho trung tâm xạ trị?"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Live:
    folder, embedder = tmp_path_factory.mktemp("pipeline"), HashEmbedder()
    cache = EmbeddingCache(folder / "embeddings.db")
    built = build_snapshot([SONG_LAM, HAI_VAN], folder / "snapshots", embedder, cache)
    return opened(open_snapshot(folder / "snapshots" / built, embedder))


@pytest.fixture
def pipeline(live: Live) -> Pipeline:
    """A pipeline that answers whatever it finds."""
    return pipeline_of(lambda: live, answer_threshold=0.0)


def pipeline_of(
    source: Callable[[], Live], reader: object = None, answer_threshold: float = 0.4
) -> Pipeline:
    confidence = steady_confidence(answer_threshold)
    return Pipeline(source, Retriever(HashEmbedder()), reader or SentenceReader(), confidence)


def test_the_sentence_that_answers_is_quoted(pipeline: Pipeline):
    answer = pipeline.answer(Request(BELGIUM))
    assert answer.status is Status.ANSWERED
    assert answer.citations[0].quote == "Chính phủ Bỉ tài trợ 13,5 triệu Euro cho trung tâm xạ trị."
    assert answer.citations[0].organisation == "Bệnh viện Sông Lam"
    assert answer.citations[0].date == "2019-05-02"
    assert answer.citations[0].article_version == SONG_LAM.version
    assert answer.message == ""
    assert answer.suggestions == ()


def test_each_organisation_that_fits_equally_has_an_answer_of_its_own(live: Live):
    equal = replace(steady_confidence(0.0), coefficients={})
    pipeline = Pipeline(lambda: live, Retriever(HashEmbedder()), SentenceReader(), equal)
    answer = pipeline.answer(Request("Bệnh viện ký biên bản ghi nhớ với nước nào?"))
    quoted = {c.organisation: c.quote for c in answer.citations}
    assert set(quoted) == {"Bệnh viện Sông Lam", "Bệnh viện Mắt Hải Vân"}
    assert "Lào" in quoted["Bệnh viện Sông Lam"]
    assert "Ấn Độ" in quoted["Bệnh viện Mắt Hải Vân"]
    assert answer.found == len(answer.spans) == 2
    assert [c.number for c in answer.citations] == [1, 2]


class ReadsTheBestPassage(SentenceReader):
    """Reads one passage at a time, as a reader whose time is short may do."""

    def read(
        self, question: Question, passages: Sequence[RetrievedPassage], live: Live
    ) -> list[Reading]:
        return super().read(question, passages[:1], live)


def hospitals(count: int, folder: Path) -> Live:
    """Hospitals that all sent doctors to learn, each to another country."""
    names = ("An Bình", "Hải Vân", "Sông Lam", "Tản Viên", "Đồng Xuân")[:count]
    places = ("Lào", "Ấn Độ", "Nhật Bản", "Canada", "Bỉ")
    articles = [
        Article(f"h{n}", "Tin", f"Năm nay bác sĩ được cử đi học ở {place}.", f"Bệnh viện {name}")
        for n, (name, place) in enumerate(zip(names, places, strict=False))
    ]
    embedder = HashEmbedder()
    built = build_snapshot(articles, folder, embedder, EmbeddingCache(folder / "embeddings.db"))
    return opened(open_snapshot(folder / built, embedder))


SENT = "Năm nay bác sĩ được cử đi học ở đâu?"


def test_an_organisation_that_fits_is_read_though_another_was_found_first(tmp_path: Path):
    live = hospitals(3, tmp_path)
    answer = pipeline_of(lambda: live, ReadsTheBestPassage(), 0.0).answer(Request(SENT))
    assert answer.status is Status.ANSWERED
    quoted = {c.organisation: c.quote for c in answer.citations}
    assert quoted == {
        "Bệnh viện An Bình": "Năm nay bác sĩ được cử đi học ở Lào.",
        "Bệnh viện Hải Vân": "Năm nay bác sĩ được cử đi học ở Ấn Độ.",
        "Bệnh viện Sông Lam": "Năm nay bác sĩ được cử đi học ở Nhật Bản.",
    }


def test_a_question_that_fits_more_organisations_than_one_can_read_is_asked_back(tmp_path: Path):
    live = hospitals(5, tmp_path)
    answer = pipeline_of(lambda: live, answer_threshold=0.0).answer(Request(SENT))
    assert answer.status is Status.CLARIFY
    assert answer.message == "Câu hỏi này có thể nói về nhiều đơn vị. Bạn muốn hỏi về đơn vị nào?"
    assert (answer.text, answer.spans, answer.citations) == ("", (), ())
    assert sorted(choice.organisation for choice in answer.suggestions) == [
        "Bệnh viện An Bình", "Bệnh viện Hải Vân", "Bệnh viện Sông Lam", "Bệnh viện Tản Viên",
        "Bệnh viện Đồng Xuân",
    ]  # fmt: skip


def test_what_fits_several_but_is_not_sure_of_any_is_refused(tmp_path: Path):
    live = hospitals(5, tmp_path)
    answer = pipeline_of(lambda: live, answer_threshold=1.1).answer(Request(SENT))
    assert answer.status is Status.NO_ANSWER


def test_an_organisation_whose_articles_do_not_speak_of_it_is_not_shown(live: Live):
    equal = replace(steady_confidence(0.0), coefficients={})
    pipeline = Pipeline(lambda: live, Retriever(HashEmbedder()), SentenceReader(), equal)
    answer = pipeline.answer(Request("Ký biên bản ghi nhớ với Ấn Độ năm nào?"))
    assert answer.citations[0].organisation == "Bệnh viện Mắt Hải Vân"


def test_two_organisations_named_side_by_side_are_both_answered(pipeline: Pipeline):
    asked = "Sông Lam và Mắt Hải Vân ký biên bản ghi nhớ với ai?"
    answer = pipeline.answer(Request(asked))
    assert {c.organisation for c in answer.citations} == {
        "Bệnh viện Sông Lam", "Bệnh viện Mắt Hải Vân",
    }  # fmt: skip


def test_one_school_spelt_with_and_without_truong_is_one_organisation():
    articles = [
        Article("a", "Tin", "Một bài.", "Trường Đại học Y Lam Kinh"),
        Article("b", "Tin", "Bài hai.", "Đại học Y Lam Kinh"),
        Article("c", "Tin", "Bài ba.", "Bệnh viện Sông Lam"),
    ]
    directory = OrganisationDirectory(articles)
    assert [o.name for o in directory.organisations] == [
        "Bệnh viện Sông Lam", "Trường Đại học Y Lam Kinh",
    ]  # fmt: skip
    assert directory.name_of("b") == "Trường Đại học Y Lam Kinh"
    assert directory.name_of("nowhere") == ""


def test_an_organisation_that_is_named_is_the_only_one_cited(pipeline: Pipeline):
    asked = "Bệnh viện Mắt Hải Vân ký biên bản ghi nhớ với nước nào?"
    answer = pipeline.answer(Request(asked))
    assert [c.organisation for c in answer.citations] == ["Bệnh viện Mắt Hải Vân"]


def test_only_the_articles_named_are_searched(pipeline: Pipeline):
    answer = pipeline.answer(Request(BELGIUM, article_ids=frozenset(["hai-van"])))
    assert {c.article_id for c in answer.citations} == {"hai-van"}
    found = pipeline.search(BELGIUM, 10, frozenset(["hai-van"]))
    assert {f.article.id for f in found} == {"hai-van"}


def test_an_article_that_is_not_live_is_an_error(pipeline: Pipeline):
    named = frozenset(["song-lam", "nowhere"])
    for call in (
        lambda: pipeline.answer(Request(BELGIUM, article_ids=named)),
        lambda: pipeline.search(BELGIUM, 5, named),
    ):
        with pytest.raises(ArticleNotFound, match="nowhere"):
            call()


def test_below_the_threshold_nothing_is_claimed_and_the_nearest_are_offered(live: Live):
    answer = pipeline_of(lambda: live, answer_threshold=1.1).answer(Request(BELGIUM))
    assert answer.status is Status.NO_ANSWER
    assert (answer.text, answer.spans, answer.citations, answer.found) == ("", (), (), 0)
    assert answer.message.startswith("Các bài viết không nói đến điều này.")
    assert 0 < answer.confidence < 1
    assert 0 < len(answer.suggestions) <= 3
    for near in answer.suggestions:
        text = live.snapshot.table.article(near.article_id).text
        assert text[near.start : near.end] == near.quote


def test_small_talk_is_answered_without_search(live: Live):
    class NoSearch(Retriever):
        def search(self, *_: object, **__: object) -> list[RetrievedPassage]:
            raise AssertionError("searched")

    pipeline = Pipeline(
        lambda: live, NoSearch(HashEmbedder()), SentenceReader(), steady_confidence()
    )
    answer = pipeline.answer(Request("cảm ơn", lang="en"))
    assert answer.status is Status.SMALL_TALK
    assert answer.message != "" and answer.text == ""


@pytest.mark.parametrize("question", ["", " \n", "\u200b", "a" * 2001, "a\x00", "\ud800"])
def test_a_question_that_is_none_is_refused_before_anything_is_done(question: str):
    def no_source() -> Live:
        raise AssertionError("opened")

    with pytest.raises(InvalidQuestion):
        pipeline_of(no_source).answer(Request(question))


@pytest.mark.parametrize("threshold", [0.0, 0.4])
@pytest.mark.parametrize("question", STRANGE.values(), ids=STRANGE)
def test_a_strange_question_has_an_answer_or_a_refusal(live: Live, question: str, threshold: float):
    answer = pipeline_of(lambda: live, answer_threshold=threshold).answer(Request(question))
    assert answer.status in {Status.ANSWERED, Status.NO_ANSWER, Status.SMALL_TALK, Status.CLARIFY}
    assert (answer.status is Status.ANSWERED) == bool(answer.citations)
    assert 0 <= answer.confidence <= 1


def test_query_language_is_searched_as_words(live: Live, pipeline: Pipeline):
    plain = pipeline.search("Bỉ AND tài trợ", 3)
    quoted = pipeline.search('+Bỉ^9 AND "tài trợ"', 3)
    assert [f.passage.id for f in quoted][:1] == [f.passage.id for f in plain][:1]


def test_without_a_snapshot_there_is_no_answer():
    def missing() -> Live:
        raise SnapshotMissing("No snapshot was published yet.")

    with pytest.raises(SnapshotMissing):
        pipeline_of(missing).answer(Request(BELGIUM))


def test_the_snapshot_is_fetched_once_for_a_question(live: Live):
    fetched: list[int] = []

    def source() -> Live:
        fetched.append(1)
        return live

    pipeline_of(source).answer(Request(BELGIUM))
    assert fetched == [1]


def test_the_steps_are_told_in_order_and_may_be_given_up(pipeline: Pipeline):
    steps: list[str] = []
    pipeline.answer(Request(BELGIUM), steps.append)
    assert steps == ["searching", "reading"]

    class Gone(Exception):
        pass

    def leave(step: str) -> None:
        raise Gone(step)

    with pytest.raises(Gone, match="searching"):
        pipeline.answer(Request(BELGIUM), leave)


def test_the_times_of_the_steps_add_up(pipeline: Pipeline):
    timing = pipeline.answer(Request(BELGIUM)).timing
    assert timing.retrieve > 0 and timing.read > 0
    assert timing.retrieve + timing.read <= timing.total + 0.02


class FixedReader:
    """Reads the first passage as it is told to."""

    name = "fixed"

    def __init__(self, find: Callable[[RetrievedPassage], Reading]) -> None:
        self._find = find

    def read(
        self, question: Question, passages: Sequence[RetrievedPassage], live: Live
    ) -> list[Reading]:
        return [self._find(passages[0])]


def first_of(passage: RetrievedPassage, start: int = 0, end: int = 0) -> Reading:
    sentence = passage.passage.sentences[0]
    return Reading(passage, (sentence[0] + start, sentence[1] + end), sentence, 1.0)


def test_a_reader_that_finds_nothing_is_a_refusal(live: Live):
    class Blind(FixedReader):
        def read(self, *_: object) -> list[Reading]:
            return []

    answer = pipeline_of(lambda: live, Blind(first_of), 0.0).answer(Request(BELGIUM))
    assert answer.status is Status.NO_ANSWER
    assert answer.confidence == 0


def test_a_list_is_one_span_and_citation_for_each_item(live: Live):
    def items(passage: RetrievedPassage) -> Reading:
        return replace(first_of(passage), items=passage.passage.sentences)

    pipeline = pipeline_of(lambda: live, FixedReader(items), 0.0)
    answer = pipeline.answer(Request("Đối tác nào: Nhật Bản, Hàn Quốc, cấy ốc tai?"))
    assert answer.found == len(answer.spans) == len(answer.citations) >= 1
    assert answer.text == "\n".join(s.text for s in answer.spans)


def test_a_list_over_two_passages_is_shown_whole_and_in_the_order_of_the_article(live: Live):
    class TwoParts(SentenceReader):
        def read(
            self, question: Question, passages: Sequence[RetrievedPassage], live: Live
        ) -> list[Reading]:
            text = SONG_LAM.text
            found = [p for p in passages if p.article.id == SONG_LAM.id]
            readings = []
            for word in ("Hàn Quốc", "Lào"):
                at = text.index(word)
                [(sentence, passage)] = [
                    (s, p) for p in found for s in p.passage.sentences if s[0] <= at < s[1]
                ]
                span = (at, at + len(word))
                readings.append(Reading(passage, span, sentence, 1.0, items=(span,)))
            return readings

    answer = pipeline_of(lambda: live, TwoParts(), 0.0).answer(Request("Sông Lam ký với nước nào?"))
    assert [s.text for s in answer.spans] == ["Lào", "Hàn Quốc"]
    assert "Lào" in answer.citations[0].quote
    assert "Hàn Quốc" in answer.citations[1].quote


def sample(live: Live) -> Answer:
    return pipeline_of(lambda: live, answer_threshold=0.0).answer(Request(BELGIUM))


@pytest.mark.parametrize("field", ["start", "end"])
def test_a_citation_that_is_not_in_its_article_never_leaves(live: Live, field: str):
    answer = sample(live)
    (cited, *rest) = answer.citations
    moved = replace(cited, **{field: getattr(cited, field) - 1})
    with pytest.raises(SnapshotDamaged, match="not in its article"):
        verified(replace(answer, citations=(moved, *rest)), live.snapshot.table.articles)


def test_a_span_outside_its_quote_never_leaves(live: Live):
    answer = sample(live)
    (span, *rest) = answer.spans
    text = live.snapshot.table.article(span.article_id).text
    before = replace(span, start=0, end=3, text=text[0:3])
    with pytest.raises(SnapshotDamaged, match="not inside its quote"):
        verified(replace(answer, spans=(before, *rest)), live.snapshot.table.articles)
    changed = replace(span, text=span.text.upper())
    with pytest.raises(SnapshotDamaged, match="not inside its quote"):
        verified(replace(answer, spans=(changed, *rest)), live.snapshot.table.articles)
