"""The plain recipe that most such systems are built by, to run beside ours on any set.

Pieces of 500 characters, wherever that cuts; the piece nearest by cosine; of it the sentence
nearest by cosine. It always answers, and its cosine is its confidence.
"""

import time
from collections.abc import Iterator, Sequence

import numpy as np

from corpus.article import Article, Range
from corpus.sentences import split_sentences
from eval.given import Given, GivenHit, GivenQuote, GivenSpan, Took
from eval.in_process import HITS
from eval.question import Question
from eval.retrieval_measures import PassagePlace
from eval.run import Conditions
from eval.run_folder import ArticleSize
from index.embedding_cache import EmbeddingCache
from index.manifest import corpus_fingerprint
from index.protocols import Embedder, Vectors

PIECE_CHARS = 500


class Baseline:
    """Answers by the plain recipe, over all articles, with the same embedding model as ours."""

    def __init__(
        self, articles: Sequence[Article], embedder: Embedder, cache: EmbeddingCache
    ) -> None:
        self._articles = {a.id: a for a in articles}
        self._embedder = embedder
        self._pieces = [
            (a.id, start, min(start + PIECE_CHARS, len(a.text)))
            for a in articles
            for start in range(0, len(a.text), PIECE_CHARS)
        ]
        texts = [self._articles[a].text[start:end] for a, start, end in self._pieces]
        self._vectors = cache.embed(embedder, texts)
        self._sentences: dict[int, tuple[list[Range], Vectors]] = {}

    def conditions(self) -> Conditions:
        """Return what answers."""
        return Conditions(
            place="in process",
            snapshot="baseline",
            corpus_fingerprint=corpus_fingerprint(self._articles.values()),
            embedding_model=self._embedder.name,
            reader="nearest sentence",
            answer_threshold=0.0,
            confidence="",
            top_k=1,
            articles=tuple(
                ArticleSize(a.id, a.version, len(a.text)) for a in self._articles.values()
            ),
        )

    def passages(self) -> Iterator[PassagePlace]:
        """Yield the places of all pieces."""
        for number, (article_id, start, end) in enumerate(self._pieces):
            yield PassagePlace(f"{article_id}#{number}", article_id, start, end)

    def text(self, article_id: str) -> str:
        """Return the cleaned text of an article."""
        return self._articles[article_id].text

    def ask(self, question: Question) -> tuple[Given, Took]:
        """Return the nearest sentence of the nearest piece."""
        begin = time.perf_counter()
        vector = self._embedder.embed_query(question.question)
        cosines = self._vectors @ vector
        best = np.argsort(-cosines, kind="stable")[:HITS]
        found = time.perf_counter()
        article_id = self._pieces[int(best[0])][0]
        place = self._nearest_sentence(int(best[0]), vector)
        read = time.perf_counter()
        text = self._articles[article_id].text[slice(*place)]
        quote = GivenQuote(article_id, self._articles[article_id].version, "", "", *place, text)
        given = Given(
            id=question.id,
            status="answered",
            message="",
            confidence=round(float(np.clip(cosines[best[0]], 0, 1)), 4),
            searched=question.question,
            spans=(GivenSpan(text, article_id, *place, 1),),
            citations=(quote,),
            hits=tuple(self._hit(int(n), float(cosines[n])) for n in best),
        )
        times = ((found - begin) * 1e3, (read - found) * 1e3, (read - begin) * 1e3)
        return given, Took(question.id, *(round(t, 2) for t in times))

    def _hit(self, number: int, cosine: float) -> GivenHit:
        article_id, start, end = self._pieces[number]
        return GivenHit(f"{article_id}#{number}", article_id, start, end, round(cosine, 4))

    def _nearest_sentence(self, number: int, vector: Vectors) -> Range:
        if number not in self._sentences:
            article_id, start, end = self._pieces[number]
            text = self._articles[article_id].text
            places = split_sentences(text, start, end) or [(start, end)]
            vectors = self._embedder.embed_passages([text[a:b] for a, b in places])
            self._sentences[number] = (places, vectors)
        places, vectors = self._sentences[number]
        return places[int(np.argmax(vectors @ vector))]
