"""Follow-ups become questions that stand alone, by rules and in the open.

A new topic keeps nothing but the organisation that is spoken of, and that only if any passage
speaks of it. "Còn Hàn Quốc?" puts the new name into the earlier question. Everything else keeps its
own words, with names for "ông ấy", and the earlier question stands behind it in brackets.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.asking import Asking, asking_of
from qa.context import MAX_WORDS, Asked, lowered, unasked
from qa.follow_up import Hanging, by_search, hanging
from qa.live import Live
from qa.question import MAX_QUESTION_CHARS
from qa.signs import Signs
from qa.small_talk import small_talk
from qa.swap import swapped
from qa.typed import Typed

HISTORY_TURNS = 10
"""How many earlier turns count."""
_MAX_CHARS = 300
_AND_THAT = " thì sao"
_BRACKETS = re.compile(r"(.+?) \((.+)\)\??")


@dataclass(frozen=True, slots=True)
class PastTurn:
    """What was asked before, and the answer that was shown ("" when there was none)."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class _Focus:
    """What is spoken of: the question that opened the topic, the latest one, and who."""

    topic: Asked = Asked()
    latest: Asked = Asked()
    organisation: str = ""
    article_ids: frozenset[str] | None = None
    person: str = ""

    @property
    def text(self) -> str:
        parts = (self.topic.text, self.topic.answer, self.latest.text, self.latest.answer)
        return " ".join(part for part in parts if len(part.split()) <= MAX_WORDS)

    def answered(self, answer: str) -> "_Focus":
        if self.latest.text:
            latest = replace(self.latest, answer=answer)
            return replace(self, latest=latest, person=latest.person() or self.person)
        topic = replace(self.topic, answer=answer)
        return replace(self, topic=topic, person=topic.person() or self.person)


def standalone_question(text: str, history: Sequence[PastTurn], live: Live) -> str:
    """Return the question as a stranger would have to ask it.

    Of the history, oldest first, the last ten turns count, each with its question as typed or in
    its standalone form.
    """
    asked = Signs(Typed(text), live)
    turns = [turn for turn in history[-HISTORY_TURNS:] if not small_talk(turn.question, "vi")]
    signs = [Signs(Typed(turn.question[:_MAX_CHARS]), live) for turn in turns]
    if not turns or not asked.typed.words or asked.long:
        return text
    start = next((n for n in reversed(range(len(turns))) if signs[n].stands), 0)
    focus = _Focus()
    for turn, earlier in zip(turns[start:], signs[start:], strict=True):
        focus = _after(earlier, focus).answered(turn.answer[:_MAX_CHARS])
    standalone = _resolved(asked, focus)[0] if focus.topic.text else text
    return standalone if len(standalone) <= MAX_QUESTION_CHARS else text


def _after(signs: Signs, focus: _Focus) -> _Focus:
    """Return what is spoken of after a question, which may be a standalone form of ours."""
    brackets = _BRACKETS.fullmatch(signs.typed.text)
    if not brackets:
        return _resolved(signs, focus)[1]
    context = Signs(Typed(brackets[2]), signs.live)
    return replace(_opened(context, focus), latest=Asked(brackets[1]))


def _resolved(signs: Signs, focus: _Focus) -> tuple[str, _Focus]:
    """Return the standalone form of a question, and what is spoken of from then on."""
    text = signs.typed.text
    if not focus.topic.text:
        return text, _opened(signs, focus)
    kind = hanging(signs, focus.text, focus.article_ids)
    if kind is Hanging.SAME_RELATION:
        if exchanged := _exchanged(signs, focus):
            return exchanged
        if signs.asking:
            kind = by_search(signs, focus.text, focus.article_ids)
    if kind in (Hanging.ALONE, Hanging.ELSEWHERE):
        return text, _opened(signs, _Focus() if kind is Hanging.ALONE else focus)
    if kind is Hanging.NEW_TOPIC:
        return _placed(signs, focus), _opened(signs, focus)
    main = _named(signs, focus)
    return _with_context(main, signs, focus), replace(focus, latest=Asked(main))


def _exchanged(signs: Signs, focus: _Focus) -> tuple[str, _Focus] | None:
    """Return an earlier question asked of the new thing; None where it has no place there.

    "Lào thì mấy ca?" asks something else than the earlier question, which then stands in brackets.
    """
    live = signs.live
    if latest := swapped(signs, Signs(Typed(focus.latest.text), live)):
        return _with_context(latest, signs, focus), replace(focus, latest=Asked(latest))
    earlier = Signs(Typed(focus.topic.text), live)
    topic = swapped(signs, earlier)
    if not topic or (earlier.typed.marked and not earlier.asking):
        return None
    turned = _opened(Signs(Typed(topic), live), focus)
    own = asking_of(signs.typed.text) if signs.asking else Asking.OTHER
    if own in (Asking.OTHER, asking_of(topic)):
        return topic, turned
    main = _without_opening(signs)
    return _with_context(main, signs, turned), replace(turned, latest=Asked(main))


def _opened(signs: Signs, focus: _Focus) -> _Focus:
    """Return the focus of a question that opens a topic; the organisation stays until another."""
    topic = Asked(_without_opening(signs))
    if not signs.organisation:
        return replace(focus, topic=topic, latest=Asked())
    ids = frozenset[str]().union(*(o.article_ids for o in signs.question.organisations))
    name = signs.typed.slice(signs.organisation)
    return replace(focus, topic=topic, latest=Asked(), organisation=name, article_ids=ids)


def _placed(signs: Signs, focus: _Focus) -> str:
    """Return a question with the organisation before it: "Ở Sông Lam, ai ký bên Nhật?"."""
    if not focus.organisation or signs.question.organisations:
        return signs.typed.text
    rest = _without_opening(signs)
    if signs.typed.marked:
        return f"Ở {lowered(focus.organisation)}, {lowered(rest)}"
    return f"{unasked(rest)} ({focus.organisation})?"


def _named(signs: Signs, focus: _Focus) -> str:
    """Return a question without "À, còn" and with a name for "ông ấy"."""
    typed = signs.typed
    text = typed.text
    for first, end in reversed(signs.persons if focus.person else []):
        text = text[: typed.words[first].start] + focus.person + text[typed.words[end - 1].end :]
    if signs.entity and signs.contrasts and typed.marked:
        return typed.slice(signs.entity) + _AND_THAT
    return text[typed.words[signs.opened].start :] if signs.opened < len(typed.words) else text


def _with_context(main: str, signs: Signs, focus: _Focus) -> str:
    """Return a question with the earlier ones in brackets behind it."""
    named = bool(signs.persons and focus.person)
    if named and signs.organisation:
        return _raised(main)
    parts = [focus.latest.statement(), focus.topic.statement()]
    if named:
        parts = [parts[1].removeprefix(focus.person).strip()]
    elif main.endswith(_AND_THAT):
        parts = [unasked(focus.latest.text) or unasked(focus.topic.text), parts[1]]
    elif signs.entity:
        parts = parts[1:] if focus.latest.text and signs.contrasts else parts
    elif signs.contrasts and signs.partners:
        parts = [_without_partner(Signs(Typed(focus.topic.text), signs.live))]
    if not signs.organisation:
        parts.append(focus.organisation)
    context = "; ".join(lowered(part) for part in _unlike(parts))
    return _raised(f"{unasked(main)} ({context})?") if context else _raised(main)


def _without_partner(earlier: Signs) -> str:
    text = earlier.typed.text
    for first, end in earlier.partners[:1]:
        words = earlier.typed.words
        text = text[: words[first].start] + text[words[end - 1].end :]
    return Asked(text.strip()).statement()


def _unlike(parts: Sequence[str]) -> list[str]:
    """Return the parts that no other part contains."""
    kept: list[str] = []
    for part in sorted(filter(None, parts), key=len, reverse=True):
        if not any(part.lower() in other.lower() for other in kept):
            kept.append(part)
    return sorted(kept, key=list(parts).index)


def _without_opening(signs: Signs) -> str:
    words = signs.typed.words
    return signs.typed.text[words[signs.opened].start :] if signs.opened < len(words) else ""


def _raised(text: str) -> str:
    return text[:1].upper() + text[1:]
