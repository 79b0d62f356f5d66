"""`coopqa publish`.

For programs, `coopqa publish --json` writes two things and nothing else:

- On standard error, where that is not a terminal, one flushed line `STEP DONE/ALL` for progress:
  when a step begins, then at most once a second, and when it ends (DONE = ALL). STEP is one of
  `embed` (texts), `write`, `verify`, `ask` (questions of the evaluation; twice where the live
  snapshot has to be asked too), `compact` (kept snapshots made anew without a removed article),
  `purge` (removed articles), in this order; `compact` and `purge` come only where there is
  something to do. Any other line is a message for people, who are told `ask_new` from `ask_live`.
- On standard output, at the end, one JSON object:
  `{"published": bool, "snapshot": ID of the new one or "", "live": ID or "", "forced": bool,
  "reasons": [{"code", "text", "text_vi"}], "report": path of the HTML report or "",
  "receipts": [{"article_id", "removed_at", "purged_at", "left": {KIND: 0, ...}}],
  "look_at": {"stale": edited texts with golds, "worse": answers that got worse, "newly": questions
  that new text answers, "example": {"question_id", "question", "before", "after"} or null}}`.

Exit status 0 only when it was published or there was nothing to publish: then `published` is
false, `snapshot` is "", and the only reason has the code `unchanged`. Nothing is built where the
store holds what is shown, no removal is unfinished, and the live snapshot is sound and what this
model and this program would make of it. Where somebody else is publishing, the only reason has the
code `busy` and its text says who.
"""

import os
from dataclasses import asdict
from typing import Annotated, Any

import typer

from api.commands.terminal import AsJson, err, out, print_json, progress
from corpus.errors import InvalidRequest
from corpus.progress import Progress
from eval.publish import Publisher
from eval.suites import known_golds
from eval.verdict import Force, PublishOutcome
from qa.assemble import Parts, seed_store
from qa.settings import read_settings

Who = Annotated[str, typer.Option(help="Your name, for the record.")]
Why = Annotated[str, typer.Option(help="The reason, for the record.")]
_NICENESS = 10


def publish(
    force: Annotated[bool, typer.Option(help="Publish in spite of the gate.")] = False,
    who: Who = "",
    why: Why = "",
    as_json: AsJson = False,
) -> None:
    """Build, verify, evaluate and, if the gate passes, show the articles of the store."""
    if force and not (who and why):
        raise InvalidRequest("--force needs --who and --why; both are recorded.")
    # Those who ask come first.
    os.nice(max(0, _NICENESS - os.nice(0)))
    parts = Parts(read_settings())
    seed_store(parts)
    with progress() as report:
        said = _for_programs(report) if as_json else report
        publisher = Publisher(parts, known_golds(parts), "cooperation", progress=said)
        outcome = publisher.publish(Force(who, why) if force else None, who, why)
    if as_json:
        print_json(outcome_fields(outcome))
    else:
        _show(outcome)
    if not (outcome.published or outcome.unchanged):
        raise typer.Exit(1)


def outcome_fields(outcome: PublishOutcome) -> dict[str, Any]:
    """Return an outcome as it is printed for programs."""
    return {
        "published": outcome.published,
        "snapshot": outcome.snapshot,
        "live": outcome.live,
        "forced": outcome.forced,
        "reasons": [reason.as_dict() for reason in outcome.reasons],
        "report": str(outcome.report or ""),
        "receipts": [asdict(receipt) for receipt in outcome.receipts],
        "look_at": asdict(outcome.look_at),
    }


def _for_programs(report: Progress) -> Progress:
    """Return progress in which asking is one step, whichever snapshot is asked."""
    return lambda step, done, total: report(step.partition("_")[0], done, total)


def _show(outcome: PublishOutcome) -> None:
    if outcome.unchanged:
        out.print(outcome.reasons[0].text("en"), markup=False)
        return
    said = "is live" if outcome.published else "was not published"
    out.print(f"{outcome.snapshot or 'nothing'} {said}.")
    why = "in spite of" if outcome.forced else "because"
    for found in outcome.reasons:
        err.print(f"{why}: {found.text('en')}", markup=False, soft_wrap=True)
    for line in outcome.look_at.lines() if outcome.published else ():
        out.print(line, markup=False, style="yellow")
    if outcome.report:
        out.print(f"report: {outcome.report}", markup=False)
    if outcome.report and not outcome.published:
        out.print("Users see what they saw before; the changes stay pending.")
    for receipt in outcome.receipts:
        left = ", ".join(f"{n} {kind.replace('_', ' ')}" for kind, n in receipt.left.items())
        out.print(f"{receipt.article_id} is gone: {left} left.", markup=False)
