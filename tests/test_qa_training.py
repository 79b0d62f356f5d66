import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from corpus.errors import ForeignCheckpoint, TrainingError
from index.e5_weights import unpack_e5
from index.onnx_model import shared_tokenizer
from qa.reader_input import ReaderInput
from qa.reader_weights import join_tensors
from qa.training.augmentation import (
    with_other_context,
    with_other_element,
    without_marks,
    without_tones,
)
from qa.training.batches import TrainingBatches
from qa.training.checkpoint import Progress, find_checkpoint, load_checkpoint, save_checkpoint
from qa.training.evaluation import auroc, normalise, token_f1
from qa.training.examples import Example, across_languages, read_examples, write_examples
from qa.training.network import span_loss
from qa.training.recipe import RECIPE, learning_rate_share, read_recipe
from qa.training.run_record import RunRecord
from qa.training.sets import find_sets, read_sets

EXAMPLE = Example(
    "set-1", "vi", "Năm 2021 ông Nguyễn Văn An ký với ai?", "", "Năm 2021, ông An ký với Kitahama.",
    ((24, 32),),
)  # fmt: skip


def test_marks_and_tones_are_removed():
    assert without_marks("Đại học Huế ước gì") == "Dai hoc Hue uoc gi"
    assert without_tones("bệnh viện ở Huế") == "bênh viên ơ Huê"


def test_a_context_that_holds_the_answer_is_no_negative():
    other = replace(EXAMPLE, context="Đoàn KITAHAMA đến thăm.")
    assert with_other_context(EXAMPLE, other) is None
    swapped = with_other_context(EXAMPLE, replace(EXAMPLE, context="Đoàn Pháp đến thăm."))
    assert swapped is not None
    assert swapped.answers == ()


def test_a_changed_year_makes_a_question_unanswerable():
    changed = with_other_element(EXAMPLE, [], random.Random(1))
    assert changed is not None
    assert changed.answers == ()
    assert "2021" not in changed.question
    assert changed.context == EXAMPLE.context


def test_a_question_without_number_and_name_has_no_near_miss():
    assert with_other_element(replace(EXAMPLE, question="ký với ai?"), [], random.Random(1)) is None


def test_an_answer_that_is_not_in_its_context_is_refused(tmp_path: Path):
    line = {"id": "a-1", "question": "?", "context": "x", "answers": [{"text": "y", "start": 0}]}
    (tmp_path / "a.jsonl").write_text(json.dumps(line))
    with pytest.raises(TrainingError, match="a-1"):
        read_examples(tmp_path / "a.jsonl")


def test_a_broken_set_is_named_with_the_line_before(tmp_path: Path):
    write_examples(tmp_path / "a.jsonl", [EXAMPLE])
    with (tmp_path / "a.jsonl").open("a") as file:
        file.write("{")
    with pytest.raises(TrainingError, match=r"a\.jsonl behind set-1"):
        read_examples(tmp_path / "a.jsonl")


def test_sets_are_found_by_name_and_joined_across_languages(tmp_path: Path):
    english = replace(
        EXAMPLE, id="en-1", lang="en", question="Who?", context="Kitahama", answers=()
    )
    write_examples(tmp_path / "en.jsonl", [english])
    write_examples(tmp_path / "vi.jsonl", [EXAMPLE])
    (tmp_path / "SOURCES.md").write_text("about them")
    sets = read_sets(find_sets([tmp_path]), ["vi", "en>vi"])
    assert [e.question for e in sets["vi"]] == [EXAMPLE.question]
    assert [(e.question, e.context) for e in sets["en>vi"]] == [("Who?", EXAMPLE.context)]


def test_sets_that_are_missing_twice_there_or_empty_are_named(tmp_path: Path):
    for folder in ("one", "two"):
        write_examples(tmp_path / folder / "vi.jsonl", [])
    with pytest.raises(TrainingError, match="no folder .*three"):
        find_sets([tmp_path / "three"])
    with pytest.raises(TrainingError, match="both the set 'vi'"):
        find_sets([tmp_path / "one", tmp_path / "two"])
    files = find_sets([tmp_path / "one"])
    with pytest.raises(TrainingError, match="in no folder: en, ja"):
        read_sets(files, ["vi", "ja>en"])
    with pytest.raises(TrainingError, match=r"vi\.jsonl holds no examples"):
        read_sets(files, ["vi"])


def test_a_recipe_that_lacks_a_setting_is_refused(tmp_path: Path):
    lines = RECIPE.read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "r.toml").write_text("".join(n for n in lines if "clip_norm" not in n), "utf-8")
    with pytest.raises(TrainingError, match="clip_norm"):
        read_recipe(tmp_path / "r.toml")


def test_a_stage_starts_from_the_one_before():
    recipe = read_recipe()
    assert recipe.before("public") is None
    assert recipe.before("domain") == recipe.stage("public")
    with pytest.raises(TrainingError, match="no stage 'last' in the recipe; there are public"):
        recipe.before("last")


def test_comments_of_a_recipe_do_not_change_its_name(tmp_path: Path):
    (tmp_path / "r.toml").write_text(RECIPE.read_text("utf-8") + "# more\n", "utf-8")
    recipe = read_recipe(tmp_path / "r.toml")
    assert recipe.sha256 == read_recipe().sha256
    assert recipe.sha256 != replace(recipe, seed=1).sha256


def test_a_folder_belongs_to_one_recipe_and_its_data(tmp_path: Path):
    RunRecord("recipe", "base", {"vi": 3}).claim(tmp_path)
    RunRecord("recipe", "base", {"domain": 9}).claim(tmp_path)
    RunRecord("recipe", "base", {"vi": 3, "domain": 9}).claim(tmp_path)
    with pytest.raises(ForeignCheckpoint, match="another recipe and other data .domain."):
        RunRecord("new", "base", {"vi": 3, "domain": 8}).claim(tmp_path)
    with pytest.raises(ForeignCheckpoint, match="other bundled weights; give another --out"):
        RunRecord("recipe", "other", {}).claim(tmp_path)


def test_translations_are_asked_across_languages():
    english = replace(EXAMPLE, id="en-1", lang="en", question="Who?", context="Kitahama.")
    (pair,) = across_languages([english], [EXAMPLE])
    assert (pair.question, pair.context, pair.lang) == ("Who?", EXAMPLE.context, "en")


def test_batches_are_the_same_for_the_same_seed_and_mark_the_answers(models_dir: Path):
    layout = ReaderInput(shared_tokenizer(unpack_e5(models_dir) / "tokenizer.json"))
    recipe = read_recipe()
    stage = replace(recipe.stages[0], mixture={"set": 1})
    sets = {"set": [replace(EXAMPLE, id=f"set-{n}") for n in range(20)]}
    first, second = (
        next(iter(TrainingBatches(sets, recipe, stage, layout, pad=1))) for _ in range(2)
    )
    assert np.array_equal(first.ids, second.ids)
    assert first.starts.sum(axis=1) == pytest.approx(1)
    assert first.choices[first.starts > 0].all()
    assert first.ids.size <= recipe.batch_tokens


def test_the_learning_rate_rises_stays_and_falls():
    stage = replace(
        read_recipe().stages[0], minutes=10, warmup_minutes=2, decay_minutes=4, final_rate=0.5
    )
    shares = [learning_rate_share(stage, minute) for minute in (0.98, 5, 8, 10)]
    assert shares == pytest.approx([0.5, 1, 0.75, 0.5])


def test_the_loss_ignores_positions_that_may_not_be_chosen():
    logits = torch.tensor([[0.0, 50.0, 0.0]])
    choices = torch.tensor([[True, False, True]])
    loss = span_loss(logits, choices, torch.tensor([[1.0, 0.0, 0.0]]))
    assert float(loss) == pytest.approx(np.log(2), abs=1e-5)


def test_a_checkpoint_restores_weights_moments_and_progress(tmp_path: Path):
    weight = nn.Parameter(torch.ones(3))
    optimizer = torch.optim.AdamW([weight], lr=0.1)
    (weight * 2).sum().backward()
    optimizer.step()
    save_checkpoint(tmp_path / "c", {"w": weight}, optimizer, Progress("public", steps=7))
    other = nn.Parameter(torch.zeros(3))
    fresh = torch.optim.AdamW([other], lr=0.1)
    assert load_checkpoint(tmp_path / "c", {"w": other}, fresh).steps == 7
    assert torch.equal(other, weight)
    assert torch.equal(fresh.state[other]["exp_avg"], optimizer.state[weight]["exp_avg"])


def test_a_checkpoint_of_another_network_is_refused(tmp_path: Path):
    weight, longer = nn.Parameter(torch.ones(3)), nn.Parameter(torch.zeros(4))
    optimizer = torch.optim.AdamW([weight], lr=0.1)
    weight.sum().backward()
    optimizer.step()
    save_checkpoint(tmp_path / "c", {"w": weight}, optimizer, Progress("public"))
    fresh = torch.optim.AdamW([longer], lr=0.1)
    with pytest.raises(ForeignCheckpoint, match="is of another network"):
        load_checkpoint(tmp_path / "c", {"w": longer}, fresh)
    with pytest.raises(ForeignCheckpoint, match="cannot be gone on from"):
        load_checkpoint(tmp_path / "c", {"v": longer}, fresh)


@pytest.mark.parametrize("name", ["trained.safetensors", "optimizer.safetensors", "state.json"])
def test_a_damaged_checkpoint_is_refused(tmp_path: Path, name: str):
    weight = nn.Parameter(torch.ones(3))
    optimizer = torch.optim.AdamW([weight], lr=0.1)
    weight.sum().backward()
    optimizer.step()
    save_checkpoint(tmp_path / "c", {"w": weight}, optimizer, Progress("public"))
    (tmp_path / "c" / name).write_bytes(b"{")
    with pytest.raises(ForeignCheckpoint, match="delete the folder"):
        load_checkpoint(tmp_path / "c", {"w": weight}, optimizer)


def test_a_crash_between_two_checkpoints_leaves_one(tmp_path: Path):
    whole = tmp_path / "c.old"
    whole.mkdir()
    (whole / "state.json").write_text("{}")
    (tmp_path / "c.new").mkdir()
    assert find_checkpoint(tmp_path / "c") == whole


def test_answers_are_compared_without_case_punctuation_and_composition():
    assert normalise("  “Đại học Y”,  KITAHAMA. ") == "đại học y kitahama"
    assert normalise("Hue\u0302\u0301") == "huế"


def test_token_f1_counts_shared_words():
    assert token_f1("13,5 tỷ đồng", "13,5 tỷ") == pytest.approx(0.8)
    assert token_f1("không", "có") == 0


def test_auroc_is_the_chance_of_the_right_order():
    assert auroc([(3, True), (2, False), (1, True), (1, False)]) == pytest.approx(0.625)
    assert auroc([(3, True)]) is None


def test_differences_are_added_to_the_bundled_weights():
    base = {"layer.weight": np.array([[1, 2], [3, 4]], np.float32)}
    packed = {
        "encoder.layer.weight": np.array([[10, 0], [0, -4]], np.int8),
        "encoder.layer.weight:scale": np.array([[0.1], [0.5]], np.float32),
        "head.bias": np.array([7], np.float32),
    }
    joined = join_tensors(base, packed)
    assert joined["encoder.layer.weight"].tolist() == [[2, 2], [3, 2]]
    assert joined["head.bias"].tolist() == [7]
