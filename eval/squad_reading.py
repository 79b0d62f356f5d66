"""Questions of a SQuAD file read with their paragraph alone, among all, and taken away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.progress import Progress
from eval.answer_measures import exact_match, normalise, token_f1
from eval.bootstrap import mean_estimate
from eval.fit import fit_confidence
from eval.question import Question
from eval.readings import LabelledQuestion, label, read_one, without_gold
from eval.recipes import search_plainly
from eval.refusal_measures import RefusalCase, compare_auroc, measure_refusal
from eval.squad_cell import SquadCell
from qa.assemble import Parts
from qa.choice import Judged
from qa.live import Live
from qa.question import checked

_TOP_K = 5
_OURS, _SHIPPED = "ours, cross-fitted", "ours, as shipped"
_OVERLAP, _COSINE = "idf overlap", "cosine"
_AT_THRESHOLD = frozenset({"refusal_precision", "refusal_recall", "false_refusals"})


@dataclass
class SquadReading:
    """Reads questions one by one and adds up what comes of it; `fact` clusters the questions."""

    live: Live
    parts: Parts
    labelled: list[LabelledQuestion] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    cases: dict[str, list[RefusalCase]] = field(default_factory=dict)
    values: dict[tuple[str, str], list[float]] = field(default_factory=dict)

    def read(self, question: Question, fact: str) -> None:
        """Read one question three times."""
        self.facts.append(fact)
        gold = frozenset({question.gold[0].article_id})
        self._add("gold paragraph", question, self._judged(question, gold))
        self._add("open domain", question, self._with_paragraph(question, fact, removed=False))
        self._with_paragraph(question, fact, removed=True)

    def cells(self, variant: str) -> Iterator[SquadCell]:
        """Yield the numbers of all questions read."""
        for (table, measure), values in self.values.items():
            estimate = mean_estimate(values, self.facts)
            yield SquadCell(table, variant, "ours", measure, estimate)
        fitted = fit_confidence(self.labelled, "").cases
        for method, cases in {_OURS: fitted, **self.cases}.items():
            for measure, estimate in measure_refusal(cases).items():
                if measure not in _AT_THRESHOLD or method in {_OURS, _SHIPPED}:
                    yield SquadCell("refusal", variant, method, measure, estimate)
        for plain in (_OVERLAP, _COSINE):
            gain = compare_auroc(self.cases[plain], fitted)
            yield SquadCell("refusal", variant, _OURS, f"auroc above {plain}", gain)

    def _with_paragraph(self, question: Question, fact: str, *, removed: bool) -> list[Judged]:
        allowed = without_gold(question, self.live) if removed else None
        judged = self._judged(question, allowed, fact, removed=removed)
        chance = judged[0].confidence if judged else 0.0
        signs = search_plainly(checked(question.question), self.live, self.parts.embedder, allowed)
        for method, sign in (
            (_SHIPPED, chance),
            (_OVERLAP, signs.overlap),
            (_COSINE, signs.cosine),
        ):
            refused = method == _SHIPPED and sign < self.parts.confidence.answer_threshold
            case = RefusalCase(sign, not removed, None, refused, fact)
            self.cases.setdefault(method, []).append(case)
        return judged

    def _judged(
        self,
        question: Question,
        allowed: frozenset[str] | None,
        fact: str = "",
        *,
        removed: bool = False,
    ) -> list[Judged]:
        """Return the readings, surest first; with a fact they are kept for the fit."""
        parts, live = self.parts, self.live
        asked, readings = read_one(live, question, parts.retriever, parts.reader, _TOP_K, allowed)
        if fact:
            labels = label(question, asked, readings, live, removed)
            self.labelled.append(
                LabelledQuestion(question.id, fact, fact, not removed, removed, "", labels)
            )
        return parts.pipeline(lambda: live).judge(asked, readings, live)

    def _add(self, table: str, question: Question, judged: Sequence[Judged]) -> None:
        """Add what the surest reading is worth."""
        span = sentence = ""
        if judged:
            reading = judged[0].reading
            text = reading.passage.article.text
            span, sentence = text[slice(*reading.span)], text[slice(*reading.sentence)]
        accepted = [a.text for a in question.gold[0].alternatives]
        held = normalise(sentence)
        for measure, value in (
            ("span EM", exact_match(span, accepted)),
            ("span F1", token_f1(span, accepted)),
            ("sentence holds answer", float(any(normalise(a) in held for a in accepted))),
            ("sentence chars", float(len(sentence))),
        ):
            self.values.setdefault((table, measure), []).append(value)


def read_cells(
    variant: str,
    questions: Sequence[Question],
    facts: Sequence[str],
    live: Live,
    parts: Parts,
    progress: Progress,
) -> list[SquadCell]:
    """Return the tables of reading and refusing for one way of asking."""
    reading = SquadReading(live, parts)
    for number, (question, fact) in enumerate(zip(questions, facts, strict=True), start=1):
        reading.read(question, fact)
        progress(f"{variant}: read", number, len(questions))
    return list(reading.cells(variant))
