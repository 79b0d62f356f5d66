"""Whether a text holds the kind of thing that a question asks for."""

import re
from enum import Enum

from qa.asking import Asking

_KINDS = {
    Asking.NUMBER: re.compile(r"\d"),
    Asking.TIME: re.compile(
        r"\b(?:19|20)\d\d\b|\d/\d|(?:tháng|ngày|quý|thứ) \w|\d+ (?:năm|tháng|tuần|ngày|giờ|phút)",
        re.IGNORECASE,
    ),
    Asking.PERSON: re.compile(r"\b(?:ông|bà|anh|chị|GS|TS|PGS|BS|ThS|bác s[iĩỹ]|[Gg]iám đốc)\b"),
    Asking.REASON: re.compile(
        r"\b(?:vì|do|nhằm|để|bởi|nhờ|mục (?:đích|tiêu)|lý do)\b", re.IGNORECASE
    ),
    Asking.PLACE: re.compile(
        r"\b(?:tại|ở|tỉnh|thành phố|huyện|tầng|khu|phòng|trụ sở)\b", re.IGNORECASE
    ),
}


class Kind(Enum):
    """What a text has of the kind that is asked for; any text may answer where none is known."""

    ANY = 0
    MISSING = 1
    FOUND = 2


def kind_in(asking: Asking, text: str) -> Kind:
    """Look for a number, a time, a person, a reason or a place where one is asked for."""
    pattern = _KINDS.get(asking)
    if pattern is None:
        return Kind.ANY
    return Kind.FOUND if pattern.search(text) else Kind.MISSING
