"""The files that questions and conversations live in: one JSON object a line.

A line with a key that is unknown, missing or of the wrong kind is named with file and line and
never passed over.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.errors import QuestionSetError
from eval.json_decode import decode
from eval.question import Conversation, Question


@dataclass(frozen=True, slots=True)
class SetReading:
    """What a file holds; `faults` name each broken line as `file:line: reason`.

    `places` gives the place of each entry's id in the file as `file:line`.
    """

    questions: tuple[Question, ...]
    conversations: tuple[Conversation, ...]
    places: dict[str, str]
    faults: tuple[str, ...]

    @property
    def entries(self) -> tuple[Question | Conversation, ...]:
        """The questions, then the conversations."""
        return (*self.questions, *self.conversations)


def read_set(path: Path) -> SetReading:
    """Read a file of questions, conversations or both, and name every broken line."""
    entries: list[Question | Conversation] = []
    places: dict[str, str] = {}
    faults: list[str] = []
    for number, line in enumerate(_read(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = _entry(line)
            if entry.id in places:
                raise ValueError(f"the id {entry.id!r} was already used at {places[entry.id]}")
        except ValueError as error:
            faults.append(f"{path}:{number}: {error}")
            continue
        entries.append(entry)
        places[entry.id] = f"{path}:{number}"
    questions = tuple(e for e in entries if isinstance(e, Question))
    conversations = tuple(e for e in entries if isinstance(e, Conversation))
    return SetReading(questions, conversations, places, tuple(faults))


def read_questions(path: Path) -> tuple[Question, ...]:
    """Return the questions of a sound file; QuestionSetError lists every broken line."""
    return _sound(path).questions


def read_conversations(path: Path) -> tuple[Conversation, ...]:
    """Return the conversations of a sound file; QuestionSetError lists every broken line."""
    return _sound(path).conversations


def write_set(path: Path, entries: Iterable[Question | Conversation]) -> None:
    """Write one JSON object a line; optional keys that hold nothing are left out."""
    lines = (json.dumps(_lean(asdict(e)), ensure_ascii=False) + "\n" for e in entries)
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def _entry(line: str) -> Question | Conversation:
    value = json.loads(line)
    if isinstance(value, dict) and "turns" in value:
        return decode(Conversation, value)
    return decode(Question, value)


def _lean(entry: dict[str, object]) -> dict[str, object]:
    lean = {k: v for k, v in entry.items() if v or k not in {"history", "near", "split"}}
    if isinstance(near := lean.get("near"), dict) and not near["article_id"]:
        lean["near"] = {"kind": near["kind"], "why": near["why"]}
    return lean


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetError(f"{path} cannot be read ({error}); give a UTF-8 file.") from error


def _sound(path: Path) -> SetReading:
    reading = read_set(path)
    if reading.faults:
        raise QuestionSetError("\n".join((*reading.faults, "Mend these lines and try again.")))
    return reading
