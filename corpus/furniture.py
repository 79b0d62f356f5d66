"""Page furniture: what a web page says about itself, recognised by position, repetition and shape.

Time stamps, breadcrumbs, counters, share buttons, lists of other headlines and footers are never
offered as an answer. The rules look at the head of a page (before its first full sentence) and at
its foot (after its last one); between them only lines that cannot be prose are taken.
"""

import re
from collections.abc import Collection, Sequence

_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
_DATE = (
    r"(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}[:hg]\d{2}(?::\d{2})?"
    r"|(?:ngày|tháng|năm)\s+\d{1,4}|gmt\s*[+-]?\d+|[ap]m)"
)
_DAY = (
    r"(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy)|chủ\s+nhật|t[2-7]|cn"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
_STAMP = re.compile(rf"(?:(?:{_DAY}|{_DATE})[\s,|()•·-]*)+", re.IGNORECASE)
_COUNTER = re.compile(
    r"(?:lượt|số)\s+(?:xem|đọc|truy cập|tải|bình luận|người xem)|views?\b|cỡ chữ", re.IGNORECASE
)
_LINK = re.compile(
    r"https?://|www\.|\S+@\S+\.\w+|©|\(c\)\s|copyright|bản quyền|giấy phép (?:số|xuất bản)"
    r"|^cổng thông tin|^(?:từ khó[aá]|từ khoá|tags?|keywords?)\s*:",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?:hotline|tel|fax|đt|điện thoại|đường dây nóng)\b[^.]{0,12}?[\d(+]", re.I)
_CRUMB = re.compile(r"\s*(?:[»›>→]|(?<=\s)[/|](?=\s))\s*")
_INTERFACE = re.compile(
    r"\b(?:chia\s*sẻ|share|facebook|zalo|twitter|youtube|linkedin|in (?:trang|bài|ấn)|print"
    r"|email"
    r"|gửi (?:email|bài|bình luận)|trang (?:chủ|trước|sau)|home|đăng nhập|tìm kiếm|đăng ký nhận tin"
    r"|lên đầu trang|về đầu trang|quay lại|xem thêm|đọc thêm|bình luận|phản hồi|like|tweet|cookies?"
    r"|từ khóa|từ khoá|tags?|sitemap|sơ đồ (?:trang|web)|thích|theo dõi|liên hệ|giới thiệu"
    r"|tin tức|đánh giá|giấy phép|ngày đăng|đăng ngày|cập nhật|nguồn tin|tiếng việt|english|menu)\b",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"^\W*(?:(?:các\s+)?(?:tin|bài)(?:\s+(?:viết|tức|bài))?\s+(?:liên quan|khác|cùng \w+|mới|cũ hơn"
    r"|đọc nhiều|xem nhiều|nổi bật)|có thể bạn quan tâm|related|xem (?:thêm|tiếp)|đọc (?:thêm|tiếp"
    r"|nhiều)|other news)\b[^.]{0,30}$",
    re.IGNORECASE,
)
_DAY_MONTH_YEAR = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d{2})\b")
_SHORT_WORDS = 6
_REPEATED_WORDS = 14


def furniture_lines(lines: Sequence[str], repeated: Collection[str] = ()) -> set[int]:
    """Return the numbers of the lines that are furniture; line 0 may be one of them.

    `lines` are the non-blank lines of a page with plain spaces. `repeated` holds lines that other
    articles have too, with digits written as 0.
    """
    sentences = [n for n, line in enumerate(lines) if _is_prose(line)]
    if not sentences:
        return {n for n, line in enumerate(lines) if n and _cannot_be_prose(line)}
    head, foot = sentences[0], sentences[-1]
    found = set[int]()
    for number, line in enumerate(lines):
        outside = not head <= number <= foot
        if _cannot_be_prose(line) or (outside and _is_label(line, number, head, foot, repeated)):
            found.add(number)
    found |= _related(lines)
    if lines[-1].endswith(":"):
        # A lead-in with nothing behind it announced pictures or a form.
        found.add(len(lines) - 1)
    return found - {_first_title(lines, found)}


def shape_of(line: str) -> str:
    """Return the form under which lines of several articles are compared: digits become 0."""
    return re.sub(r"\d", "0", line.strip())


def _is_prose(line: str) -> bool:
    return len(line.split()) > _SHORT_WORDS + 2 and (
        bool(_SENTENCE_END.search(line)) and not _LINK.search(line)
    )


def _cannot_be_prose(line: str) -> bool:
    """Tell whether nothing but interface is on the line, wherever it stands."""
    if _STAMP.fullmatch(line.strip(" |()•·-")):
        return True
    if len(line.split()) > 30 or _SENTENCE_END.search(line):
        return False
    left = _INTERFACE.sub("", _COUNTER.sub("", _STAMP.sub("", line)))
    return len(re.findall(r"[^\W\d_]{2,}", left)) == 0


def _is_label(line: str, number: int, head: int, foot: int, repeated: Collection[str]) -> bool:
    words = len(line.split())
    if shape_of(line) in repeated and words <= _REPEATED_WORDS and number:
        return True
    if _LINK.search(line) or _PHONE.search(line):
        return True
    if _COUNTER.search(line) or (len(_CRUMB.split(line)) >= 3 and words <= 40):
        return True
    interface = len(_INTERFACE.findall(line))
    if interface and (interface >= 3 or words <= 3 * interface + _SHORT_WORDS):
        return not _SENTENCE_END.search(line) or interface >= 2
    # After the last sentence a word or two are a button; before the first, they may be a title.
    return number > foot and words <= 3 and not line.startswith(("-", "•", "+", "*"))


def _related(lines: Sequence[str]) -> set[int]:
    """Return the list of other headlines at the foot, with everything below it."""
    for number in range(max(1, len(lines) // 2), len(lines)):
        below = lines[number + 1 :]
        if _RELATED.match(lines[number]) and all(len(line.split()) <= 40 for line in below):
            return set(range(number, len(lines)))
    return set()


def _first_title(lines: Sequence[str], found: set[int]) -> int:
    """Return the line that must stay although it looks like a label: the only possible title."""
    return 0 if all(n in found for n in range(min(3, len(lines)))) else -1


def page_date(furniture: str) -> str:
    """Return the first day that a page's own lines name, as YYYY-MM-DD, or ""."""
    for match in _DAY_MONTH_YEAR.finditer(furniture):
        day, month, year = map(int, match.groups())
        if 1 <= day <= 31 and 1 <= month <= 12:
            return f"{year:04}-{month:02}-{day:02}"
    return ""
