"""Open-domain evaluation of a SQuAD-format file: every paragraph is an article, all are searched.

Each question is asked as typed and in every way of `eval/noise.py`, in English where a file with
the same ids is given, of ours and of the plain recipes over the same passages. Refusal is judged
by the "gold paragraph removed" protocol: each question once with its paragraph and once without,
the confidence fitted on the questions about other titles (cross-fitted by article).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import CoopQaError
from eval.answer_measures import exact_match, normalise, token_f1
from eval.bootstrap import Estimate, mean_estimate
from eval.fit import fit_confidence
from eval.noise import vary
from eval.question import Question
from eval.readings import LabelledQuestion, label, read_one, without_gold
from eval.recipes import RECIPES, search_plainly
from eval.refusal_measures import RefusalCase, compare_auroc, measure_refusal
from eval.squad_file import SquadFile
from index.build import build_snapshot
from index.manifest import corpus_fingerprint
from index.pointer import SnapshotPointer
from index.snapshot import open_snapshot
from qa.assemble import Parts
from qa.live import Live, opened
from qa.pipeline import Judged
from qa.question import checked, read_question

TYPED, ENGLISH = "typed", "english"
NOISE = ("nfd", "no_tones", "no_marks", "telex", "vni", "missing_spaces", "chat")
READ_VARIANTS = (TYPED, "no_marks", ENGLISH)
_DEPTH = 20
_TOP_K = 5


@dataclass(frozen=True, slots=True)
class SquadCell:
    """One number: of a table, of a variant of the questions, by a method, with its interval."""

    table: str
    variant: str
    method: str
    measure: str
    estimate: Estimate


Progress = Callable[[str, int, int], None]
"""Called with the variant, how many questions are done and how many there are."""


def squad_live(file: SquadFile, folder: Path, parts: Parts) -> Live:
    """Return the file's paragraphs as a snapshot, built in this folder unless it is there."""
    pointer = SnapshotPointer(folder)
    wanted = corpus_fingerprint(file.articles)
    try:
        live = opened(open_snapshot(pointer.path(pointer.current()), parts.embedder))
        if live.snapshot.manifest.corpus_fingerprint == wanted:
            return live
    except CoopQaError:
        # None there yet, or of another model or format: it is built anew.
        pass
    built = build_snapshot(file.articles, folder, parts.embedder, parts.cache)
    pointer.point(built)
    return opened(open_snapshot(pointer.path(built), parts.embedder))


def variants(
    questions: Sequence[Question], english: Mapping[str, str], seed: int
) -> dict[str, list[Question]]:
    """Return the questions in every way of typing; English ones where there is a text by id."""
    made = {TYPED: list(questions)}
    for rule in NOISE:
        made[rule] = [replace(q, question=vary(q.question, rule, seed)) for q in questions]
    if english:
        made[ENGLISH] = [
            replace(q, question=english[q.id], lang="en") for q in questions if q.id in english
        ]
    return made


def run_squad(
    file: SquadFile,
    live: Live,
    parts: Parts,
    english: Mapping[str, str] | None = None,
    seed: int = 1,
    progress: Progress = lambda _variant, _done, _all: None,
) -> list[SquadCell]:
    """Return every table of the evaluation."""
    cells: list[SquadCell] = []
    titles = {a.id: a.title for a in file.articles}
    answerable = [q for q in file.questions if q.answerable]
    for variant, questions in variants(answerable, english or {}, seed).items():
        found: dict[str, list[int]] = {}
        for number, question in enumerate(questions, start=1):
            for method, rank in _ranks(question, live, parts).items():
                found.setdefault(method, []).append(rank)
            progress(f"{variant}: search", number, len(questions))
        facts = [titles[q.gold[0].article_id] for q in questions]
        cells += _retrieval(variant, found, facts)
        if variant in READ_VARIANTS:
            cells += _reading(variant, questions, facts, live, parts, progress)
    return cells


def _ranks(question: Question, live: Live, parts: Parts) -> dict[str, int]:
    """Return the rank, from 1, of the paragraph with the answer; 0 where it was not found."""
    text = checked(question.question)
    asked = read_question(text, live.snapshot, live.directory)
    hits = parts.retriever.search(live.snapshot, asked.search, _DEPTH)
    plain = search_plainly(text, live, parts.embedder)
    ranked: dict[str, Sequence[str]] = {r: plain.articles(r) for r in RECIPES}
    ranked["ours"] = tuple(dict.fromkeys(h.article.id for h in hits))
    gold = question.gold[0].article_id
    return {m: articles.index(gold) + 1 if gold in articles else 0 for m, articles in ranked.items()}


def _retrieval(
    variant: str, found: Mapping[str, Sequence[int]], facts: Sequence[str]
) -> Iterable[SquadCell]:
    for method, ranks in found.items():
        for k in (1, 5):
            hits = [float(0 < rank <= k) for rank in ranks]
            yield SquadCell("retrieval", variant, method, f"R@{k}", mean_estimate(hits, facts))


def _reading(
    variant: str,
    questions: Sequence[Question],
    facts: Sequence[str],
    live: Live,
    parts: Parts,
    progress: Progress,
) -> list[SquadCell]:
    """Read every question with its paragraph among all, alone, and taken away."""
    judge = parts.pipeline(lambda: live).judge
    labelled: list[LabelledQuestion] = []
    shipped: list[RefusalCase] = []
    plain: dict[str, list[RefusalCase]] = {"idf overlap": [], "cosine": []}
    measured: dict[tuple[str, str], list[float]] = {}
    for number, (question, fact) in enumerate(zip(questions, facts, strict=True), start=1):
        gold = question.gold[0].article_id
        asked, readings = read_one(
            live, question, parts.retriever, parts.reader, _TOP_K, frozenset({gold})
        )
        _add(measured, "gold paragraph", question, judge(asked, readings, live))
        for removed in (False, True):
            allowed = without_gold(question, live) if removed else None
            asked, readings = read_one(
                live, question, parts.retriever, parts.reader, _TOP_K, allowed
            )
            judged = judge(asked, readings, live)
            chance = judged[0].confidence if judged else 0.0
            if not removed:
                _add(measured, "open domain", question, judged)
            labels = label(question, asked, readings, live)
            labelled.append(
                LabelledQuestion(question.id, fact, fact, not removed, removed, "", labels)
            )
            refused = chance < parts.confidence.answer_threshold
            shipped.append(RefusalCase(chance, not removed, None, refused, fact))
            signs = search_plainly(checked(question.question), live, parts.embedder, allowed)
            for name, sign in (("idf overlap", signs.overlap), ("cosine", signs.cosine)):
                plain[name].append(RefusalCase(sign, not removed, None, False, fact))
        progress(f"{variant}: read", number, len(questions))
    cells = [
        SquadCell(table, variant, "ours", measure, mean_estimate(values, facts))
        for (table, measure), values in measured.items()
    ]
    return [*cells, *_refusal(variant, labelled, shipped, plain)]


def _add(
    measured: dict[tuple[str, str], list[float]],
    table: str,
    question: Question,
    judged: Sequence[Judged],
) -> None:
    """Add what the surest reading is worth."""
    values = {"span EM": 0.0, "span F1": 0.0, "sentence holds answer": 0.0, "sentence chars": 0.0}
    if judged:
        reading = judged[0].reading
        text = reading.passage.article.text
        span, sentence = text[slice(*reading.span)], text[slice(*reading.sentence)]
        accepted = [a.text for a in question.gold[0].alternatives]
        values = {
            "span EM": exact_match(span, accepted),
            "span F1": token_f1(span, accepted),
            "sentence holds answer": float(any(normalise(a) in normalise(sentence) for a in accepted)),
            "sentence chars": float(len(sentence)),
        }
    for measure, value in values.items():
        measured.setdefault((table, measure), []).append(value)


def _refusal(
    variant: str,
    labelled: Sequence[LabelledQuestion],
    shipped: Sequence[RefusalCase],
    plain: Mapping[str, Sequence[RefusalCase]],
) -> Iterable[SquadCell]:
    """Compare the fitted confidence, as shipped and cross-fitted, with the plain signs."""
    fitted = fit_confidence(labelled, "").cases
    methods = {"ours, cross-fitted": fitted, "ours, as shipped": shipped, **plain}
    for method, cases in methods.items():
        for measure, estimate in measure_refusal(cases).items():
            at_threshold = measure in {"refusal_precision", "refusal_recall", "false_refusals"}
            if at_threshold and method not in {"ours, as shipped", "ours, cross-fitted"}:
                continue
            yield SquadCell("refusal", variant, method, measure, estimate)
    difference = compare_auroc(plain["idf overlap"], fitted)
    yield SquadCell("refusal", variant, "ours, cross-fitted", "auroc over idf overlap", difference)
