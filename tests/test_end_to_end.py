"""The promises that everything rests on, through the whole product."""

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.app import create_app
from corpus.clean import clean
from corpus.folder import read_folder
from corpus.split import split
from index.build import build_snapshot
from index.protocols import Embedder
from qa.assemble import Parts
from tests.conftest import MakeParts
from tests.fakes import HashEmbedder, steady_confidence
from tests.test_api_answers import verify

WORDS = st.sampled_from(
    [
        "Bệnh viện", "Viê\u0323n Y ho\u0323c", "ho\u0300a", "hoà", "ký", "13,5 triệu", "GS.TSKH",
        "1983 - 1995", "năm 2019", "tháng 10/2017", "Bệnh viện Mắt Hải Vân", "www.a.vn", "…", "...",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1fb\U0001f1f3",
        "\u2764\ufe0f\u200d\U0001f525", "a\u0301\u0323\u0302", "\u0301", "zero\u200bwidth",
        "sh\u00ady", "\ufeff", "x\u200dy", "\u200c", "\u202etr\u1ef9\u202c", "\u2067rtl\u2069",
        "\u05e9\u05dc\u05d5\u05dd", "東京", "\u00a0", "\u3000", "\t",
        "“Trích dẫn.”", "(Pháp).", "<b>&amp;</b>", "tại", "và", "\x07", "\x00",
    ]
)  # fmt: skip
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
SENTENCES = st.lists(WORDS | ANYTHING, min_size=1, max_size=14).map(" ".join)
LINES = st.one_of(
    SENTENCES,
    SENTENCES.map(lambda s: s + "."),
    SENTENCES.map(lambda s: "- " + s),
    SENTENCES.map(lambda s: "1. " + s),
    SENTENCES.map(lambda s: "# " + s),
    SENTENCES.map(lambda s: s + ":"),
    # One line as long as an article, with and without anywhere to cut it.
    st.tuples(SENTENCES, st.sampled_from(["", " ", "; ", ". "])).map(lambda t: (t[0] + t[1]) * 60),
)
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\u2028", "\x0b", "\x85"])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])


@st.composite
def files(draw: st.DrawFn) -> dict[str, bytes]:
    """One or two article files by name, as bytes."""
    made = {}
    for number in range(draw(st.integers(1, 2))):
        lines = draw(st.lists(st.tuples(LINES, LINE_ENDS), min_size=1, max_size=8))
        text = "".join(line + end for line, end in lines)
        # NUL is no text in a file either; that such a file is refused is tested with the loaders.
        text = f"Hợp tác số {number}\n\n{text}".replace("\0", "")
        name = f"bài {number}.{draw(st.sampled_from(['txt', 'md']))}"
        made[name] = text.encode(draw(ENCODINGS))
    return made


class Workshop:
    """Takes files through load, clean, split, store, snapshot and HTTP, again and again."""

    def __init__(self, parts: Parts, folder: Path, client: TestClient) -> None:
        self.parts, self.folder, self.client = parts, folder, client
        self.seen: Counter[str] = Counter()

    def publish(self, contents: dict[str, bytes]) -> bool:
        """Publish what can be read of these files; False when there is nothing to index."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for name, content in contents.items():
            (self.folder / name).write_bytes(content)
        reading = read_folder(self.folder)
        assert len(reading.articles) + len(reading.failures) == len(contents)
        for kept in self.parts.store.articles():
            self.parts.store.remove(kept.id)
        for article in reading.articles:
            assert clean(article.text) == article.text
            self.parts.store.put(article)
            assert self.parts.store.get(article.id, article.version) == article
            for passage in split(article):
                assert article.text[passage.start : passage.end] == passage.text
                for start, end in passage.sentences:
                    assert passage.start <= start < end <= passage.end
        if not any(split(a) for a in reading.articles):
            return False
        parts = self.parts
        parts.pointer.point(
            build_snapshot(
                parts.store.articles(), parts.settings.snapshots_dir, parts.embedder, parts.cache
            )
        )
        parts.pointer.keep_last(2)
        return True

    def ask(self, question: str) -> None:
        response = self.client.post("/v1/ask", json={"question": question})
        if response.status_code == 422:
            assert "empty" in response.json()["detail"]
            return
        assert response.status_code == 200, response.text
        answer = response.json()
        self.seen[answer["status"]] += 1
        listed = self.client.get("/v1/articles").json()["articles"]
        texts = {a["id"]: self.client.get(f"/v1/articles/{a['id']}").json()["text"] for a in listed}
        assert answer["answer"] == "\n".join(span["text"] for span in answer["spans"])
        for citation in answer["citations"]:
            text = texts[citation["article_id"]]
            start, end = citation["start"], citation["end"]
            assert text[start:end] == citation["quote"] != ""
            assert verify(self.client, citation)["valid"]
            for moved in (-1, 1):
                a, b = start + moved, end + moved
                equal = b <= len(text) and text[a:b] == citation["quote"]
                if a >= 0:
                    assert verify(self.client, citation, start=a, end=b)["valid"] is equal
        for span in answer["spans"]:
            citation = answer["citations"][span["citation"] - 1]
            assert texts[span["article_id"]][span["start"] : span["end"]] == span["text"]
            assert citation["start"] <= span["start"] < span["end"] <= citation["end"]
            assert span["text"] in citation["quote"]
        for near in answer["suggestions"]:
            assert near["quote"] in texts[near["article_id"]]


@pytest.fixture
def workshop(
    make_parts: MakeParts, models_dir: Path, tmp_path: Path
) -> Callable[[Embedder | None], Workshop]:
    def make(embedder: Embedder | None) -> Workshop:
        """Make one with a stand-in for the models, or with the real embedder and reader."""
        data = tmp_path / "workshop"
        data.mkdir()
        (data / "models").symlink_to(models_dir)
        reader = "sentence" if embedder else "bundled"
        parts = make_parts(data, requests_per_minute=1_000_000, reader_model=reader)
        vars(parts).update(confidence=steady_confidence(answer_threshold=0.0))
        if embedder:
            vars(parts).update(embedder=embedder)
        client = TestClient(create_app(parts))
        # Entered by the pipeline's own hand: there is no snapshot yet to warm up with.
        client.app.state.pipeline = parts.pipeline()
        return Workshop(parts, tmp_path / "files", client)

    return make


@pytest.mark.parametrize(
    ("stand_in", "examples"), [(HashEmbedder(), 120), (None, 8)], ids=["hash", "real"]
)
def test_every_citation_of_every_answer_is_a_slice_of_its_article(
    workshop: Callable[[Embedder | None], Workshop], stand_in: Embedder | None, examples: int
):
    bench = workshop(stand_in)

    @given(contents=files(), cut=st.data())
    @settings(max_examples=examples)
    def holds(contents: dict[str, bytes], cut: st.DataObject) -> None:
        if not bench.publish(contents):
            return
        texts = [a.text for a in bench.parts.live().snapshot.table.articles.values()]
        text = cut.draw(st.sampled_from(texts), label="article")
        start = cut.draw(st.integers(0, len(text) - 1), label="start")
        length = cut.draw(st.integers(1, 120), label="length")
        bench.ask(text[start : start + length])
        bench.ask("Bệnh viện hợp tác với ai năm 2019?")

    holds()
    assert bench.seen["answered"] > examples / 2
