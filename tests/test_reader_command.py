import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from safetensors.numpy import load_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertModel

from api import command_line
from eval import reader_training
from index.e5_weights import FOLDER
from index.model_folder import prepare_folder
from qa.training.examples import Example, write_examples
from qa.training.recipe import RECIPE
from qa.training.trainer import StageTrainer
from tests.domain_set import ARTICLES, write_domain_set

CONTEXT = "Năm 2021, ông An ký với Kitahama và Montclair về đào tạo điều dưỡng."
PUBLIC = [
    Example(f"set-{n}", "vi", "Ông An ký với ai?", "", CONTEXT, ((24, 32),)) for n in range(40)
]


@dataclass(frozen=True)
class Place:
    data: Path
    datasets: Path
    recipe: Path
    out: Path

    def options(self, **other: object) -> list[str]:
        values = {
            "data": self.data, "datasets": self.datasets, "recipe": self.recipe, "out": self.out,
            "threads": 1, **other,
        }  # fmt: skip
        return [text for name, value in values.items() for text in (f"--{name}", str(value))]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A tiny base network, a tiny recipe, one public set and a domain set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COOPQA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(os, "nice", lambda more: more)
    prepare_folder(tmp_path / "data" / "models" / FOLDER, write_base)
    write_examples(tmp_path / "sets" / "public_set.jsonl", PUBLIC)
    (tmp_path / "recipe.toml").write_text(recipe_text(), "utf-8")
    return Place(
        tmp_path / "sets",
        write_domain_set(tmp_path / "domain"),
        tmp_path / "recipe.toml",
        tmp_path / "out",
    )


def write_base(folder: Path) -> None:
    tokenizer = Tokenizer(models.WordPiece(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    texts = [*ARTICLES.values(), CONTEXT] * 5
    trainer = trainers.WordPieceTrainer(vocab_size=500, special_tokens=special)
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=500, hidden_size=64, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=96, pad_token_id=1,
    )  # fmt: skip
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)


def recipe_text() -> str:
    head = RECIPE.read_text("utf-8").split("[[stages]]")[0]
    head = head.replace("first_trained_layer = 4", "first_trained_layer = 1")
    head = head.replace("batch_tokens = 2560", "batch_tokens = 512")
    stage = (
        '[[stages]]\nname = "{}"\nminutes = 0.02\nwarmup_minutes = 0\ndecay_minutes = 0.01\n'
        "learning_rate = 3e-4\nfinal_rate = 0.1\n[stages.mixture]\n{}\n"
    )
    stages = (("public", "public_set = 1"), ("domain", "domain = 3\npublic_set = 1"))
    return head + "".join(stage.format(*names) for names in stages)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["coopqa", "reader", *arguments])
    try:
        command_line.main()
    except SystemExit as left:
        return int(left.code or 0)
    return 0


Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


def test_one_command_leads_from_data_to_a_reader(
    place: Place, monkeypatch: Patch, capsys: Captured
):
    assert run(monkeypatch, "train", *place.options()) == 0
    shown = capsys.readouterr().out
    assert "domain_dev: float32 EM" in shown
    manifest = json.loads((place.out / "reader_model" / "manifest.json").read_text("utf-8"))
    weights = load_file(place.out / "reader_model" / "reader.safetensors")
    assert {name.split(".")[0] for name in weights} == {"encoder", "head"}
    assert not any("layer.0." in name for name in weights)
    assert set(manifest["examples"]) == {"public", "domain"}
    assert manifest["examples"]["domain"]["domain"] > 0
    assert len(manifest["recipe_sha256"]) == 64
    assert manifest["dev"]["domain_dev"]["shipped"]["questions"] == 2
    # a second time everything is there
    monkeypatch.setattr(StageTrainer, "train", None)
    assert run(monkeypatch, "train", *place.options(), "--json") == 0
    assert json.loads(capsys.readouterr().out)["domain_dev"]["trained"]["questions"] == 2


def test_a_stage_alone_is_trained_and_an_interrupted_one_goes_on(
    place: Place, monkeypatch: Patch, capsys: Captured
):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reader_training, "train_reader", interrupted)
        patch.setattr("api.commands.reader_commands.train_reader", interrupted)
        assert run(patch, "train", *place.options(stage="public")) == 130
    assert "goes on from the last checkpoint" in capsys.readouterr().err
    assert run(monkeypatch, "train", *place.options(stage="public")) == 0
    state = json.loads((place.out / "public" / "state.json").read_text("utf-8"))
    assert state["finished"]
    assert not (place.out / "reader_model").exists()
    assert run(monkeypatch, "train", *place.options(recipe=RECIPE, stage="public")) == 1
    assert "a run of another recipe" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"stage": "last"}, "There is no stage 'last' in the recipe; there are public, domain."),
        ({"stage": "domain"}, "The stage 'public' is not finished"),
        ({"data": "nowhere"}, "There is no folder nowhere"),
        ({"recipe": RECIPE}, "The recipe draws from sets that are in no folder: en_covidqa"),
        ({"recipe": "none.toml"}, "none.toml is no recipe"),
        ({"datasets": "nowhere"}, "articles.jsonl is missing"),
        ({"dev": "nowhere.json"}, "nowhere.json is no SQuAD file"),
    ],
)
def test_what_is_missing_is_named(
    place: Place, monkeypatch: Patch, capsys: Captured, options: dict[str, object], said: str
):
    assert run(monkeypatch, "train", *place.options(**options)) == 1
    assert said in capsys.readouterr().err


def test_too_little_memory_is_said_before_anything_is_written(
    place: Place, monkeypatch: Patch, capsys: Captured
):
    monkeypatch.setattr(reader_training, "_available_bytes", lambda: 1_000_000_000)
    assert run(monkeypatch, "train", *place.options()) == 1
    assert "needs about 3.3 GB of memory, and 1.0 GB are free" in capsys.readouterr().err
    assert not place.out.exists()


def test_examples_are_written_for_a_look(place: Place, monkeypatch: Patch, capsys: Captured):
    assert run(monkeypatch, "examples", str(place.out), "--datasets", str(place.datasets)) == 0
    assert "domain_dev.jsonl: 2 examples (1 pos, 1 near)" in capsys.readouterr().out


def test_the_mean_of_two_checkpoints_is_packed(place: Place, monkeypatch: Patch, capsys: Captured):
    assert run(monkeypatch, "train", *place.options()) == 0
    first, second = place.out / "public", place.out / "domain"
    target = place.out.parent / "mean"
    options = ("--out", str(target), "--datasets", str(place.datasets))
    assert run(monkeypatch, "average", f"{first}=1", f"{second}=3", *options) == 0
    assert "domain_dev: float32 EM" in capsys.readouterr().out
    name = "head.weight"
    a, b, mean = (
        load_file(folder / "trained.safetensors")[name]
        for folder in (first, second, target / "average")
    )
    assert mean == pytest.approx(0.25 * a + 0.75 * b)
    manifest = json.loads((target / "reader_model" / "manifest.json").read_text("utf-8"))
    assert manifest["shares"] == {str(first): 1.0, str(second): 3.0}


@pytest.mark.parametrize("part", ["nowhere=1", "nowhere", "nowhere=much"])
def test_what_is_no_checkpoint_with_a_share_is_refused(
    part: str, place: Place, monkeypatch: Patch, capsys: Captured
):
    assert run(monkeypatch, "average", part, "--out", str(place.out)) == 1
    assert "nowhere" in capsys.readouterr().err


@pytest.mark.parametrize("parts", [["a=0"], ["a=1", "a=2"], ["a=-1", "b=1"], ["a=nan", "a=1"]])
def test_a_mean_needs_each_checkpoint_once_and_a_share_above_0(
    parts: list[str], place: Place, monkeypatch: Patch, capsys: Captured
):
    assert run(monkeypatch, "average", "--out", str(place.out), "--", *parts) == 1
    assert "each checkpoint once, with a share above 0" in capsys.readouterr().err
