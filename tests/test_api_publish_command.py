"""A keeper who only reads what `coopqa publish` prints knows what to look at."""

from pathlib import Path

import pytest

from eval.look_at import Example, LookAt
from eval.publish import Publisher
from eval.reason import reason
from eval.verdict import PublishOutcome
from tests.keeping import LAO, Keeper, a_keeper

SEEN = LookAt(1, 8, 0, Example("c-078", "108 cử bác sĩ qua Anh học gì?", "gây mê", "(no_answer)"))


@pytest.fixture
def keeper(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Keeper:
    keeper = a_keeper(monkeypatch, capsys, tmp_path)
    keeper.write("lào.txt", LAO)
    outcome = PublishOutcome(True, "new", "new", (), Path("report.html"), look_at=SEEN)

    def publish(publisher: Publisher, *_: object) -> PublishOutcome:
        for step in ("ask_new", "ask_live"):
            for done in (0, 0, 1):
                publisher._progress(step, done, 2)
            publisher._progress(step, 2, 2)
        return outcome

    monkeypatch.setattr(Publisher, "publish", publish)
    return keeper


def test_what_to_look_at_is_said_with_an_example_though_the_gate_let_it_through(keeper: Keeper):
    assert keeper.run("publish").out.splitlines() == [
        "new is live.",
        "But look at this:",
        "  Edited texts with golds, old beside new: 1",
        "  Answers that got worse: 8",
        "  c-078 108 cử bác sĩ qua Anh học gì?",
        "    before: gây mê",
        "    after: (no_answer)",
        "report: report.html",
    ]


def test_nothing_to_publish_is_said_plainly_and_is_no_failure(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
):
    unchanged = reason("unchanged", live="old")
    outcome = PublishOutcome(False, "", "old", (unchanged,), None)
    monkeypatch.setattr(Publisher, "publish", lambda *_: outcome)
    ran = keeper.run("publish")
    assert (ran.status, ran.out, ran.err) == (0, f"{unchanged.text('en')}\n", "")
    ran = keeper.run("publish", "--json")
    assert (ran.status, ran.json["published"], ran.json["snapshot"]) == (0, False, "")
    assert (ran.json["live"], ran.json["reasons"]) == ("old", [unchanged.as_dict()])


def test_programs_get_it_as_json(keeper: Keeper):
    said = keeper.run("publish", "--json").json["look_at"]
    assert (said["stale"], said["worse"], said["newly"]) == (1, 8, 0)
    assert said["example"]["before"] == "gây mê"


def test_people_are_told_which_snapshot_is_asked_and_programs_one_step(keeper: Keeper):
    said = [line.partition(" ")[0] for line in keeper.run("publish").err.splitlines()]
    assert [s for s in said if s.startswith("ask")] == [*["ask_new"] * 2, *["ask_live"] * 2]
    said = keeper.run("publish", "--json").err.splitlines()
    assert said == ["ask 0/2", "ask 2/2"] * 2
