"""The whole path of a new snapshot: build, verify, evaluate, gate, and only then point to it."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from corpus.errors import ArticleNotFound, CoopQaError, QuestionSetError
from corpus.progress import Progress
from eval.compare import compare_runs
from eval.forget import without_articles
from eval.gate import GateRules, corpus_reasons, measured_reasons, read_rules
from eval.golds import Golds, sort_golds
from eval.history import add_past_run, past_run, read_past_runs
from eval.in_process import InProcess
from eval.integrity import integrity_faults
from eval.known_items import known_item_questions
from eval.publication_log import log_publication
from eval.publish_lock import lock_path, locked
from eval.question import Question
from eval.reason import Reason, reason
from eval.report import Report, write_report
from eval.run import run_set
from eval.run_folder import RunFolder
from eval.score import Scores, score_run
from eval.upkeep import tidy
from eval.verdict import Force, PublishOutcome, Verdict
from index.build import build_snapshot
from index.snapshot import open_snapshot
from qa.assemble import Parts
from qa.live import Live, opened


class Publisher:
    """Publishes the articles of the store; its runs, reports and log lie in `evaluation/`.

    The steps of its progress are `embed`, `write`, `verify`, `ask`, `compact` and `purge`.
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
        self._set_name = set_name
        self._rules = rules or read_rules()
        self._progress = progress
        self._history = parts.settings.evaluation_dir / "history.jsonl"

    def publish(self, force: Force | None = None, who: str = "", why: str = "") -> PublishOutcome:
        """Publish what is in the store, or say why not; nothing changes for users unless it is.

        With `force` the reasons are recorded, with who and why, and overridden, except that a
        snapshot that cannot be opened is never shown and that only one publication runs.
        """
        settings = self._parts.settings
        with locked(lock_path(settings)) as holder:
            if holder:
                busy = (reason("busy", who=holder),)
                return PublishOutcome(False, "", self._parts.pointer.live(), busy, None)
            self._parts.pointer.clear_unfinished()
            outcome = self._publish(force)
            if outcome.live:
                receipts = tidy(self._parts, self._questions, self._progress)
                outcome = replace(outcome, receipts=receipts)
            log_publication(settings, outcome, force, who, why)
            return outcome

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
        return PublishOutcome(verdict.publishes, built, current, verdict.reasons, path, forced)

    def _evaluate(
        self, new: Live, before: str, force: Force | None, integrity: Sequence[Reason]
    ) -> Report:
        """Run the questions that hold on the new snapshot, and set them beside the live one."""
        removed = self._parts.store.removed()
        golds = self._golds(new, removed)
        known_items = not self._questions
        asked = golds.live or known_item_questions(list(new.snapshot.table.articles.values()))
        run = self._run(new, asked)
        scores = score_run(run)
        earlier = self._earlier(before)
        before_scores = without_articles(earlier[1], removed) if earlier else None
        comparison = compare_runs(before_scores, scores) if before_scores else None
        sizes = earlier[0].settings.articles if earlier else ()
        reasons = (
            *integrity,
            *corpus_reasons(golds, sizes, run.settings.articles, removed, self._rules.corpus),
            *measured_reasons(scores, comparison, self._rules, known_items=known_items),
        )
        verdict = Verdict(reasons, first=earlier is None, force=force)
        past = past_run(new.snapshot.id, run.settings.set_fingerprint, verdict.publishes, scores)
        add_past_run(self._history, past)
        return Report(
            run=run,
            scores=scores,
            verdict=verdict,
            golds=golds,
            before=before_scores,
            comparison=comparison,
            history=read_past_runs(self._history),
            known_items=known_items,
        )

    def _golds(self, live: Live, removed: dict[str, str]) -> Golds:
        def old_text(article_id: str, version: str) -> str | None:
            try:
                return self._parts.store.get(article_id, version).text
            except ArticleNotFound:
                return None

        return sort_golds(self._questions, live.snapshot.table.articles, removed, old_text)

    def _run(self, live: Live, questions: Sequence[Question]) -> RunFolder:
        parts = self._parts
        answerer = InProcess(lambda: live, parts.retriever, parts.reader, parts.confidence)
        folder = parts.settings.publication_runs_dir / live.snapshot.id
        # What an interrupted publication left may be of other code.
        RunFolder(folder).clear()
        return run_set(
            questions,
            answerer,
            folder,
            self._set_name if self._questions else "known items",
            lambda done, all_: self._progress("ask", done, all_),
        )

    def _earlier(self, snapshot_id: str) -> tuple[RunFolder, Scores] | None:
        """Return the live snapshot's last run; where it has none, it is asked now."""
        if not snapshot_id:
            return None
        run = RunFolder(self._parts.settings.publication_runs_dir / snapshot_id)
        try:
            if run.settings and (run.folder / "qrels.trec").exists():
                return run, score_run(run)
        except QuestionSetError:
            pass
        parts = self._parts
        try:
            live = opened(open_snapshot(parts.pointer.path(snapshot_id), parts.embedder))
        except CoopQaError:
            # Of another model or format, or damaged: there is nothing to compare with.
            return None
        golds = self._golds(live, {})
        articles = list(live.snapshot.table.articles.values())
        run = self._run(live, golds.live or known_item_questions(articles))
        return run, score_run(run)
