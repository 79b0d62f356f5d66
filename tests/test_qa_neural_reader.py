"""The neural reader over a span model that finds the words that it is told to find."""

from collections.abc import Sequence
from pathlib import Path

from corpus.article import Article
from index.build import build_snapshot
from index.embedding_cache import EmbeddingCache
from index.retriever import Retriever
from index.snapshot import open_snapshot
from qa.live import Live, opened
from qa.neural_reader import NeuralReader
from qa.question import read_question
from qa.reader import Reading
from qa.span_decoding import ScoredSpan
from qa.span_reader import Reading as SpanReading
from qa.span_reader import ReadingPassage
from tests.fakes import HashEmbedder

PARTNERS = Article(
    "doi-tac",
    "Đối tác",
    "Đối tác\n\nCác đối tác gồm:\n\n- Nhật Bản: đào tạo bác sĩ.\n\n- Hàn Quốc: cấy ốc tai.",
    "Bệnh viện Sông Lam",
)


class Finds:
    """A span model whose spans are these words, the first one best, wherever they stand."""

    def __init__(self, *words: str) -> None:
        self._words = words

    def read(
        self, _question: str, passages: Sequence[ReadingPassage], *, several: bool = False
    ) -> list[SpanReading]:
        return [SpanReading(0.0, self._spans(passage.text)) for passage in passages]

    def _spans(self, text: str) -> tuple[ScoredSpan, ...]:
        places = [(text.rfind(word), word) for word in self._words]
        return tuple(
            ScoredSpan(at, at + len(word), 9.0 - n)
            for n, (at, word) in enumerate(places)
            if at >= 0
        )


def readings(folder: Path, *words: str) -> list[Reading]:
    embedder = HashEmbedder()
    cache = EmbeddingCache(folder / "embeddings.db")
    built = build_snapshot([PARTNERS], folder / "snapshots", embedder, cache)
    live: Live = opened(open_snapshot(folder / "snapshots" / built, embedder))
    question = read_question("Nhật Bản, Hàn Quốc làm gì?", live.snapshot, live.directory)
    passages = Retriever(embedder).search(live.snapshot, question.search, 5)
    return NeuralReader("finds", Finds(*words)).read(question, passages, live)  # type: ignore[arg-type]


def test_a_span_between_two_sentences_gives_way_to_the_next_best(tmp_path: Path):
    found = readings(tmp_path, "\n- ", "cấy ốc tai")

    assert [PARTNERS.text[slice(*r.span)] for r in found] == ["cấy ốc tai"]


def test_nothing_but_a_span_between_two_sentences_is_no_reading(tmp_path: Path):
    assert readings(tmp_path, "\n- ") == []
