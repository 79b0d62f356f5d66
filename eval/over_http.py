"""Questions are asked of a running service through `POST /v1/ask`."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from corpus.errors import CoopQaError, SnapshotMissing
from eval.given import Given, GivenHit, GivenQuote, GivenSpan, Took, failed
from eval.in_process import HITS
from eval.question import Question
from eval.retrieval_measures import PassagePlace
from eval.run import Conditions
from eval.run_folder import ArticleSize

_TIMEOUT_SECONDS = 60.0


class OverHttp:
    """Asks a service by its address; what a refused question would have got stays unknown."""

    def __init__(self, url: str, key: str = "", top_k: int = 5) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._top_k = top_k

    def conditions(self) -> Conditions:
        """Return what the service says of itself."""
        ready = self.call("/readyz")
        listed = self.call("/v1/articles")["articles"]
        return Conditions(
            place=self._url,
            snapshot=str(ready.get("snapshot", "")),
            corpus_fingerprint=str(ready.get("corpus_fingerprint", "")),
            embedding_model=str(ready.get("embedding_model", "")),
            reader=str(ready.get("reader", "")),
            answer_threshold=0.0,
            confidence="",
            top_k=self._top_k,
            articles=tuple(ArticleSize(a["id"], a["version"], a["length_chars"]) for a in listed),
        )

    def passages(self) -> tuple[PassagePlace, ...]:
        """Return nothing: a service does not list its passages."""
        return ()

    def text(self, article_id: str) -> str:
        """Return the cleaned text of an article."""
        return str(self.call(f"/v1/articles/{article_id}")["text"])

    def ask(self, question: Question) -> tuple[Given, Took]:
        """Return what is said to a question; a problem that is told becomes the status `error`.

        Raises:
            SnapshotMissing: the service cannot be reached or has nothing published.
        """
        turns = [{"question": t.question, "answer": t.answer} for t in question.history]
        body = {"question": question.question, "history": turns, "top_k": self._top_k}
        try:
            said = self.call("/v1/ask", body)
            found = {} if said["status"] == "small_talk" else self._search(said["question"])
            broken = sum(not self._verified(citation) for citation in said["citations"])
        except SnapshotMissing:
            raise
        except CoopQaError as error:
            return failed(question.id, error)
        timing = said["timing_ms"]
        took = Took(question.id, *(float(timing[k]) for k in ("retrieve", "read", "total")))
        return _given(question.id, said, found.get("hits", ()), broken), took

    def call(self, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Return the answer to a POST of this body, or to a GET without one.

        Raises:
            SnapshotMissing: the service cannot be reached or has nothing published.
            CoopQaError: the service tells a problem; its title and detail are the message.
        """
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(
            self._url + path, None if body is None else json.dumps(body).encode(), headers
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:
                return dict(json.load(response))
        except urllib.error.HTTPError as error:
            told = error.read().decode("utf-8", "replace")
            kind = SnapshotMissing if error.code == 503 else CoopQaError
            raise kind(f"{self._url}{path} answered {error.code}: {told[:300]}") from error
        except (OSError, ValueError) as error:
            raise SnapshotMissing(f"{self._url}{path} gives no answer: {error}") from error

    def _search(self, query: str) -> dict[str, Any]:
        return self.call("/v1/search", {"query": query, "top_k": HITS})

    def _verified(self, citation: Mapping[str, Any]) -> bool:
        keys = ("article_id", "article_version", "start", "end", "quote")
        return bool(self.call("/v1/verify", {key: citation[key] for key in keys})["valid"])


def _given(
    question_id: str, said: Mapping[str, Any], hits: Sequence[Mapping[str, Any]], broken: int
) -> Given:
    quotes = [(c["start"], c["end"]) for c in said["citations"]]
    outside = sum(
        not quotes[s["citation"] - 1][0] <= s["start"] < s["end"] <= quotes[s["citation"] - 1][1]
        for s in said["spans"]
    )
    return Given(
        id=question_id,
        status=said["status"],
        message=said["message"],
        confidence=round(float(said["confidence"]), 4),
        searched=said["question"],
        spans=tuple(
            GivenSpan(s["text"], s["article_id"], s["start"], s["end"], s["citation"])
            for s in said["spans"]
        ),
        citations=tuple(map(_quote, said["citations"])),
        suggestions=tuple(map(_quote, said["suggestions"])),
        hits=tuple(
            GivenHit(h["passage_id"], h["article_id"], h["start"], h["end"],
                     round(float(h["score"]), 4))
            for h in hits
        ),
        broken_quotes=broken + outside,
    )  # fmt: skip


def _quote(quote: Mapping[str, Any]) -> GivenQuote:
    # A suggestion carries no place of its own in the contract.
    return GivenQuote(
        article_id=quote["article_id"],
        article_version=quote.get("article_version", ""),
        organisation=quote["organisation"],
        heading=quote["heading"],
        start=quote.get("start", 0),
        end=quote.get("end", 0),
        quote=quote["quote"],
    )
