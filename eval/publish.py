"""The whole path of a new snapshot: build, verify, evaluate, gate, and only then point to it."""

from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import replace

from corpus.errors import CoopQaError
from corpus.progress import Progress
from eval.compare import compare_runs
from eval.forget import without_articles
from eval.gate import (
    GateRules,
    corpus_reasons,
    measured_reasons,
    newly_answered_reasons,
    read_rules,
)
from eval.golds import Golds
from eval.history import add_past_run, past_run, read_past_runs
from eval.integrity import integrity_faults
from eval.known_items import known_item_questions
from eval.newly_answered import newly_answered
from eval.publication_log import log_publication
from eval.publication_runs import PublicationRuns
from eval.publish_lock import lock_path, locked
from eval.question import Question
from eval.reason import Reason, reason
from eval.removal import unfinished_removals
from eval.report import Report, write_report
from eval.run_folder import ArticleSize
from eval.score import score_run, without_questions
from eval.upkeep import tidy
from eval.verdict import Force, PublishOutcome, Verdict, not_built
from index.build import build_snapshot, passages_of
from index.pending import live_articles, pending
from index.snapshot import open_snapshot
from qa.assemble import Parts
from qa.live import Live, opened


class Publisher:
    """Publishes the articles of the store; its runs, reports and log lie in `evaluation/`.

    The steps of its progress are `embed`, `write`, `verify`, `ask_new` (the new snapshot),
    `ask_live` (the live one, where its answers are not kept), `compact` and `purge`.
    """

    def __init__(
        self,
        parts: Parts,
        questions: Sequence[Question] = (),
        set_name: str = "golds",
        rules: GateRules | None = None,
        progress: Progress = lambda _step, _done, _all: None,
    ) -> None:
        self._parts = parts
        self._questions = questions
        self._runs = PublicationRuns(parts, questions, set_name, progress)
        self._rules = rules or read_rules()
        self._progress = progress
        self._history = parts.settings.evaluation_dir / "history.jsonl"

    def publish(self, force: Force | None = None, who: str = "", why: str = "") -> PublishOutcome:
        """Publish what is in the store, or say why not; nothing changes for users unless it is.

        With `force` the reasons are recorded, with who and why, and overridden, except that a
        snapshot that cannot be opened is never shown and that only one publication runs. Without
        it nothing is built where nothing has changed: what a rollback goes to stays.
        """
        settings = self._parts.settings
        with locked(lock_path(settings)) as holder:
            if holder:
                outcome = not_built(reason("busy", who=holder), self._parts.pointer.live())
            else:
                outcome = self._publish_alone(force)
            log_publication(settings, outcome, force, who, why)
            return outcome

    def _publish_alone(self, force: Force | None) -> PublishOutcome:
        pointer = self._parts.pointer
        pointer.clear_unfinished()
        if force or self._is_new():
            outcome = self._publish(force)
        else:
            live = pointer.live()
            outcome = not_built(reason("unchanged", live=live), live)
        if outcome.live:
            receipts = tidy(self._parts, self._questions, self._progress)
            outcome = replace(outcome, receipts=receipts)
        return outcome

    def _is_new(self) -> bool:
        """Tell whether a new snapshot would be other than the live one, or finish a removal.

        It would not where the store holds what is shown, and the live one is sound and what this
        model and this code make of it.
        """
        parts = self._parts
        try:
            # Asked first: to open the live one takes a reading of all its files.
            if pending(parts.store, live_articles(parts.pointer)) or unfinished_removals(parts):
                return True
            live = open_snapshot(parts.pointer.path(parts.pointer.current()), parts.embedder)
        except CoopQaError:
            return True
        return bool(
            passages_of(parts.store.articles()) != list(live.table.all_passages())
            or integrity_faults(live, parts.embedder)
        )

    def _publish(self, force: Force | None) -> PublishOutcome:
        parts = self._parts
        before = parts.pointer.live()
        with closing(parts.cache) as cache:
            built = build_snapshot(
                parts.store.articles(),
                parts.settings.snapshots_dir,
                parts.embedder,
                cache,
                self._progress,
            )
        self._progress("verify", 0, 1)
        try:
            new = opened(open_snapshot(parts.pointer.path(built), parts.embedder))
        except CoopQaError as error:
            broken = (reason("snapshot", error=error),)
            return PublishOutcome(False, built, before, broken, None)
        integrity = integrity_faults(new.snapshot, parts.embedder)
        self._progress("verify", 1, 1)
        report = self._evaluate(new, before, force, integrity)
        verdict = report.verdict or Verdict((), first=True)
        # The report is written before anyone sees the snapshot.
        path = write_report(report, report.run.report)
        if verdict.publishes:
            parts.pointer.point(built)
        current = built if verdict.publishes else before
        forced = verdict.publishes and bool(verdict.reasons)
        return PublishOutcome(
            verdict.publishes, built, current, verdict.reasons, path, forced,
            look_at=report.look_at,
        )  # fmt: skip

    def _evaluate(
        self, new: Live, before: str, force: Force | None, integrity: Sequence[Reason]
    ) -> Report:
        """Run the questions that hold on the new snapshot, and set them beside the live one."""
        removed = self._parts.store.removed()
        golds = self._runs.golds(new, removed)
        asked = golds.live or known_item_questions(list(new.snapshot.table.articles.values()))
        run = self._runs.ask("ask_new", new, asked)
        every = score_run(run)
        earlier = self._runs.earlier(before)
        was_live = earlier[0].settings.articles if earlier else ()
        asked_before = earlier[1].asked if earlier else ()
        newly = newly_answered(every.asked, asked_before, was_live, self._runs.old_text)
        unjudged = {a.question.id for a in newly}
        scores = without_questions(every, unjudged)
        before_scores = without_questions(earlier[1], unjudged) if earlier else None
        if before_scores:
            before_scores = without_articles(before_scores, removed)
        report = Report(
            run=run,
            scores=scores,
            golds=golds,
            newly=newly,
            before=before_scores,
            comparison=compare_runs(before_scores, scores) if before_scores else None,
            known_items=not self._questions,
        )
        reasons = (*integrity, *self._reasons(report, was_live, removed))
        verdict = Verdict(reasons, first=earlier is None, force=force)
        past = past_run(new.snapshot.id, run.settings.set_fingerprint, verdict.publishes, scores)
        add_past_run(self._history, past)
        return replace(report, verdict=verdict, history=read_past_runs(self._history))

    def _reasons(
        self, report: Report, was_live: Sequence[ArticleSize], removed: Collection[str]
    ) -> list[Reason]:
        rules = self._rules
        golds = report.golds or Golds(())
        articles = report.run.settings.articles
        return [
            *corpus_reasons(golds, was_live, articles, removed, rules.corpus),
            *newly_answered_reasons(report.newly, report.scores.asked, rules.corpus),
            *measured_reasons(
                report.scores,
                report.comparison,
                rules,
                known_items=report.known_items,
                after_removal=any(article.id in removed for article in was_live),
            ),
        ]
