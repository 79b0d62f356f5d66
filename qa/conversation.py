"""Follow-ups become questions that stand alone, by rules and in the open.

A new topic keeps nothing but the organisation that is spoken of. "Còn Hàn Quốc?" puts the new name
into the earlier question. Everything else keeps its own words, with names for "ông ấy", and the
earlier question stands behind it in brackets.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.vietnamese import is_syllable
from qa.asking import Asking, asking_of
from qa.follow_up import Hanging, Reading, hanging
from qa.live import Live
from qa.mentions import person_spans, year_spans
from qa.small_talk import small_talk
from qa.typed import Span, Typed, markers

_MAX_TURNS = 10
_MAX_CONTEXT_WORDS = 30
_MAX_ANSWER_WORDS = 10
_BRACKETS = re.compile(r"(.+?) \((.+)\)\??")


@dataclass(frozen=True, slots=True)
class PastTurn:
    """What was asked before, and the answer that was shown ("" when there was none)."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """An earlier question without what it took over, and its answer."""

    text: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class _Focus:
    """What is spoken of: the question that opened the topic, the latest one, and who."""

    topic: _Asked = _Asked()
    latest: _Asked = _Asked()
    organisation: str = ""
    article_ids: frozenset[str] | None = None
    person: str = ""

    @property
    def text(self) -> str:
        parts = (self.topic.text, self.topic.answer, self.latest.text, self.latest.answer)
        return " ".join(p for p in parts if len(p.split()) <= _MAX_CONTEXT_WORDS)


def standalone_question(text: str, history: Sequence[PastTurn], live: Live) -> str:
    """Return the question as a stranger would have to ask it."""
    focus = _Focus()
    for turn in history[-_MAX_TURNS:]:
        if not small_talk(turn.question, "vi"):
            focus = _after(turn, focus, live)
    return _resolve(text, focus, live)[0] if focus.topic.text else text


def _after(turn: PastTurn, focus: _Focus, live: Live) -> _Focus:
    """Return what is spoken of after a turn."""
    if brackets := _BRACKETS.fullmatch(turn.question):
        main, topic = brackets[1], _Asked(brackets[2])
        focus = replace(_opened(Reading(Typed(brackets[2]), live), focus), topic=topic)
        focus = replace(focus, latest=_Asked(main))
    else:
        focus = _resolve(turn.question, focus, live)[1]
    asked = focus.latest if focus.latest.text else focus.topic
    answered = replace(asked, answer=turn.answer)
    if asked is focus.latest:
        focus = replace(focus, latest=answered)
    else:
        focus = replace(focus, topic=answered)
    return replace(focus, person=_person(answered) or focus.person)


def _resolve(text: str, focus: _Focus, live: Live) -> tuple[str, _Focus]:
    """Return the standalone form of a question and what is spoken of from then on."""
    reading = Reading(Typed(text), live)
    if not focus.topic.text:
        return text, _opened(reading, focus)
    kind = hanging(reading, focus.text, focus.article_ids)
    if kind is Hanging.ALONE:
        return text, _opened(reading, _Focus())
    if kind is Hanging.NEW_TOPIC:
        return _placed(reading, focus), _opened(reading, focus)
    if kind is Hanging.SAME_RELATION and (swapped := _swapped(reading, focus, live)):
        return swapped, _opened(Reading(Typed(swapped), live), focus)
    main = _named(reading, focus)
    return _with_context(main, reading, focus, live), replace(focus, latest=_Asked(main))


def _opened(reading: Reading, focus: _Focus) -> _Focus:
    """Return the focus of a question that opens a topic; the organisation stays until another."""
    text = _cut(reading.typed, (reading.opened, len(reading.typed.words)))
    if not reading.organisation:
        return replace(focus, topic=_Asked(text), latest=_Asked())
    ids = frozenset[str]().union(*(o.article_ids for o in reading.question.organisations))
    name = reading.typed.slice(reading.organisation)
    return _Focus(_Asked(text), _Asked(), name, ids)


def _placed(reading: Reading, focus: _Focus) -> str:
    """Return a question with the organisation before it: "Ở Sông Lam, ai ký bên Nhật?"."""
    if not focus.organisation:
        return reading.typed.text
    rest = _cut(reading.typed, (reading.opened, len(reading.typed.words)))
    if not reading.typed.marked:
        return f"{_unasked(rest)} ({focus.organisation})?"
    return f"Ở {focus.organisation}, {_lowered(rest)}"


def _swapped(reading: Reading, focus: _Focus, live: Live) -> str:
    """Return the earlier question with the new thing in place of the old; "" where none fits."""
    if not reading.entity:
        return ""
    new = reading.typed.slice(reading.entity)
    earlier = Reading(Typed(focus.topic.text), live)
    old: list[Span] = []
    if reading.organisation:
        old = [earlier.organisation] if earlier.organisation else []
    elif reading.partners:
        old = earlier.partners[:1]
    elif year_spans(reading.typed):
        old = year_spans(earlier.typed)
    old = old or _same_head(reading, earlier)
    if not old:
        return ""
    words, text = earlier.typed.words, earlier.typed.text
    start, end = words[old[0][0]].start, words[old[0][1] - 1].end
    return _raised(text[:start] + (new if start else _raised(new)) + text[end:])


def _same_head(reading: Reading, earlier: Reading) -> list[Span]:
    """Return the words of the earlier question that begin as the new thing does: "dự án lao"."""
    first, end = reading.entity or (0, 0)
    head = reading.typed.words[first].key
    stops = {i for n in ("question_words", "linkers") for s in earlier.typed.spans(markers(n)) for i in range(*s)}
    if earlier.organisation:
        stops |= set(range(*earlier.organisation))
    for start, word in enumerate(earlier.typed.words):
        if word.key == head and end - first > 1:
            last = start + 1
            while last < min(len(earlier.typed.words), start + end - first) and last not in stops:
                last += 1
            if last - start > 1:
                return [(start, last)]
    return []


def _named(reading: Reading, focus: _Focus) -> str:
    """Return a question without "À, còn" and with a name for "ông ấy"."""
    typed = reading.typed
    text = _cut(typed, (reading.opened if not reading.entity else 0, len(typed.words)))
    if not (focus.person and reading.persons):
        return text
    shift = typed.text.rfind(text)
    for first, end in reversed(reading.persons):
        a, b = typed.words[first].start - shift, typed.words[end - 1].end - shift
        if a >= 0:
            text = text[:a] + focus.person + text[b:]
    return text


def _with_context(main: str, reading: Reading, focus: _Focus, live: Live) -> str:
    """Return a question with the earlier ones in brackets behind it."""
    if reading.organisation and focus.person and reading.persons:
        return _raised(main)
    parts = [_statement(focus.latest, Typed(focus.latest.text)), _statement(focus.topic, Typed(focus.topic.text))]
    if reading.contrasts and reading.partners:
        earlier = Reading(Typed(focus.topic.text), live)
        parts = [_without(earlier.typed, earlier.partners[:1])]
    if focus.organisation and not reading.organisation and focus.organisation.lower() not in " ".join(parts).lower():
        parts.append(focus.organisation)
    context = "; ".join(dict.fromkeys(filter(None, parts)))
    return _raised(f"{_unasked(main)} ({context})?") if context else main


def _statement(asked: _Asked, typed: Typed) -> str:
    """Return an earlier question as a statement: its answer, or nothing, for its question word."""
    if not asked.text or not typed.marked:
        return _unasked(asked.text)
    answer = asked.answer if _sayable(asked.answer) else ""
    spans = typed.spans(markers("question_words"))
    text = typed.text
    for n, (first, end) in reversed(list(enumerate(spans))):
        said = answer if n == 0 and asking_of(typed.slice((first, end))) in (Asking.PERSON, Asking.OTHER, Asking.LIST) else ""
        text = text[: typed.words[first].start] + said + text[typed.words[end - 1].end :]
    return _unasked(re.sub(r"\s+", " ", text))


def _sayable(answer: str) -> bool:
    """Tell whether an answer can stand in a sentence: a name or a thing, not a number or a date."""
    words = answer.split()
    return 0 < len(words) <= _MAX_ANSWER_WORDS and not words[0][0].isdigit() and "\n" not in answer


def _without(typed: Typed, spans: Sequence[Span]) -> str:
    text = typed.text
    for first, end in reversed(spans):
        text = text[: typed.words[first].start] + text[typed.words[end - 1].end :]
    return _statement(_Asked(text), Typed(text))


def _person(asked: _Asked) -> str:
    """Return the person that a turn speaks of: its answer, or a name with its title."""
    answer = Typed(asked.answer)
    if 0 < len(answer.words) <= _MAX_ANSWER_WORDS and not re.search(r"\d", asked.answer):
        titled = bool(person_spans(answer))
        capital = asked.answer[0].isupper() and not answer.length_at(0, markers("kinds"))
        if titled or capital and asking_of(asked.text) is Asking.PERSON:
            return asked.answer.strip(" .,;")
    question = Typed(asked.text)
    return next((question.slice(span) for span in person_spans(question)), "")


def _cut(typed: Typed, span: Span) -> str:
    """Return some words with what stands behind the last of them."""
    if not typed.words or span[0] >= len(typed.words):
        return typed.text
    return typed.text[typed.words[span[0]].start :].strip()


def _unasked(text: str) -> str:
    """Return a text without the marks and particles at its end."""
    typed = Typed(text.rstrip(" ?.!,;:"))
    return " ".join(typed.text.split()[:_MAX_CONTEXT_WORDS]).strip(" ,;:")


def _raised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lowered(text: str) -> str:
    """Return a text that goes on in a sentence; names keep their capital."""
    words = text.split()
    name = len(words) > 1 and words[1][:1].isupper() or not is_syllable(words[0]) or words[0].isupper()
    return text if name else text[:1].lower() + text[1:]
