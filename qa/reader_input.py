"""What the reader sees: a question and one window of a passage, as tokens.

`<s> query: QUESTION </s> passage: HEADING </s> TEXT </s>`; without a heading
`<s> query: QUESTION </s> passage: TEXT </s>`. The prefixes are those of the embedding model that
the reader grew from. Only tokens of TEXT can be answers; position 0 stands for "no answer".
"""

from dataclasses import dataclass

from tokenizers import Tokenizer

MAX_QUESTION_TOKENS = 48
MAX_HEADING_TOKENS = 40


@dataclass(frozen=True, slots=True)
class TokenisedText:
    """Token ids and their half-open character ranges in the text."""

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]

    def tokens_of(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the first and last token that touch characters start to end; None: no token."""
        inside = [i for i, (a, b) in enumerate(self.offsets) if a < end and b > start]
        return (inside[0], inside[-1]) if inside else None


@dataclass(frozen=True, slots=True)
class Window:
    """One input: token ids, of which `length` from `text_at` on are text tokens `first` and on."""

    ids: tuple[int, ...]
    text_at: int
    first: int
    length: int


class ReaderInput:
    """Lays out questions, headings and texts as the reader was trained to see them."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        special = tuple(tokenizer.encode("").ids)  # none but the special tokens
        self._start, self._end = special[0], special[-1]
        self.closing: tuple[int, ...] = (self._end,)

    def tokenise(self, text: str) -> TokenisedText:
        """Return the tokens of a text, without special ones."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return TokenisedText(tuple(encoding.ids), tuple(encoding.offsets))

    def opening(self, question: str, heading: str) -> tuple[int, ...]:
        """Return the tokens before the text."""
        asked = self.tokenise(f"query: {question}").ids[:MAX_QUESTION_TOKENS]
        if not heading:
            return (self._start, *asked, self._end, *self.tokenise("passage:").ids)
        above = self.tokenise(f"passage: {heading}").ids[:MAX_HEADING_TOKENS]
        return (self._start, *asked, self._end, *above, self._end)

    def room(self, opening: tuple[int, ...], size: int) -> int:
        """Return how many tokens of text fit behind an opening into a window."""
        return max(1, size - len(opening) - len(self.closing))

    def window(
        self, opening: tuple[int, ...], text: TokenisedText, first: int, size: int
    ) -> Window:
        """Return the window of at most `size` tokens in all whose text starts at token `first`."""
        part = text.ids[first : first + self.room(opening, size)]
        return Window((*opening, *part, *self.closing), len(opening), first, len(part))

    def windows(
        self, opening: tuple[int, ...], text: TokenisedText, size: int, overlap: int
    ) -> list[Window]:
        """Cover the text with windows of at most `size` tokens that share `overlap` of them."""
        room = self.room(opening, size)
        step = max(1, room - overlap)
        firsts = range(0, max(1, len(text.ids) - room + step), step)
        return [self.window(opening, text, first, size) for first in firsts]
