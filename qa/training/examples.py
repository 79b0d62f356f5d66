"""Questions to train on, read from JSON lines."""

import gzip
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Example:
    """A question over one context; `answers` are half-open character ranges, () = unanswerable.

    Several answers are equally right (alternatives, or the items of a list).
    """

    id: str
    lang: str
    question: str
    heading: str
    context: str
    answers: tuple[tuple[int, int], ...]


def read_examples(path: Path) -> list[Example]:
    """Read a `.jsonl` or `.jsonl.gz` file.

    Raises:
        TrainingError: a line is broken, or an answer is not the slice of its context that it
            claims to be.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    examples: list[Example] = []
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            examples += (_example(json.loads(line)) for line in file if line.strip())
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        after = f" behind {examples[-1].id}" if examples else ""
        raise TrainingError(f"{path}{after}: {error!r}; mend the line or the file.") from error
    return examples


def write_examples(path: Path, examples: Iterable[Example]) -> None:
    """Write JSON lines that `read_examples` reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(_line(e), ensure_ascii=False) + "\n" for e in examples)


def across_languages(first: list[Example], second: list[Example]) -> list[Example]:
    """Ask the questions of the first set over the contexts of the second, joined by question.

    Both must be translations of one set, with ids `SET-QUESTION`.
    """
    asked = {example.id.split("-", 1)[1]: example for example in first}
    pairs = ((asked.get(e.id.split("-", 1)[1]), e) for e in second)
    return [
        Example(f"{a.lang}>{b.id}", a.lang, a.question, b.heading, b.context, b.answers)
        for a, b in pairs
        if a is not None
    ]


def _example(line: dict[str, object]) -> Example:
    fields = {key: str(line.get(key) or "") for key in ("id", "lang", "question", "heading")}
    context = str(line["context"])
    answers = []
    for answer in line["answers"]:  # type: ignore[attr-defined]
        end = answer["start"] + len(answer["text"])
        if context[answer["start"] : end] != answer["text"]:
            raise ValueError(f"{fields['id']}: {answer} is not in its context")
        answers.append((answer["start"], end))
    return Example(context=context, answers=tuple(answers), **fields)


def _line(example: Example) -> dict[str, object]:
    texts = asdict(example)
    answers = [{"text": example.context[a:b], "start": a} for a, b in texts.pop("answers")]
    return {**texts, "answers": answers, "answerable": bool(answers)}
