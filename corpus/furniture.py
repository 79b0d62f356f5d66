"""Page furniture: what a web page says about itself, recognised by position, repetition and shape.

Time stamps, breadcrumbs, counters, share buttons, lists of other headlines and footers are never
offered as an answer. A page is a title with its labels (the head, before the first sentence), the
body, and a foot that begins with the first label below the last sentence and never turns back into
body. Inside the body only lines that hold nothing but buttons are taken: what looks like a label
there may be a heading, a caption or a contact that somebody will ask for.
"""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

_DAY = (
    r"(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy)|chủ\s+nhật|th?\s?[2-7]|cn"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
_DATE = (
    r"(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}[:hg]\d{2}(?::\d{2})?"
    r"|ngày|lúc|\d{1,2},?\s+tháng\s+\w+,?(?:\s+năm)?\s+\d{4}|gmt\s*[+-]?\d+|[ap]m|sa|ch)"
)
_STAMP = re.compile(rf"(?<!\w)(?:{_DAY}|{_DATE})(?!\w)", re.IGNORECASE)
_CLOCK = re.compile(r"\b\d{1,2}[:hg]\d{2}\b")
_DIGIT = re.compile(r"\d")
_BUTTON = re.compile(
    r"(?<!\w)(?:chia sẻ|share|facebook|zalo|twitter|tweet|youtube|tiktok|linkedin|pinterest|rss"
    r"|fanpage|in (?:trang|bài(?: viết)?|ấn)|bản in|print|e-?mail(?!:)|báo lỗi|(?:yêu )?thích|like"
    r"|gửi (?:e-?mail|bài|cho bạn bè|phản hồi)|bình luận|phản hồi|góp ý|sao chép liên kết|cỡ chữ"
    r"|menu|trang (?:chủ|nhất|trước|sau)|home|đăng (?:nhập|ký nhận)|tìm kiếm|xem (?:thêm|tất cả)"
    r"|(?:lên |về )?đầu trang|quay lại|trở về (?:trang|danh)|đọc thêm|tags?|từ kh(?:óa|oá)|sitemap"
    r"|sơ đồ (?:trang|web)|tải (?:về|xuống|tệp|file|pdf|excel)|theo dõi (?:chúng tôi|trên)"
    r"|tiếng việt|english|mạng xã hội)(?!\w)",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"(?<!\w)(?:giới thiệu|tin (?:tức|bài|mới|nổi bật|hoạt động|đọc nhiều)|liên hệ|dịch vụ|văn bản"
    r"|tuyển (?:dụng|sinh)|hỏi đáp|thông báo|thư viện|sự kiện|đào tạo|đặt lịch|bảng giá|video"
    r"|nghiên cứu|hợp tác|khám bệnh|đối tác|chuyên (?:môn|khoa|mục))(?!\w)",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"©|\(c\)\s|copyright|all rights reserved|bản quyền|giấy phép (?:số|xuất bản)|\bcookies?\b"
    r"|(?<!\w)(?:lượt|số|đã|đang|người|tổng|thống kê)\s+(?:lượt\s+)?(?:xem|đọc|tải|truy cập"
    r"|bình luận|người (?:xem|trực tuyến))(?!\w)|\b(?:xem|online|views?)\s*:\s*\d|\d+\s+views?\b"
    r"|\d+ (?:đánh giá|phiếu)(?!\w)|\.(?:pdf|docx?|xlsx?|zip)(?!\w)|[★☆♥✉]|(?<!\w)#[^\W\d]"
    r"|\d\s*°C|\[A[+-]?\]|^(?:bạn đang ở|cổng thông tin)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?<!\w)(?:hotline|tel|fax|đt|điện thoại|đường dây nóng|tổng đài)(?!\w)[^.]{0,20}?[\d(+]"
    r"|https?://|www\.|\S{1,64}@\S{1,64}\.\w+|^\S{1,64}\.(?:\w+\.)?(?:vn|com|org|net)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\W*(?:(?:người|ngày|được)?\s*(?:đăng|duyệt)(?: tin| bài)?(?: bởi| lúc| ngày)?"
    r"|(?:lần )?(?:cập nhật|sửa|xuất bản)(?: lần)?(?: cuối| lúc| ngày)?|chuyên mục|(?:gắn )?thẻ"
    r"|thiết kế(?: bởi)?|trước đó|tiếp theo|(?:tệp|file) đính kèm|bình chọn|xem thêm"
    r"|mời bạn đánh giá[\w ]*|phụ trách nội dung|trang|dung lượng|từ kh(?:óa|oá)|tags?)"
    r"(?:\s*[:/]|\s+bởi\b|\s+(?=[\d(]))",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\W*(?:(?:các |những )?(?:tin|bài|thông báo)(?: viết| tức| bài)?"
    r" (?:liên quan|khác|cùng \w+|(?:mới|cũ|đọc|xem|nổi)(?: \w+)?|trước|sau)"
    r"|(?:bạn )?có thể (?:bạn )?quan tâm|(?:đọc|xem) (?:nhiều|tiếp|thêm)|ý kiến bạn đọc|related)"
    r"(?!\w)(?: \w+){0,2}\s*(?:$|[:(|»])",
    re.IGNORECASE,
)
_SEPARATORS = (
    # What stands between the parts of a menu, and how many parts there are at least.
    (re.compile(r"\s*(?:>>?|[»›→])\s*"), 2),
    (re.compile(r"\s*[|•·]\s*"), 3),
    (re.compile(r"\s{2,}"), 4),
)
_LOOSE_SEPARATOR = re.compile(r"\s+[/|–-]\s+|\s{2,}")
_OWN_MARK = re.compile(r"[-–•+*|]|\(?\w{1,3}[.)/]\s|#+\s")
_DAY_MONTH_YEAR = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d{2})\b")
_WORD = re.compile(r"[^\W\d_]{2,}|\d+")
_MANY_SPACES = re.compile(" {4,}")
_LABEL_MAX_CHARS = 1000
_LONG_LINE = "x " * 100 + "."
_PROSE_WORDS_MIN, _LONG_WORDS, _PART_WORDS_MAX = 9, 30, 8


def furniture_lines(lines: Sequence[str], repeated: Collection[str] = ()) -> set[int]:
    """Return the numbers of the lines that are furniture; line 0 may be one of them.

    `lines` are the non-blank lines of a page with plain spaces. `repeated` holds lines that other
    articles have too, with digits written as 0.
    """
    # What is longer is no label, and patterns would take long to see that.
    lines = [_MANY_SPACES.sub("   ", line) for line in lines]
    lines = [line if len(line) <= _LABEL_MAX_CHARS else _LONG_LINE for line in lines]
    items = {n for n, line in enumerate(lines) if _OWN_MARK.match(line)}
    labels = {n for n, line in enumerate(lines) if _is_label(line) or _is_menu(lines, n)} - items
    found = {n for n, line in enumerate(lines) if _explained(line, _BUTTON) == 1} - items
    prose = [n for n, line in enumerate(lines) if n and n not in labels and _is_prose(line)]
    if prose:
        head, below = set(range(prose[0])), set(range(prose[-1] + 1, len(lines)))
        known = {n for n in (head | below) - items if n and shape_of(lines[n]) in repeated}
        found |= head & (labels | known - {min(head - labels, default=0)})
        body = set(range(len(lines))) - labels
        if not items & below and not any(_names_contacts(lines[n]) for n in body):
            labels |= {n for n in below if _CONTACT.search(lines[n])}
        found.update(_foot(lines, below & labels, below & known))
    if lines and lines[-1].endswith(":") and len(lines[-1].split()) < _LONG_WORDS:
        # A lead-in with nothing behind it announced pictures or a form.
        found.add(len(lines) - 1)
    only_titles_left = all(n in found for n in range(min(3, len(lines))))
    return found - {0} if only_titles_left else found


def shape_of(line: str) -> str:
    """Return the form under which lines of several articles are compared: digits become 0."""
    return _DIGIT.sub("0", line.strip())


def page_date(furniture: str) -> str:
    """Return the first day that a page's own lines name, as YYYY-MM-DD, or ""."""
    for match in _DAY_MONTH_YEAR.finditer(furniture):
        day, month, year = map(int, match.groups())
        if 1 <= day <= 31 and 1 <= month <= 12:
            return f"{year:04}-{month:02}-{day:02}"
    return ""


def _foot(lines: Sequence[str], labels: Collection[int], known: Collection[int]) -> set[int]:
    """Return the lines from the first label on, all of them if that is in the page's second half.

    `labels` are those below the last sentence. Lines `known` from other pages may be headings of
    lists too: they count only where nothing else follows.
    """
    first = min(labels, default=len(lines))
    is_late = sum(map(len, lines[:first])) >= sum(map(len, lines)) / 2
    found = set(range(first, len(lines))) if is_late else set(labels)
    for number in reversed(range(len(lines))):
        if number not in known and number not in found:
            break
        found.add(number)
    return found


def _names_contacts(line: str) -> bool:
    """Tell whether this may be the heading of a section on contacts, which is body."""
    return len(line.split()) <= _PART_WORDS_MAX and bool(re.search("liên (?:hệ|lạc)", line, re.I))


def _ends_sentence(line: str) -> bool:
    return line.rstrip("\"'”’»)]*_").endswith((".", "…", ":", ";"))


def _is_prose(line: str) -> bool:
    words = len(line.split())
    return words >= _LONG_WORDS or (words >= _PROSE_WORDS_MIN and _ends_sentence(line))


def _is_label(line: str) -> bool:
    """Tell whether a line of the head or foot is about the page, not about its subject."""
    if _is_prose(line):
        return bool(_SELF.match(line))
    if _SELF.search(line) or _LABEL.match(line) or _OTHERS.match(line):
        # A note in brackets is the author's, unless the page's clock is in it.
        return not re.fullmatch(r"\([^:]*\)", line)
    # "Hà Nội, ngày 12/3/2024" stands above a signature; what is posted has a time of day.
    stamped = 0.6 if _CLOCK.search(line) else 1.0
    return _explained(line, _BUTTON, _STAMP) >= (0.4 if _BUTTON.search(line) else stamped)


def _explained(line: str, *kinds: re.Pattern[str]) -> float:
    """Return which part of the words of a line, numbers left out, belongs to these kinds."""
    words = len(_WORD.findall(line))
    for kind in kinds:
        line = kind.sub(" ", line)
    return 1 - len(_WORD.findall(line)) / words if words else 0.0


def _is_menu(lines: Sequence[str], number: int) -> bool:
    """Tell whether a line is a row of short parts; a table has rows of as many bars beside it."""
    line = lines[number]
    bars = line.count("|")
    beside = [lines[n].count("|") for n in (number - 1, number + 1) if 0 <= n < len(lines)]
    if _ends_sentence(line) or (bars and bars in beside):
        return False
    for separator, parts_min in _SEPARATORS:
        if len(parts := separator.split(line)) >= parts_min:
            return all(len(part.split()) <= _PART_WORDS_MAX for part in parts)
    known = len(_SECTION.findall(line)) + 2 * len(_BUTTON.findall(line))
    run_together = sum(a.islower() and b.isupper() for a, b in pairwise(line))
    return (
        (known >= 2 and len(_LOOSE_SEPARATOR.split(line)) >= 2)
        or (known >= 4 and _explained(line, _BUTTON, _SECTION) >= 0.6)
        or run_together > 2
    )
