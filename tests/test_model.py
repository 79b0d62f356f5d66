"""Whatever a keeper does in whatever order, the product does what plain dictionaries do."""

from pathlib import Path

import pytest

from tests.model_run import ModelRun


@pytest.mark.parametrize("seed", [1])
def test_three_hundred_random_operations_agree_with_a_plain_dictionary(tmp_path: Path, seed: int):
    run = ModelRun(tmp_path, seed)
    run.run(300)
    assert run.differences == []
    assert min(run.done.values()) > 0
    assert len(run.done) == 7
