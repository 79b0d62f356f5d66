"""Open-domain evaluation of a SQuAD-format file: every paragraph is an article, all are searched.

Each question is asked as typed and in every way of `eval/noise.py`, in English where a file with
the same ids is given, of ours and of the plain recipes over the same passages. Refusal is judged
by the "gold paragraph removed" protocol: each question once with its paragraph and once without,
the confidence fitted on the questions about other titles (cross-fitted by article).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from eval.bootstrap import mean_estimate
from eval.noise import vary
from eval.question import Question
from eval.recipes import RECIPES, search_plainly
from eval.squad_cell import SquadCell
from eval.squad_file import SquadFile
from eval.squad_reading import Progress, read_cells
from qa.assemble import Parts
from qa.live import Live
from qa.question import checked, read_question

TYPED, ENGLISH = "typed", "english"
NOISE = ("nfd", "no_tones", "no_marks", "telex", "vni", "missing_spaces", "chat")
READ_VARIANTS = (TYPED, "no_marks", ENGLISH)
_DEPTH = 20


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
            cells += read_cells(variant, questions, facts, live, parts, progress)
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
    return {
        m: articles.index(gold) + 1 if gold in articles else 0 for m, articles in ranked.items()
    }


def _retrieval(
    variant: str, found: Mapping[str, Sequence[int]], facts: Sequence[str]
) -> Iterable[SquadCell]:
    for method, ranks in found.items():
        for k in (1, 5):
            hits = [float(0 < rank <= k) for rank in ranks]
            yield SquadCell("retrieval", variant, method, f"R@{k}", mean_estimate(hits, facts))
