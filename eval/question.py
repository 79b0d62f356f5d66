"""What a question, its gold and a conversation are; `eval/datasets/README.md` describes each key.

The checks here need no article; a ValueError says which word or mark is wrong.
"""

from dataclasses import dataclass

from corpus.article import Range

LANGUAGES = ("vi", "en", "fr")
SPLITS = ("train", "dev", "test")
CATEGORIES = (
    *("name", "number", "date", "money", "place", "list"),
    *("purpose", "role", "yesno", "count", "other"),
)
TRAITS = (
    *("no_marks", "partial_marks", "slips", "abbreviation", "chat"),
    *("follow_up", "several_organisations", "near_miss", "off_topic"),
)
NEAR_KINDS = ("other_organisation", "missing_detail", "changed_element", "off_topic")
TURN_KINDS = ("first", "same_relation", "other_relation", "pronoun", "topic_change")


@dataclass(frozen=True, slots=True)
class Alternative:
    """One accepted answer: `article.text[start:end] == text`."""

    start: int
    end: int
    text: str

    def __post_init__(self) -> None:
        """Refuse an empty range."""
        _check_range((self.start, self.end))


@dataclass(frozen=True, slots=True)
class GoldItem:
    """One thing that a complete answer shows; the first alternative is the preferred one."""

    article_id: str
    article_version: str
    alternatives: tuple[Alternative, ...]
    evidence: Range

    def __post_init__(self) -> None:
        """Refuse an item without an answer."""
        _check_range(self.evidence)
        if not self.alternatives:
            raise ValueError("'alternatives' is empty; an item needs its answer")

    @property
    def text(self) -> str:
        """The preferred answer."""
        return self.alternatives[0].text


@dataclass(frozen=True, slots=True)
class PastTurn:
    """A question and its answer that a follow-up builds upon."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Near:
    """Why an unanswerable question is tempting; `article_id` is "" when no article is."""

    kind: str
    why: str
    article_id: str = ""

    def __post_init__(self) -> None:
        """Refuse a kind that is not known."""
        _check_known("near kind", NEAR_KINDS, self.kind)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as typed with its gold; no gold means that the articles do not say."""

    id: str
    question: str
    lang: str
    category: str
    traits: tuple[str, ...]
    fact: str
    gold: tuple[GoldItem, ...]
    must_include: tuple[str, ...]
    history: tuple[PastTurn, ...] = ()
    near: Near | None = None
    split: str = ""

    def __post_init__(self) -> None:
        """Refuse words that are not known and marks that contradict each other."""
        _check_written(id=self.id, question=self.question, fact=self.fact)
        _check_known("language", LANGUAGES, self.lang)
        _check_known("category", CATEGORIES, self.category)
        _check_known("trait", TRAITS, *self.traits)
        _check_known("split", ("", *SPLITS), self.split)
        if self.answerable == (self.near is not None):
            raise ValueError("'near' belongs to the questions without gold, and to all of them")
        if self.answerable and {"near_miss", "off_topic"} & set(self.traits):
            raise ValueError("a question with gold cannot be near_miss or off_topic")
        if bool(self.history) != ("follow_up" in self.traits):
            raise ValueError("the trait follow_up and 'history' go together")

    @property
    def answerable(self) -> bool:
        """Whether the articles answer it."""
        return bool(self.gold)


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation; `standalone` is how a stranger would have to ask it."""

    question: str
    standalone: str
    kind: str
    gold: tuple[GoldItem, ...]
    must_include: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse an empty question and a kind that is not known."""
        _check_written(question=self.question, standalone=self.standalone)
        _check_known("turn kind", TURN_KINDS, self.kind)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns in order."""

    id: str
    split: str
    turns: tuple[Turn, ...]

    def __post_init__(self) -> None:
        """Refuse a conversation that does not begin."""
        _check_written(id=self.id)
        _check_known("split", SPLITS, self.split)
        if [n for n, turn in enumerate(self.turns) if turn.kind == "first"] != [0]:
            raise ValueError("the first turn, and no other, must be of the kind 'first'")


def _check_range(pair: Range) -> None:
    if not 0 <= pair[0] < pair[1]:
        raise ValueError(f"{list(pair)} is not a range of code points [start, end), start < end")


def _check_written(**texts: str) -> None:
    for key, text in texts.items():
        if not text.strip():
            raise ValueError(f"{key!r} is empty")


def _check_known(what: str, known: tuple[str, ...], *values: str) -> None:
    for value in values:
        if value not in known:
            raise ValueError(
                f"unknown {what} {value!r}; known are {', '.join(filter(None, known))}"
            )
