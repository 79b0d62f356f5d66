"""The earlier question asked of something else: "Còn Hàn Quốc?" after "Úc tài trợ gì?"."""

from qa.mentions import country_spans, year_spans
from qa.signs import Signs
from qa.typed import Span, markers

_NEAR = 6
_HEAD_AND_REST = 2
_YEAR_WORDS = 2


def swapped(new: Signs, earlier: Signs) -> str:
    """Return an earlier question with the new thing in place of the old; "" where none fits."""
    if not new.entity or not earlier.typed.words:
        return ""
    old = _counterpart(new, earlier)
    if not old:
        return ""
    years = year_spans(new.typed)
    thing = new.typed.slice(years[0] if old in year_spans(earlier.typed) else new.entity)
    words, text = earlier.typed.words, earlier.typed.text
    whole = text[: words[old[0]].start] + thing + text[words[old[1] - 1].end :]
    return whole[:1].upper() + whole[1:]


def _counterpart(new: Signs, earlier: Signs) -> Span | None:
    """Return the words of the earlier question that the new thing takes the place of."""
    first, end = new.entity or (0, 0)
    if new.organisation:
        return earlier.organisation
    if head := _same_head(new, earlier):
        return head
    if any(a <= first < b for a, b in new.partners):
        places = country_spans(new.typed), country_spans(earlier.typed)
        if all(places):
            first_place = places[1][0]
            return next((s for s in earlier.partners if s[0] <= first_place[0] < s[1]), first_place)
        return earlier.partners[0] if earlier.partners else None
    years = year_spans(earlier.typed)
    return years[0] if years and year_spans(new.typed) and end - first <= _YEAR_WORDS else None


def _same_head(new: Signs, earlier: Signs) -> Span | None:
    """Return the words that begin as the new thing does: "dự án lao" for "dự án dinh dưỡng"."""
    first, end = new.entity or (0, 0)
    typed, head = earlier.typed, new.typed.words[first].key
    if end - first < _HEAD_AND_REST or any(a <= first < b for a, b in new.partners):
        return None
    stops = {
        i for span in (*earlier.asking, *typed.spans(markers("linkers"))) for i in range(*span)
    }
    stops |= set(range(*earlier.organisation)) if earlier.organisation else set()
    for start, word in enumerate(typed.words):
        if word.key == head:
            last = start + 1
            while last < min(len(typed.words), start + end - first) and last not in stops:
                last += 1
            near = [b for a, b in earlier.partners if start < a <= start + _NEAR]
            last = max(last, *near[:1]) if near and new.partners else last
            return (start, last) if last - start > 1 else None
    return None
