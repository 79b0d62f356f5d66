"""Open-domain evaluation of a SQuAD-format file: every paragraph is an article, all are searched.

Each question is asked as typed and in every way of `eval/noise.py`, in English where a file with
the same ids is given, of ours and of the plain recipes over the same passages. Refusal is judged
by the "gold paragraph removed" protocol: each question once with its paragraph and once without,
the confidence fitted on the questions about other titles (cross-fitted by article). Intervals are
clustered by title: the paragraphs of one title are alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.progress import Progress
from eval.bootstrap import mean_estimate, paired_difference
from eval.noise import varied
from eval.question import Question
from eval.recipes import RECIPES, search_plainly
from eval.squad_cell import SquadCell
from eval.squad_file import SquadFile
from eval.squad_reading import read_cells
from qa.assemble import Parts
from qa.live import Live
from qa.question import checked, read_question

TYPED, ENGLISH, OURS = "typed", "english", "ours"
NOISE = ("nfd", "no_tones", "no_marks", "telex", "vni", "missing_spaces", "chat")
READ_VARIANTS = (TYPED, "no_marks", ENGLISH)
_DEPTH = 20


def variants(
    questions: Sequence[Question], english: Mapping[str, str], seed: int
) -> dict[str, list[Question]]:
    """Return the questions in every way of typing; English ones where there is a text by id."""
    made = {TYPED: list(questions)}
    for rule in NOISE:
        made[rule] = varied(questions, rule, seed)
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
    typed: Searched | None = None
    answerable = [q for q in file.questions if q.answerable]
    for variant, questions in variants(answerable, english or {}, seed).items():
        searched = search_all(variant, questions, live, parts, progress)
        cells += searched.cells(file)
        if variant == "nfd" and typed:
            cells.append(searched.same_as(typed, file))
        typed = typed or searched
        if variant in READ_VARIANTS:
            facts = file.titles(questions)
            cells += read_cells(variant, questions, facts, live, parts, progress)
    return cells


@dataclass(frozen=True)
class Searched:
    """The articles that each method found for each question of one way of typing."""

    variant: str
    questions: Sequence[Question]
    found: Mapping[str, Sequence[tuple[str, ...]]]

    def right(self, method: str, k: int) -> list[float]:
        """Return by question whether its paragraph is among the first k articles."""
        return [
            float(question.gold[0].article_id in articles[:k])
            for question, articles in zip(self.questions, self.found[method], strict=True)
        ]

    def cells(self, file: SquadFile) -> Iterator[SquadCell]:
        """Yield what each method finds, and by how much ours is above it, question by question."""
        facts = file.titles(self.questions)
        for k in (1, 5):
            for method in self.found:
                estimate = mean_estimate(self.right(method, k), facts)
                yield SquadCell("retrieval", self.variant, method, f"R@{k}", estimate)
        for recipe in RECIPES:
            gain = paired_difference(self.right(recipe, 1), self.right(OURS, 1), facts)
            yield SquadCell("ours above", self.variant, recipe, "R@1", gain)

    def same_as(self, other: "Searched", file: SquadFile) -> SquadCell:
        """Return for how many questions ours found the very same list."""
        pairs = zip(self.found[OURS], other.found[OURS], strict=True)
        same = mean_estimate([float(a == b) for a, b in pairs], file.titles(self.questions))
        return SquadCell("retrieval", self.variant, OURS, f"same list as {other.variant}", same)


def search_all(
    variant: str, questions: Sequence[Question], live: Live, parts: Parts, progress: Progress
) -> Searched:
    """Search every question by ours and by the plain recipes."""
    found: dict[str, list[tuple[str, ...]]] = {method: [] for method in (*RECIPES, OURS)}
    for number, question in enumerate(questions, start=1):
        text = checked(question.question)
        asked = read_question(text, live.snapshot, live.directory)
        plain = search_plainly(text, live, parts.embedder)
        for recipe in RECIPES:
            found[recipe].append(plain.articles(recipe)[:_DEPTH])
        hits = parts.retriever.search(live.snapshot, asked.search, _DEPTH)
        found[OURS].append(tuple(dict.fromkeys(hit.article.id for hit in hits)))
        progress(f"{variant}: search", number, len(questions))
    return Searched(variant, questions, found)
