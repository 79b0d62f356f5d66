"""What is left of an answer that was kept once its article is removed: that there was one."""

import json
from collections.abc import Collection
from typing import Any

BLANK = "…"


def articles_in(answer: str) -> set[str]:
    """Return the articles whose words stand in an answer as it was sent, JSON."""
    fields = json.loads(answer)
    quoted = (*fields.get("spans", ()), *fields.get("citations", ()))
    near = fields.get("suggestions", ())
    return {part["article_id"] for part in (*quoted, *near) if not _WORDS.isdisjoint(_filled(part))}


def without(answer: str, article_ids: Collection[str]) -> str:
    """Return an answer, JSON, without the words of these articles.

    The places stay, so that their links say that the article was removed.
    """
    fields = json.loads(answer)
    for kind in ("spans", "citations", "suggestions"):
        fields[kind] = [
            _blanked(part) if part["article_id"] in article_ids else part
            for part in fields.get(kind, ())
        ]
    if fields["spans"]:
        fields["answer"] = "\n".join(span["text"] for span in fields["spans"])
    return json.dumps(fields, ensure_ascii=False)


_WORDS = frozenset(("text", "quote", "heading", "title", "source"))
"""The fields of a span, citation or suggestion that are taken from the article."""


def _blanked(part: dict[str, Any]) -> dict[str, Any]:
    return {key: BLANK if key in _WORDS else value for key, value in part.items()}


def _filled(part: dict[str, Any]) -> set[str]:
    return {key for key, value in part.items() if value not in ("", BLANK)}
