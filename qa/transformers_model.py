"""Any extractive question-answering model of transformers, in the place of the shipped one.

Only what is on this machine is loaded: no network, no pickles, no code that a model brings.
"""

from collections.abc import Sequence

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import (
    AutoModelForQuestionAnswering,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from corpus.errors import ModelError
from qa.reader_input import MAX_HEADING_TOKENS, MAX_QUESTION_TOKENS, ReaderInput, Window
from qa.span_decoding import Logits

_MIN_TOKENS = 128


class PairInput(ReaderInput):
    """Lays out a question and a text as a model's own tokenizer pairs them.

    The heading opens the text, where it is read but cannot be chosen.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        # what a person types is text, also where it looks like a special token
        tokenizer.encode_special_tokens = True
        tokenizer.no_truncation()
        tokenizer.no_padding()
        super().__init__(tokenizer)
        pair = tokenizer.encode("a", "a")
        sides = pair.sequence_ids
        ids = tuple(pair.ids)
        first, second = (sides.index(side) for side in (0, 1))
        behind = len(sides) - sides[::-1].index(1)
        between = first + sides.count(0)
        self._before, self._between = ids[:first], ids[between:second]
        self.closing = ids[behind:]

    def opening(self, question: str, heading: str) -> tuple[int, ...]:
        """Return the tokens before the text."""
        asked = self.tokenise(question).ids[:MAX_QUESTION_TOKENS]
        above = self.tokenise(heading).ids[:MAX_HEADING_TOKENS]
        return (*self._before, *asked, *self._between, *above)

    def text_begins(self, ids: Sequence[int]) -> int:
        """Return where the second part of a window begins, heading included."""
        ends = list(ids).index(self._between[0], len(self._before))
        return ends + len(self._between)

    @property
    def opens_with(self) -> int | None:
        """The token at position 0, where models are trained to point for "no answer"."""
        return self._before[0] if self._before else None


class TransformersModel:
    """A model and its tokenizer in torch, float32."""

    def __init__(
        self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, threads: int
    ) -> None:
        self._model = model
        model.train(False)
        self._threads = threads
        self._pad = int(tokenizer.pad_token_id or 0)
        self._has_types = "token_type_ids" in tokenizer.model_input_names
        self.layout: PairInput = PairInput(tokenizer.backend_tokenizer)
        self.max_tokens = min(tokenizer.model_max_length, model.config.max_position_embeddings)
        if not self.layout.closing or self.layout.opens_with != tokenizer.cls_token_id:
            raise ValueError("its input has no token for 'no answer' at position 0")
        if self.max_tokens < _MIN_TOKENS:
            raise ValueError(f"it reads {self.max_tokens} tokens, fewer than {_MIN_TOKENS}")

    @torch.inference_mode()
    def score(self, windows: Sequence[Window]) -> list[tuple[Logits, Logits]]:
        """Return one start and one end logit a token of each window, from a single batch."""
        if not windows:
            return []
        torch.set_num_threads(self._threads)  # the embedding model may have set another number
        shape = (len(windows), max(len(window.ids) for window in windows))
        ids, mask = np.full(shape, self._pad, np.int64), np.zeros(shape, np.int64)
        types = np.zeros(shape, np.int64)
        for row, window in enumerate(windows):
            ids[row, : len(window.ids)] = window.ids
            mask[row, : len(window.ids)] = 1
            types[row, self.layout.text_begins(window.ids) : len(window.ids)] = 1
        fed = {"input_ids": ids, "attention_mask": mask}
        if self._has_types:
            fed["token_type_ids"] = types
        given = self._model(**{name: torch.from_numpy(array) for name, array in fed.items()})
        starts, ends = given.start_logits.numpy(), given.end_logits.numpy()
        return list(zip(starts, ends, strict=True))


def load_transformers(name: str, threads: int) -> TransformersModel:
    """Load a model from a folder, or by name from what was downloaded to this machine before.

    Raises:
        ModelError: it is not here, is damaged, or is no extractive question-answering model.
    """
    here = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, **here)
        if not isinstance(tokenizer, PreTrainedTokenizerFast):
            raise ValueError("its tokenizer cannot tell where in the text a token stands")
        model, report = AutoModelForQuestionAnswering.from_pretrained(
            name, **here, use_safetensors=True, output_loading_info=True
        )
        if missing := sorted(report["missing_keys"]):
            raise ValueError(f"it was not trained to find spans: it has no {missing[0]}")
        return TransformersModel(model, tokenizer, threads)
    except Exception as error:  # transformers and its libraries raise many unrelated types
        said = " ".join(str(error).split())
        raise ModelError(
            f"{name!r} is no extractive question-answering model that can be used here "
            f"({said}); set COOPQA_READER_MODEL to a folder with config.json, tokenizer.json and "
            "model.safetensors, or to 'bundled' or 'sentence'"
        ) from error
