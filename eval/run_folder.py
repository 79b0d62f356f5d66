"""What a run leaves behind: one folder from which it can be scored, compared and shown.

settings.json    what was asked, of which snapshot, by which code and models
questions.jsonl  the questions with their golds, as they were asked
answers.jsonl    one answer a line; the same bytes for the same snapshot, models and processor
timings.jsonl    how long each took
evidence.json    what the articles said where the golds stand
run.trec, qrels.trec   the passages found and the passages wanted, for any retrieval tool
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from corpus.errors import QuestionSetError
from eval.given import Given, Took
from eval.json_decode import decode
from eval.question import Question
from eval.question_set import read_questions, write_set

_FILES = (
    *("settings.json", "questions.jsonl", "answers.jsonl", "timings.jsonl"),
    *("evidence.json", "run.trec", "qrels.trec"),
)

_Line = TypeVar("_Line", Given, Took)


@dataclass(frozen=True, slots=True)
class ArticleSize:
    """A version of an article that was live, and its length."""

    id: str
    version: str
    length_chars: int


@dataclass(frozen=True, slots=True)
class RunSettings:
    """The conditions of a run; `place` is `in process` or the address of the service.

    `confidence` names the fitted coefficients, "" where they are not known.
    """

    set_name: str
    set_fingerprint: str
    place: str
    snapshot: str
    corpus_fingerprint: str
    embedding_model: str
    reader: str
    answer_threshold: float
    confidence: str
    top_k: int
    code_version: str
    processor: str
    articles: tuple[ArticleSize, ...]


class RunFolder:
    """Reads and writes the files of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def report(self) -> Path:
        """Where the report of the run lies, once it was written."""
        return self.folder / "report.html"

    @property
    def settings(self) -> RunSettings:
        """The conditions; QuestionSetError when the folder holds no run."""
        path = self.folder / "settings.json"
        try:
            return decode(RunSettings, json.loads(path.read_text("utf-8")))
        except (OSError, ValueError) as error:
            raise QuestionSetError(f"{self.folder} holds no run ({error}).") from error

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions that were to be asked."""
        return read_questions(self.folder / "questions.jsonl")

    @property
    def answers(self) -> dict[str, Given]:
        """The answers by question; a last line that an interruption cut off is passed over."""
        return {given.id: given for given in _lines(self.folder / "answers.jsonl", Given)}

    @property
    def timings(self) -> dict[str, Took]:
        """The times by question."""
        return {took.id: took for took in _lines(self.folder / "timings.jsonl", Took)}

    @property
    def evidence(self) -> dict[str, str]:
        """The texts of the golds' evidence by `evidence_key`; empty until the run has ended."""
        path = self.folder / "evidence.json"
        return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}

    def begin(self, settings: RunSettings, questions: Sequence[Question]) -> dict[str, Given]:
        """Make the folder, or take up the run in it; return the answers that it already has.

        Code that was edited without a commit keeps its version: whoever works on the code calls
        `clear` first.

        Raises:
            QuestionSetError: the folder holds a run under other conditions.
        """
        path = self.folder / "settings.json"
        if path.exists():
            if differing := _differing(asdict(self.settings), asdict(settings)):
                raise QuestionSetError(
                    f"{self.folder} holds a run with other {', '.join(differing)}; "
                    "give another folder."
                )
            done, times = self.answers, self.timings
        else:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_set(self.folder / "questions.jsonl", questions)
            text = json.dumps(asdict(settings), ensure_ascii=False, indent=1)
            path.write_text(text + "\n", "utf-8")
            done, times = {}, {}
        # Written anew, so that a line that was cut off does not spoil the next one.
        _write(self.folder / "answers.jsonl", done.values())
        _write(self.folder / "timings.jsonl", (times[i] for i in done if i in times))
        return done

    def clear(self) -> None:
        """Forget the run that is in the folder, if there is one."""
        for name in _FILES:
            (self.folder / name).unlink(missing_ok=True)

    def add(self, given: Given, took: Took) -> None:
        """Append one answer."""
        for name, line in (("timings.jsonl", _line(took)), ("answers.jsonl", _line(given))):
            with (self.folder / name).open("a", encoding="utf-8", newline="\n") as file:
                file.write(line)

    def write_evidence(self, texts: Mapping[str, str]) -> None:
        """Keep the texts that the golds are in."""
        text = json.dumps(texts, ensure_ascii=False, indent=0)
        (self.folder / "evidence.json").write_text(text + "\n", "utf-8")

    def write_trec(self, qrels: Mapping[str, Mapping[str, int]]) -> None:
        """Write what was found and what was wanted, as trec_eval reads it."""
        found = [
            f"{given.id} Q0 {hit.passage_id} {rank} {hit.score:.4f} coopqa\n"
            for given in self.answers.values()
            for rank, hit in enumerate(given.hits, start=1)
        ]
        wanted = [
            f"{question_id} 0 {passage_id} {grade}\n"
            for question_id, grades in qrels.items()
            for passage_id, grade in grades.items()
        ]
        (self.folder / "run.trec").write_text("".join(found), "utf-8", newline="\n")
        (self.folder / "qrels.trec").write_text("".join(wanted), "utf-8", newline="\n")


def set_fingerprint(questions: Iterable[Question]) -> str:
    """Return one name for what is asked and expected, whatever the order."""
    lines = sorted(question_fingerprint(q) for q in questions)
    return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def question_fingerprint(question: Question) -> str:
    """Return a name for a question and its accepted answers, wherever these now stand."""
    golds = [(i.article_id, [a.text for a in i.alternatives]) for i in question.gold]
    turns = [(turn.question, turn.answer) for turn in question.history]
    whole = json.dumps([question.id, question.question, turns, golds, question.must_include])
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    return [key for key in new if old[key] != new[key]]


def _lines(path: Path, kind: type[_Line]) -> list[_Line]:
    text = path.read_text("utf-8") if path.exists() else ""
    whole = text[: text.rfind("\n") + 1]
    return [decode(kind, json.loads(line)) for line in whole.splitlines()]


def _write(path: Path, lines: Iterable[Given | Took]) -> None:
    path.write_text("".join(map(_line, lines)), "utf-8", newline="\n")


def _line(entry: Given | Took) -> str:
    return json.dumps(asdict(entry), ensure_ascii=False) + "\n"
