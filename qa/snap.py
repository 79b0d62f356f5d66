"""Spans moved to sensible borders: whole words, a number with its unit, a whole date."""

import re

from corpus.article import Range

_UNIT = (
    r"%|(?:nghìn|ngàn|triệu|tỷ|tỉ)(?:\s+(?:đồng|USD|đô la|euro|won|yên|bảng|lượt|người))?"
    r"|đồng|USD|[Ee]uro|EUR|won|yên|bảng|người|lượt|ca|bác s[ĩỹi]|bệnh nhân|sinh viên|học viên"
    r"|điều dưỡng|giường|máy|năm|tháng|tuần|ngày|giờ|phút|km|m2|m²|kg|cán bộ|trẻ|xã|huyện|tỉnh"
)
_NUMBER_WITH_UNIT = re.compile(
    rf"\d+(?:[.,]\d+)*(?:\s*(?:-|–|đến)\s*\d+(?:[.,]\d+)*)?\s*(?:{_UNIT})(?!\w)"
)
_DATE = re.compile(
    r"(?:ngày\s+)?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}"
    r"|(?:ngày\s+\d{1,2}\s+)?tháng\s+\d{1,2}(?:\s*/\s*|\s+năm\s+)\d{4}|\d{1,2}/\d{4}"
)
_EDGE = " \t\n\u00a0.,;:…–-"
_PAIRS = {"(": ")", "“": "”", '"': '"', "‘": "’"}


def snapped(text: str, sentence: Range, span: Range) -> Range:
    """Return the span widened to whole words, numbers and dates, without stray punctuation."""
    start, end = span
    while start > sentence[0] and _joined(text, start):
        start -= 1
    while end < sentence[1] and _joined(text, end):
        end += 1
    for pattern in (_NUMBER_WITH_UNIT, _DATE):
        for match in pattern.finditer(text, *sentence):
            if match.start() < end and start < match.end():
                start, end = min(start, match.start()), max(end, match.end())
    return _without_edges(text, start, end) or span


def _joined(text: str, place: int) -> bool:
    """Tell whether a place lies inside a word."""
    return text[place - 1].isalnum() and text[place].isalnum()


def _without_edges(text: str, start: int, end: int) -> Range | None:
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    piece = text[start:end]
    for opening, closing in _PAIRS.items():
        if piece.startswith(opening) and closing not in piece[1:]:
            start += 1
        elif piece.endswith(closing) and opening not in piece[:-1]:
            end -= 1
    return (start, end) if start < end else None
