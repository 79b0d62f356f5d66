"""The checks behind `coopqa eval check`: is a question set sound, fair and balanced?"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus.article import Article
from corpus.vietnamese import fold
from eval.article_cards import read_article_cards
from eval.check_report import CheckReport
from eval.leaks import deciles, gold_overlap, vietnamese_overlaps
from eval.question import Conversation, GoldItem, Question
from eval.question_set import SetReading, read_set
from eval.squad_file import read_squad


def check_set(path: Path, articles: Iterable[Article], squad: Path | None = None) -> CheckReport:
    """Check a file of questions or conversations against the articles that it is about.

    With a SQuAD file, the median overlap of question and evidence must not be above that file's.
    Where an `articles.jsonl` lies beside the file, golds must keep to the entry's own split.
    """
    by_id = {article.id: article for article in articles}
    reading = read_set(path)
    golds = tuple(_golds(reading))
    faults = [*reading.faults, *_duplicates(reading)]
    for name, question, gold, needed in golds:
        place = f"{reading.places[name]}: {name}"
        found = [f for item in gold for f in _gold_faults(item, by_id)]
        if not found:
            found = _needed_faults(gold, needed, by_id)
        faults += (f"{place}: {question!r:.60}: {fault}" for fault in found)
    faults += _near_faults(reading, by_id)
    faults += _split_faults(reading, path.with_name("articles.jsonl"))
    sound = [(n, q, g) for n, q, g, _ in golds if not any(_faulty(item, by_id) for item in g)]
    overlaps = _overlaps(reading, sound, by_id)
    baseline: tuple[float, ...] = ()
    if squad:
        file = read_squad(squad)
        baseline = vietnamese_overlaps(file.questions, {a.id: a for a in file.articles})
    if overlaps and baseline and deciles(overlaps)[5] > deciles(baseline)[5]:
        faults.append("the median overlap is above that of the SQuAD file; ask in other words")
    near, far = _elsewhere(sound, by_id)
    return CheckReport(path, tuple(faults), _counts(reading), overlaps, baseline, near, far)


def _golds(reading: SetReading) -> Iterator[tuple[str, str, tuple[GoldItem, ...], tuple[str, ...]]]:
    for q in reading.questions:
        yield q.id, q.question, q.gold, q.must_include
    for c in reading.conversations:
        for turn in c.turns:
            yield c.id, turn.question, turn.gold, turn.must_include


def _gold_faults(item: GoldItem, articles: dict[str, Article]) -> Iterator[str]:
    article = articles.get(item.article_id)
    if article is None:
        yield f"there is no article {item.article_id!r}"
        return
    if item.article_version != article.version:
        yield (
            f"the gold was made for {item.article_version} of {article.id}, "
            f"which is now {article.version}"
        )
        return
    start, end = item.evidence
    if end > len(article.text):
        yield f"the evidence {start}-{end} is beyond the text of {len(article.text)} characters"
    for a in item.alternatives:
        if (found := article.text[a.start : a.end]) != a.text:
            yield f"{a.start}-{a.end} holds {found!r:.60}, not {a.text!r:.60}"
    first = item.alternatives[0]
    if not start <= first.start < first.end <= end:
        yield f"the preferred answer {first.text!r:.60} lies outside its evidence"


def _faulty(item: GoldItem, articles: dict[str, Article]) -> bool:
    return next(_gold_faults(item, articles), None) is not None


def _needed_faults(
    gold: tuple[GoldItem, ...], needed: tuple[str, ...], articles: dict[str, Article]
) -> list[str]:
    spans = [(i.article_id, *i.evidence) for i in gold]
    shown = " ".join(articles[a].text[s:e] for a, s, e in spans).lower()
    return [
        f"{n!r} must be included but no evidence holds it" for n in needed if n.lower() not in shown
    ]


def _near_faults(reading: SetReading, articles: dict[str, Article]) -> Iterator[str]:
    for q in reading.questions:
        if q.near and q.near.article_id and q.near.article_id not in articles:
            yield f"{reading.places[q.id]}: {q.id}: there is no article {q.near.article_id!r}"


def _duplicates(reading: SetReading) -> Iterator[str]:
    first: dict[str, str] = {}
    for entry in reading.entries:
        key = _wording(entry)
        if key in first:
            yield f"{reading.places[entry.id]}: {entry.id} repeats {first[key]} but for its marks"
        first.setdefault(key, entry.id)


def _wording(entry: Question | Conversation) -> str:
    if isinstance(entry, Conversation):
        texts = [turn.question for turn in entry.turns]
    else:
        texts = [*(f"{t.question} {t.answer}" for t in entry.history), entry.question]
    return "\n".join(" ".join(re.findall(r"\w+", fold(text))) for text in texts)


def _split_faults(reading: SetReading, cards_path: Path) -> Iterator[str]:
    if not cards_path.is_file():
        return
    splits = {card.id: card.split for card in read_article_cards(cards_path)}
    own = {e.id: e.split for e in reading.entries}
    for name, _, gold, _ in _golds(reading):
        for article in sorted({item.article_id for item in gold}):
            if splits.get(article) != own[name]:
                yield (
                    f"{reading.places[name]}: {name} is of the split {own[name]!r}, "
                    f"its article {article} of {splits.get(article)!r}"
                )


def _overlaps(
    reading: SetReading,
    sound: list[tuple[str, str, tuple[GoldItem, ...]]],
    articles: dict[str, Article],
) -> tuple[float, ...]:
    foreign = {q.id for q in reading.questions if q.lang != "vi"}
    return tuple(
        sorted(gold_overlap(q, g, articles) for name, q, g in sound if g and name not in foreign)
    )


def _elsewhere(
    sound: list[tuple[str, str, tuple[GoldItem, ...]]], articles: dict[str, Article]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    near: dict[str, None] = {}
    far: dict[str, None] = {}
    for name, _, gold in sound:
        for item in gold:
            start, end = item.evidence
            own = articles[item.article_id].text
            others = (a.text for a in articles.values() if a.id != item.article_id)
            if _stands_in(own[:start], item.text) or _stands_in(own[end:], item.text):
                near[name] = None
            if any(_stands_in(text, item.text) for text in others):
                far[name] = None
    return tuple(near), tuple(far)


def _stands_in(text: str, answer: str) -> bool:
    # The plain search first: it is a hundred times faster and mostly says no.
    return answer in text and bool(re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", text))


def _counts(reading: SetReading) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for q in reading.questions:
        counts.update(["questions", "answerable" if q.answerable else "unanswerable"])
        counts.update([f"language {q.lang}", f"category {q.category}", f"split {q.split or '-'}"])
        counts.update(f"trait {trait}" for trait in q.traits)
        if q.near:
            counts[f"near {q.near.kind}"] += 1
    for c in reading.conversations:
        counts.update(["conversations", f"split {c.split}"])
        counts.update(f"turn {turn.kind}" for turn in c.turns)
        counts["turns without answer"] += sum(not turn.gold for turn in c.turns)
    facts = len({q.fact for q in reading.questions if q.answerable})
    return (*sorted(counts.items()), ("facts", facts))
