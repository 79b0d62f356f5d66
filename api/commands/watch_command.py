"""`coopqa watch`."""

import os
import signal
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError
from watchfiles import watch as wake

from api.commands.corpus_output import print_changes, print_refused
from api.commands.terminal import err, out, progress
from corpus.errors import CoopQaError, UnreadableArticle
from corpus.quiet_folder import FileState, RememberingReader, folder_state, wait_until_quiet
from corpus.sync import SyncPlan, apply_sync, plan_sync
from eval.publish import Publisher
from eval.publish_lock import publisher
from eval.suites import known_golds
from eval.verdict import PublishOutcome
from index.pending import live_articles, pending
from qa.assemble import Parts
from qa.settings import read_settings

_LOOK_MS = 2_000
"""How often the folder is looked at where the system does not say that it changed."""
_NICEST = 19


def watch(
    debounce: Annotated[
        float, typer.Option(min=0.1, max=3600, help="Seconds without a change before reading.")
    ] = 5,
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove articles whose file is gone, too.")
    ] = False,
) -> None:
    """Publish again whenever the corpus folder changes, through the same gate; Ctrl-C ends it.

    Files are read once they are whole: nothing in the folder changed for --debounce seconds. What
    the gate refuses is said with the reasons and the report, and watching goes on. Runs at the
    lowest priority on one thread. Exit status 0 when it was ended, 1 when it could not begin.
    """
    folder = (settings := read_settings(threads=1)).corpus_dir
    if not folder.is_dir():
        raise UnreadableArticle(f"There is no folder {folder}; set COOPQA_CORPUS_DIR to one.")
    os.nice(_NICEST)
    # A shell that starts us in the background has us ignore interrupts.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    watched = Watch(Parts(settings), removes=remove)
    try:
        watched.look(wait_until_quiet(folder, debounce))
        _say(f"watching {folder}; Ctrl-C ends it")
        for _ in wake(folder, rust_timeout=_LOOK_MS, yield_on_timeout=True):
            if watched.is_news(folder_state(folder)):
                watched.look(wait_until_quiet(folder, debounce))
    except KeyboardInterrupt:
        _say("no longer watching; what is live stays live")


class Watch:
    """Takes a folder's changes into the store and publishes them, one look after the other."""

    def __init__(self, parts: Parts, *, removes: bool = False) -> None:
        self._parts = parts
        self._removes = removes
        self._read = RememberingReader()
        self._seen: Mapping[Path, FileState] | None = None
        self._busy = False

    def is_news(self, state: Mapping[Path, FileState]) -> bool:
        """Tell whether the folder is other than when it was looked at, or work was put off."""
        return state != self._seen or self._busy

    def look(self, state: Mapping[Path, FileState]) -> PublishOutcome | None:
        """Take in what changed and publish it; return what came of it, None if nothing was new.

        An error is said and does not end the watch: the next change is another chance.
        """
        try:
            if state != self._seen:
                self._seen = state
                self._take_in()
            live = live_articles(self._parts.pointer)
            if not pending(self._parts.store, live):
                self._busy = False
                return None
            if self._busy and publisher(self._parts.settings):
                return None
            outcome = self._publish()
        except (CoopQaError, OSError, SQLAlchemyError, sqlite3.Error) as error:
            _say(f"not published: {error}", "red")
            return None
        self._tell(outcome)
        return outcome

    def _take_in(self) -> None:
        store = self._parts.store
        plan = plan_sync(store, self._parts.settings.corpus_dir, self._read)
        print_refused(plan.refused)
        removes = self._removes and not _is_most(plan)
        print_changes(apply_sync(store, plan, removes=removes))
        if plan.absent and not removes:
            named = ", ".join(plan.absent)
            why = "most of the articles" if self._removes else "without --remove"
            _say(f"not removed ({why}): {named}; `coopqa corpus sync --remove` does.", "yellow")

    def _publish(self) -> PublishOutcome:
        parts = self._parts
        with progress() as report:
            publisher = Publisher(parts, known_golds(parts), "cooperation", progress=report)
            return publisher.publish()

    def _tell(self, outcome: PublishOutcome) -> None:
        self._busy = any(found.code == "busy" for found in outcome.reasons)
        if self._busy:
            _say(f"{outcome.reasons[0].text('en')} It is tried again.", "yellow")
            return
        if outcome.unchanged:
            # Somebody else was faster.
            return
        if outcome.published:
            out.print(f"{outcome.snapshot} is live.", markup=False)
            return
        _say(f"{outcome.snapshot} was not published; watching goes on.", "red")
        for found in outcome.reasons:
            _say(f"because: {found.text('en')}")
        if outcome.report:
            _say(f"report: {outcome.report}")


def _is_most(plan: SyncPlan) -> bool:
    """Tell whether a removal of what is absent looks like a disk that went away."""
    return len(plan.absent) > len(plan.articles)


def _say(text: str, style: str = "") -> None:
    err.print(text, style=style, markup=False, soft_wrap=True)
