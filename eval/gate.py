"""May a new snapshot be shown? Rules from `gate_rules.toml`, and a named reason for each no."""

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import InvalidSetting
from eval.compare import Comparison
from eval.golds import Golds
from eval.json_decode import decode
from eval.reason import Reason, reason
from eval.run_folder import ArticleSize
from eval.score import Asked, Scores

RULES = Path(__file__).with_name("gate_rules.toml")
_NAMED = 5


@dataclass(frozen=True, slots=True)
class DropRules:
    """How far a measure may fall against the live snapshot."""

    significant: float
    absolute: float
    least_questions: int
    measures: tuple[str, ...]
    not_after_removal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CorpusRules:
    """What may happen to articles and their golds in one publication."""

    stale_places: int
    kept_share: float
    newly_answered_share: float


@dataclass(frozen=True, slots=True)
class GateRules:
    """All rules; floors by measure."""

    floors: Mapping[str, float]
    known_item_floors: Mapping[str, float]
    drops: DropRules
    corpus: CorpusRules


def read_rules(path: Path = RULES) -> GateRules:
    """Read the rules; InvalidSetting when the file is not what it should be."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
        return GateRules(
            floors=_floors(tables["floors"]),
            known_item_floors=_floors(tables["known_item_floors"]),
            drops=decode(DropRules, tables["drops"]),
            corpus=decode(CorpusRules, tables["corpus"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidSetting(f"{path} holds no sound gate rules ({error}).") from error


def corpus_reasons(
    golds: Golds,
    before: Sequence[ArticleSize],
    after: Sequence[ArticleSize],
    removed: Collection[str],
    rules: CorpusRules,
) -> list[Reason]:
    """Return what in the articles themselves looks like a mistake.

    A removal that was asked for is none, however many golds it retires.
    """
    now = {a.id: a.length_chars for a in after}
    reasons = [
        reason("article_missing", article=a.id)
        for a in before
        if a.id not in now and a.id not in removed
    ]
    reasons += (
        reason("article_shrunk", article=a.id, before=a.length_chars, after=now[a.id])
        for a in before
        if a.id in now and now[a.id] < rules.kept_share * a.length_chars
    )
    if golds.lost:
        reasons.append(reason("golds_lost", n=len(golds.lost), ids=_some(q.id for q in golds.lost)))
    if golds.stale_places > rules.stale_places:
        ids = _some(s.question.id for s in golds.stale)
        articles = _some(dict.fromkeys(s.article_id for s in golds.stale))
        reasons.append(reason("golds_stale", n=golds.stale_places, ids=ids, articles=articles))
    return reasons


def newly_answered_reasons(
    newly: Sequence[Asked], others: Sequence[Asked], rules: CorpusRules
) -> list[Reason]:
    """Return whether new text answers too many of the questions without an answer.

    `others` are all other questions that were asked.
    """
    unanswerable = len(newly) + sum(not a.question.answerable for a in others)
    if len(newly) <= rules.newly_answered_share * unanswerable:
        return []
    ids = _some(a.question.id for a in newly)
    return [reason("newly_answered", n=len(newly), all=unanswerable, ids=ids)]


def measured_reasons(
    scores: Scores,
    comparison: Comparison | None,
    rules: GateRules,
    *,
    known_items: bool = False,
    after_removal: bool = False,
) -> list[Reason]:
    """Return the measures that are too low, or fell against another run if there is one."""
    floors = rules.known_item_floors if known_items else rules.floors
    drops = rules.drops
    if after_removal:
        kept = tuple(m for m in drops.measures if m not in drops.not_after_removal)
        drops = replace(drops, measures=kept)
    dropped = drop_reasons(comparison, drops) if comparison else []
    return [*floor_reasons(scores, floors), *dropped]


def floor_reasons(scores: Scores, floors: Mapping[str, float]) -> list[Reason]:
    """Return the measures that are too low, whatever was published before."""
    found = ((m, floor, scores.get(m)) for m, floor in floors.items())
    return [
        reason("floor", measure=m, value=e.value, floor=floor)
        for m, floor, e in found
        if e is not None and e.value < floor
    ]


def drop_reasons(comparison: Comparison, rules: DropRules) -> list[Reason]:
    """Return the measures that fell against the other run, more than chance or at all too far."""
    return list(_drops(comparison, rules))


def _drops(comparison: Comparison, rules: DropRules) -> Iterator[Reason]:
    for measure in rules.measures:
        found = comparison.get(measure)
        if found is None:
            continue
        change = found.change
        surely = change.high < 0 and change.value <= -rules.significant
        far = change.value <= -rules.absolute and change.n >= rules.least_questions
        if surely or far:
            yield reason("drop", measure=measure, before=found.before, after=found.after,
                         low=change.low, high=change.high, n=change.n)  # fmt: skip


def _floors(table: Mapping[str, object]) -> dict[str, float]:
    return {measure: float(str(value)) for measure, value in table.items()}


def _some(names: Collection[str] | Iterator[str]) -> str:
    listed = list(names)
    more = f" … (+{len(listed) - _NAMED})" if len(listed) > _NAMED else ""
    return ", ".join(listed[:_NAMED]) + more
