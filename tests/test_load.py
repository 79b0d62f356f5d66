"""Who asks while snapshots are published gets an answer out of one of them, never an error."""

from pathlib import Path

from tests.load_run import Load, percentile, run_load


def test_who_asks_during_publications_is_answered_out_of_one_snapshot(
    models_dir: Path, tmp_path: Path
):
    settings = {"reader_model": "sentence"}
    load = Load(
        askers=6, think_s=0.5, publications=2, quiet_s=1.0, articles=2, seed=7, settings=settings
    )
    run = run_load(load, tmp_path, models_dir)
    assert run.wrong == []
    assert len(run.shown) == 3
    assert set(run.shown[-2:]) & set(run.given), "no answer out of a snapshot that was published"
    assert len(run.quiet_ms) > 0 < len(run.beside_ms)


def test_a_percentile_is_the_value_that_a_share_does_not_exceed():
    assert percentile([5.0, 1.0, 4.0, 2.0, 3.0], 0.5) == 3.0
    assert percentile([float(n) for n in range(1, 101)], 0.95) == 95.0
    assert percentile([7.0], 0.95) == 7.0
    assert percentile([], 0.95) == 0.0
