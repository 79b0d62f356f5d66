"""What a span reader needs of a model, and the shipped model as one."""

from collections.abc import Sequence
from typing import Protocol

from index.onnx_model import OnnxModel
from qa.reader_input import ReaderInput, Window
from qa.span_decoding import Logits


class SpanModel(Protocol):
    """Gives start and end logits; those of position 0 stand for "no answer"."""

    @property
    def layout(self) -> ReaderInput:
        """How question, heading and text become token ids."""
        ...

    @property
    def max_tokens(self) -> int:
        """The longest window that it reads."""
        ...

    def score(self, windows: Sequence[Window]) -> list[tuple[Logits, Logits]]:
        """Return one start and one end logit a token of each window, from a single batch."""
        ...


class OnnxSpanModel:
    """The shipped reader on ONNX Runtime."""

    def __init__(self, model: OnnxModel) -> None:
        self.layout = ReaderInput(model.tokenizer)
        self.max_tokens = model.max_tokens
        self._model = model

    def score(self, windows: Sequence[Window]) -> list[tuple[Logits, Logits]]:
        """Return one start and one end logit a token of each window, from a single batch."""
        if not windows:
            return []
        starts, ends = self._model.run(*self._model.pad([window.ids for window in windows]))
        return list(zip(starts, ends, strict=True))
