"""What kind of thing a question asks for, from its question words."""

import re
from enum import StrEnum

from corpus.vietnamese import fold


class Asking(StrEnum):
    """The kind of answer that is expected."""

    NUMBER = "number"
    TIME = "time"
    PLACE = "place"
    PERSON = "person"
    REASON = "reason"
    LIST = "list"
    YES_NO = "yes_no"
    OTHER = "other"


# In order: the first that fits decides. Folded, so that unmarked questions are read alike.
_PATTERNS: tuple[tuple[Asking, tuple[str, ...]], ...] = (
    (
        Asking.LIST,
        (
            r"ke ten|liet ke",
            r"(?:nhung|cac)(?: \w+){0,3} (?:nao|gi|ai)",
            r"(?:gom|bao gom|co) (?:nhung )?(?:gi|ai|nhung)|nhung (?:gi|ai|dau)|may \w+ nao",
            r"(?:list|name) (?:the|all|some)|which \w+s\b(?! (?:is|was))|what (?:are|were) the",
            r"quels|quelles|lesquel\w+|citez",
        ),
    ),
    (
        Asking.TIME,
        (
            r"khi nao|bao gio|luc nao|(?:nam|thang|ngay|hom|giai doan) (?:nao|may)|bao lau",
            r"when|what (?:year|date|month)|how long|quand|quelle (?:annee|date)",
        ),
    ),
    (
        Asking.NUMBER,
        (
            r"bao nhieu|bn|may|so luong|ti le|ty le|tri gia|thu may",
            r"how (?:many|much)|what (?:percentage|share)|combien",
        ),
    ),
    (
        Asking.REASON,
        (
            r"vi sao|tai sao|sao lai|do dau|de lam gi|muc dich|nham|ly do|li do",
            r"why|purpose|pourquoi|dans quel but",
        ),
    ),
    (Asking.PERSON, (r"ai|nguoi nao|ong nao|ba nao|bac si nao", r"who|whom|qui")),
    (
        Asking.PLACE,
        (
            r"o dau|dau|noi nao|cho nao|nuoc nao|quoc gia nao|tinh nao|dia diem",
            r"where|which country|dans quel pays",
        ),
    ),
    (
        Asking.YES_NO,
        (
            r"co phai|phai khong|dung khong|co \w+(?: \w+){0,12} khong|chua|hay khong",
            r"khong(?: a| nhi)?$|^(?:is|are|was|were|did|does|do|has|have|can)",
            r"est-ce|a-t-il|ont-ils",
        ),
    ),
)
_COMPILED = tuple(
    (asking, re.compile(rf"(?:^|\W)(?:{'|'.join(patterns)})(?:\W|$)"))
    for asking, patterns in _PATTERNS
)


def asking_of(question: str) -> Asking:
    """Return what kind of thing a question asks for."""
    folded = _own_words(question)
    for asking, pattern in _COMPILED:
        if pattern.search(folded):
            return asking
    return Asking.OTHER


_WORDS = (
    r"gi|nao|ai|dau|may|bao nhieu|bao gio|bao lau|the nao|vi sao|tai sao"
    r"|who|what|when|where|why|how (?:many|much)"
)
_QUESTION_WORD = re.compile(rf"(?<!\w)(?:{_WORDS})(?!\w)")
_COUNTED = r"(?:hai|ba|bon|nam|sau|bay|tam|chin|muoi|may|[2-9]|two|three|four|five|six)"
_SEVERAL = re.compile(
    r"(?<!\w)(?:danh sach|ds|ke (?:ra|het|giup|them)|nhung|cac|gom"
    rf"|{_COUNTED}(?: \w+){{1,4}},? (?:nao|gi|ten|ke|la (?:ai|gi))"
    r"|list|name (?:the|all)|(?:who|what|which) (?:are|were)|which \w+s)(?!\w)"
)


def asks_for_several(question: str) -> bool:
    """Tell whether a question asks for a list, or for two things at once."""
    folded = _own_words(question)
    return bool(
        asking_of(question) is Asking.LIST
        or _SEVERAL.search(folded)
        or len(_QUESTION_WORD.findall(folded)) > 1
    )


def _own_words(question: str) -> str:
    # What follows in brackets was taken over from an earlier turn.
    return fold(question.partition(" (")[0]).strip(" ?.!")
