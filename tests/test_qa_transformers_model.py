import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from starlette.testclient import TestClient
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    BertForQuestionAnswering,
    BertModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForQuestionAnswering,
)

from api.app import create_app
from corpus.errors import ModelError
from qa.span_reader import ReadingPassage, SpanReader
from qa.transformers_model import PairInput, TransformersModel, load_transformers
from tests.conftest import MakeParts

TEXT = "Năm 2023, Bệnh viện ký biên bản ghi nhớ với Đại học Y Kitahama."
HEADING = "Bệnh viện Nhi Cửu Long"
SIZES = {
    "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32,
}  # fmt: skip


def tokenizer_of(start: str, end: str, between: str) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[UNK]", "[PAD]", start, end]
    trainer = trainers.WordPieceTrainer(vocab_size=300, special_tokens=special)
    tokenizer.train_from_iterator([TEXT, HEADING] * 9, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        pair=f"{start} $A {between} $B:1 {end}:1",
        special_tokens=[(name, special.index(name)) for name in (start, end)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, cls_token=start, sep_token=end, pad_token="[PAD]",
        unk_token="[UNK]", model_max_length=512,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bert")
    tokenizer = tokenizer_of("[CLS]", "[SEP]", "[SEP]")
    torch.manual_seed(1)
    BertForQuestionAnswering(BertConfig(vocab_size=len(tokenizer), **SIZES)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "bert"))


@pytest.fixture(scope="module")
def model(folder: Path) -> TransformersModel:
    return load_transformers(str(folder), threads=1)


def tokens(model: TransformersModel, ids: tuple[int, ...], folder: Path) -> str:
    return Tokenizer.from_file(str(folder / "tokenizer.json")).decode(
        list(ids), skip_special_tokens=False
    )


def test_question_heading_and_text_are_paired_as_the_model_was_trained(
    model: TransformersModel, folder: Path
):
    layout = model.layout
    opening = layout.opening("ký với", "Bệnh viện")
    window = layout.window(opening, layout.tokenise("Đại học Y"), 0, 64)
    assert tokens(model, window.ids, folder) == "[CLS] ký với [SEP] Bệnh viện Đại học Y [SEP]"
    assert window.text_at == 6
    assert layout.text_begins(window.ids) == 4


def test_a_question_that_looks_like_a_special_token_is_text(model: TransformersModel):
    (separator,) = model.layout.closing
    assert separator not in model.layout.tokenise("ký [SEP] với").ids
    window = model.layout.window(
        model.layout.opening("[SEP] [SEP]", ""), model.layout.tokenise("[SEP]"), 0, 64
    )
    assert window.ids.count(separator) == 2


def test_two_separators_between_question_and_text_are_kept():
    tokenizer = tokenizer_of("<s>", "</s>", "</s> </s>")
    config = RobertaConfig(vocab_size=len(tokenizer), pad_token_id=1, **SIZES)
    model = TransformersModel(RobertaForQuestionAnswering(config), tokenizer, threads=1)
    window = model.layout.window(
        model.layout.opening("ký", ""), model.layout.tokenise("với"), 0, 64
    )
    assert [window.ids[place] for place in (0, -1)] == [2, 3]
    assert window.ids[2:4] == (3, 3)
    assert model.layout.text_begins(window.ids) == window.text_at == 4


def test_logits_are_those_of_the_model_itself(model: TransformersModel, folder: Path):
    layout = model.layout
    short, long = (
        layout.window(layout.opening("ký với", HEADING), layout.tokenise(text), 0, 200)
        for text in ("Y", TEXT)
    )
    exact = BertForQuestionAnswering.from_pretrained(folder).eval()
    ids = torch.tensor([long.ids])
    types = (torch.arange(len(long.ids)) >= layout.text_begins(long.ids)).long()[None]
    with torch.inference_mode():
        expected = exact(input_ids=ids, token_type_ids=types)
    _, (start, end) = model.score([short, long])
    assert np.allclose(start, expected.start_logits[0], atol=1e-5)
    assert np.allclose(end, expected.end_logits[0], atol=1e-5)


def test_spans_are_slices_of_the_text_and_never_of_the_heading(model: TransformersModel):
    passages = [
        ReadingPassage(HEADING, TEXT),
        ReadingPassage("", TEXT * 40),
        ReadingPassage("", ""),
    ]
    first, long, empty = SpanReader(model).read("ký với ai", passages)
    assert all(TEXT[span.start : span.end].strip() for span in first.spans)
    assert long.spans
    assert empty.spans == ()


def test_a_model_answers_in_the_place_of_the_shipped_one(make_parts: MakeParts, folder: Path):
    with TestClient(create_app(make_parts(reader_model=str(folder)))) as client:
        ready = client.get("/readyz").json()
        answer = client.post("/v1/ask", json={"question": "Hợp tác với Bỉ từ năm nào?"}).json()
    assert ready["reader"] == str(folder)
    assert ["not fitted for" in warning for warning in ready["warnings"]] == [True]
    assert answer["status"] in {"answered", "no_answer", "clarify"}


def test_a_model_that_is_not_here_is_named_and_sentences_are_read_instead(make_parts: MakeParts):
    with TestClient(create_app(make_parts(reader_model="nobody/no-such-reader"))) as client:
        ready = client.get("/readyz").json()
    assert ready["reader"] == "sentence"
    assert "The reader 'nobody/no-such-reader' was not loaded" in ready["warnings"][0]


def test_a_damaged_model_is_refused(copied: Path):
    weights = copied / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match="set COOPQA_READER_MODEL to a folder"):
        load_transformers(str(copied), threads=1)


def test_weights_in_a_pickle_are_refused(copied: Path):
    (copied / "model.safetensors").unlink()
    torch.save({"bert.x": torch.zeros(1)}, copied / "pytorch_model.bin")
    with pytest.raises(ModelError, match="no extractive question-answering model"):
        load_transformers(str(copied), threads=1)


def test_a_model_that_brings_code_is_refused(copied: Path):
    (copied / "code.py").write_text("raise SystemExit('run')")
    config = (copied / "config.json").read_text("utf-8")
    auto = '{"auto_map": {"AutoModelForQuestionAnswering": "code.Model"}, "model_type": "strange",'
    (copied / "config.json").write_text(
        auto + config.lstrip("{").replace('"model_type": "bert"', '"x": 1'), "utf-8"
    )
    with pytest.raises(ModelError):
        load_transformers(str(copied), threads=1)


def test_an_encoder_that_was_not_trained_to_find_spans_is_refused(copied: Path):
    config = BertConfig.from_pretrained(copied)
    BertModel(config).save_pretrained(copied)
    with pytest.raises(ModelError, match="not trained to find spans: it has no qa_outputs"):
        load_transformers(str(copied), threads=1)


def test_a_tokenizer_without_a_token_for_no_answer_is_refused(folder: Path):
    tokenizer = tokenizer_of("[CLS]", "[SEP]", "[SEP]")
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="$A [SEP]", pair="$A [SEP] $B:1 [SEP]:1", special_tokens=[("[SEP]", 3)]
    )
    model = BertForQuestionAnswering.from_pretrained(folder)
    with pytest.raises(ValueError, match="no token for 'no answer' at position 0"):
        TransformersModel(model, tokenizer, threads=1)


def test_a_pair_input_needs_its_own_openings():
    layout = PairInput(tokenizer_of("[CLS]", "[SEP]", "[SEP]").backend_tokenizer)
    assert layout.opening("", "") == (2, 3)
