"""How well follow-ups are understood: where the gold passage is found for each way of asking."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.article import Passage
from eval.question import Conversation, GoldItem, Question
from index.retriever import Retriever
from index.terms import folded, syllables
from qa.conversation import PastTurn, standalone_question
from qa.live import Live
from qa.question import checked, read_question

_DEPTH, _READ = 20, 5
_FOLLOW_UP, _TOPIC_CHANGE = "follow_up", "topic_change"


class Asked(StrEnum):
    """The ways of asking that are compared."""

    OURS = "ours"
    HISTORY_OFF = "history off"
    BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question after others; `by_hand` is its standalone form, "" where nobody wrote one."""

    id: str
    kind: str
    typed: str
    history: tuple[PastTurn, ...]
    by_hand: str
    gold: tuple[GoldItem, ...]


@dataclass(frozen=True, slots=True)
class FollowUpResult:
    """Ranks of the gold passage from 1 (0: not among the first 20), and words that leaked in.

    `ranks` has no entry for a way of asking that there is no question for, and none at all where
    the articles do not answer.
    """

    follow_up: FollowUp
    standalone: str
    ranks: Mapping[Asked, int]
    leaked: tuple[str, ...]

    @property
    def polluted(self) -> bool:
        """Whether the old topic hurt a new one: its words leaked in, or the passage was lost.

        A word has leaked that was added, says something (a partner, a country, a verb of its own),
        and stands neither in what was typed nor in the form written by hand. The name of the
        organisation that the gold passage belongs to has not: it is still spoken of; the name of
        any other has. A passage is lost that is among the first five for the question as typed,
        and not for ours; within the first five, order is not counted.
        """
        off, ours = (self.ranks.get(way, 0) for way in (Asked.HISTORY_OFF, Asked.OURS))
        return bool(self.leaked) or (1 <= off <= _READ and not 1 <= ours <= _READ)


@dataclass(frozen=True, slots=True)
class KindSummary:
    """Shares for one kind of turn; `at` maps (way of asking, k) to the share with rank <= k.

    `turns` counts the turns with gold, `changed` and `polluted` are shares of `all_turns`.
    """

    kind: str
    turns: int
    all_turns: int
    at: Mapping[tuple[Asked, int], float]
    changed: float
    polluted: float


def follow_ups(
    conversations: Iterable[Conversation], questions: Iterable[Question] = ()
) -> list[FollowUp]:
    """Return every turn but the first, and the single questions with a history.

    The answers shown before are the gold ones.
    """
    found: list[FollowUp] = []
    for conversation in conversations:
        turns = conversation.turns
        past = [PastTurn(t.question, t.gold[0].text if t.gold else "") for t in turns]
        found += [
            FollowUp(
                f"{conversation.id}:{n}", t.kind, t.question, tuple(past[:n]), t.standalone, t.gold
            )
            for n, t in enumerate(turns)
            if n
        ]
    for q in questions:
        if q.history:
            past = [PastTurn(h.question, h.answer) for h in q.history]
            found.append(FollowUp(q.id, _FOLLOW_UP, q.question, tuple(past), "", q.gold))
    return found


def run_follow_ups(
    asked: Iterable[FollowUp], live: Live, retriever: Retriever
) -> list[FollowUpResult]:
    """Ask every follow-up in each of the ways."""
    return [_run(follow_up, live, retriever) for follow_up in asked]


def summarise(results: Sequence[FollowUpResult]) -> list[KindSummary]:
    """Return shares for each kind of turn, for all that depend on what came before, and for all."""
    kinds = sorted({r.follow_up.kind for r in results})
    groups = {kind: [r for r in results if r.follow_up.kind == kind] for kind in kinds}
    groups["dependent"] = [r for r in results if r.follow_up.kind != _TOPIC_CHANGE]
    groups["all"] = list(results)
    return [_summary(kind, group) for kind, group in groups.items() if group]


def table(summaries: Iterable[KindSummary]) -> str:
    """Return the shares as a Markdown table, in per cent."""
    heads = [f"{asked} @{k}" for asked in Asked for k in (1, _READ)]
    lines = [
        "| " + " | ".join(["turns", "n", *heads, "changed", "polluted"]) + " |",
        "|---" * (len(heads) + 4) + "|",
    ]
    for s in summaries:
        shares = [s.at.get((asked, k)) for asked in Asked for k in (1, _READ)]
        cells = ["" if x is None else f"{x:.1%}" for x in (*shares, s.changed)]
        polluted = f"{s.polluted:.1%}" if s.kind == _TOPIC_CHANGE else ""
        lines.append("| " + " | ".join([s.kind, str(s.turns), *cells, polluted]) + " |")
    return "\n".join(lines)


def _run(follow_up: FollowUp, live: Live, retriever: Retriever) -> FollowUpResult:
    typed = checked(follow_up.typed)
    standalone = standalone_question(typed, follow_up.history, live)
    asked = {Asked.OURS: standalone, Asked.HISTORY_OFF: typed, Asked.BY_HAND: follow_up.by_hand}
    ranks = {
        way: _rank(text, follow_up.gold, live, retriever)
        for way, text in asked.items()
        if text and follow_up.gold
    }
    return FollowUpResult(follow_up, standalone, ranks, leaked(follow_up, standalone, live))


def _rank(text: str, gold: Sequence[GoldItem], live: Live, retriever: Retriever) -> int:
    query = read_question(text, live.snapshot, live.directory).search
    for rank, found in enumerate(retriever.search(live.snapshot, query, _DEPTH), start=1):
        if any(_holds(found.passage, item) for item in gold):
            return rank
    return 0


def _holds(passage: Passage, item: GoldItem) -> bool:
    start, end = item.evidence
    return passage.article_id == item.article_id and passage.start < end and start < passage.end


def leaked(follow_up: FollowUp, standalone: str, live: Live) -> tuple[str, ...]:
    """Return the added words that the hand-written form does without, the organisation's aside."""
    if not follow_up.by_hand:
        return ()
    articles = live.snapshot.table.articles
    names = [
        articles[g.article_id].organisation for g in follow_up.gold if g.article_id in articles
    ]
    expected = {w for text in (follow_up.typed, follow_up.by_hand, *names) for w in _words(text)}
    question = read_question(standalone, live.snapshot, live.directory)
    concepts = live.overlap.concepts(question)
    forms = {word for c in concepts for form in c.forms for word in form.split("_")}
    return tuple(w for w in _words(standalone) if w in forms and w not in expected)


def _words(text: str) -> list[str]:
    return [folded(word) for word in syllables(text)]


def _summary(kind: str, results: Sequence[FollowUpResult]) -> KindSummary:
    with_gold = [r for r in results if r.ranks]
    at: dict[tuple[Asked, int], float] = {}
    for way in Asked:
        ranks = [r.ranks[way] for r in with_gold if way in r.ranks]
        if ranks:
            at |= {(way, k): sum(1 <= r <= k for r in ranks) / len(ranks) for k in (1, _READ)}
    changed = sum(r.standalone != r.follow_up.typed for r in results) / len(results)
    polluted = sum(r.polluted for r in results) / len(results)
    return KindSummary(kind, len(with_gold), len(results), at, changed, polluted)
