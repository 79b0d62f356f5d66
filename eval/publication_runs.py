"""The runs of publications: what a snapshot that is new or live answers to the questions."""

from collections.abc import Sequence

from corpus.errors import ArticleNotFound, CoopQaError, QuestionSetError
from corpus.progress import Progress
from eval.golds import Golds, sort_golds
from eval.in_process import InProcess
from eval.known_items import known_item_questions
from eval.question import Question
from eval.run import run_set
from eval.run_folder import RunFolder
from eval.score import Scores, score_run
from index.snapshot import open_snapshot
from qa.assemble import Parts
from qa.live import Live, opened


class PublicationRuns:
    """Asks snapshots the questions of a set, each in the folder of its own run."""

    def __init__(
        self, parts: Parts, questions: Sequence[Question], set_name: str, progress: Progress
    ) -> None:
        self._parts = parts
        self._questions = questions
        self._set_name = set_name
        self._progress = progress

    def golds(self, live: Live, removed: dict[str, str]) -> Golds:
        """Return what became of the golds in the articles of a snapshot."""
        articles = live.snapshot.table.articles
        return sort_golds(self._questions, articles, removed, self.old_text)

    def old_text(self, article_id: str, version: str) -> str | None:
        """Return the text of an article's version, or None when it is not kept."""
        try:
            return self._parts.store.get(article_id, version).text
        except ArticleNotFound:
            return None

    def ask(self, step: str, live: Live, questions: Sequence[Question]) -> RunFolder:
        """Ask a snapshot these questions, under the name of this step, whatever is kept of it."""
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
            lambda done, all_: self._progress(step, done, all_),
        )

    def earlier(self, snapshot_id: str) -> tuple[RunFolder, Scores] | None:
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
        golds = self.golds(live, {})
        articles = list(live.snapshot.table.articles.values())
        run = self.ask("ask_live", live, golds.live or known_item_questions(articles))
        return run, score_run(run)
