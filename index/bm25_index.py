"""Keyword search with tantivy's BM25 (k1 1.2, b 0.75); the only user of tantivy.

Text reaches tantivy as terms made in `index/terms.py`, and queries are built from terms, so no
query syntax that a person types is ever parsed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import tantivy

from corpus.errors import SnapshotDamaged
from index.protocols import Hit

_WRITER_HEAP_BYTES = 64 * 1024 * 1024
_MAX_TERMS = 600


class Field(StrEnum):
    """The two readings of a passage that are searched."""

    MARKED = "marked"
    FOLDED = "folded"


@dataclass(frozen=True, slots=True)
class PassageTerms:
    """A passage as terms, with and without marks."""

    passage_id: str
    article_id: str
    marked: Sequence[str]
    folded: Sequence[str]


class Bm25Index:
    """BM25 over marked and folded terms of passages."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        self._index.register_tokenizer("terms", _term_analyzer())
        self._searcher = index.searcher()

    @classmethod
    def build(cls, folder: Path, passages: Iterable[PassageTerms]) -> "Bm25Index":
        """Write an index of these passages into an empty folder."""
        folder.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(_schema(), path=str(folder))
        index.register_tokenizer("terms", _term_analyzer())
        writer = index.writer(_WRITER_HEAP_BYTES, num_threads=1)
        for passage in passages:
            document = tantivy.Document()
            document.add_text("passage_id", passage.passage_id)
            document.add_text("article_id", passage.article_id)
            document.add_text(Field.MARKED, " ".join(passage.marked))
            document.add_text(Field.FOLDED, " ".join(passage.folded))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> "Bm25Index":
        """Open an index; SnapshotDamaged when it cannot be read."""
        try:
            return cls(tantivy.Index.open(str(folder)))
        except ValueError as error:
            raise SnapshotDamaged(f"{folder} is not a readable keyword index: {error}.") from error

    def __len__(self) -> int:
        """Return the number of passages."""
        return int(self._searcher.num_docs)

    def search(
        self,
        field: Field,
        terms: Sequence[tuple[str, float]],
        k: int,
        article_ids: frozenset[str] | None = None,
    ) -> list[Hit]:
        """Return at most k hits, best first, for terms with their weights."""
        schema = self._index.schema
        weighted: dict[str, float] = {}
        for term, weight in terms[:_MAX_TERMS]:
            weighted[term] = max(weight, weighted.get(term, 0.0))
        should = [
            (tantivy.Occur.Should, _boosted(schema, field, term, weight))
            for term, weight in weighted.items()
            if weight > 0
        ]
        if not should:
            return []
        query = tantivy.Query.boolean_query(should)
        if article_ids is not None:
            allowed = tantivy.Query.term_set_query(schema, "article_id", sorted(article_ids))
            only = tantivy.Query.const_score_query(allowed, 0.0)
            query = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, query), (tantivy.Occur.Must, only)]
            )
        found = self._searcher.search(query, k).hits
        return [
            Hit(str(self._searcher.doc(address)["passage_id"][0]), float(score))
            for score, address in found
        ]

    def passages_of(self, article_id: str) -> int:
        """Return the number of passages of an article."""
        return int(self._searcher.doc_freq("article_id", article_id))

    def document_frequency(self, field: Field, term: str) -> int:
        """Return the number of passages that hold a term."""
        return int(self._searcher.doc_freq(field, term))


def _boosted(schema: tantivy.Schema, field: Field, term: str, weight: float) -> tantivy.Query:
    query = tantivy.Query.term_query(schema, field, term)
    return query if weight == 1.0 else tantivy.Query.boost_query(query, weight)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("passage_id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("article_id", tokenizer_name="raw", index_option="basic")
    for field in Field:
        builder.add_text_field(field, tokenizer_name="terms", index_option="freq")
    return builder.build()


def _term_analyzer() -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
