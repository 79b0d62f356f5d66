"""Publications that the keeper's page asks for: a process of their own, so that askers keep theirs.

The process is `coopqa publish --json` of the same interpreter with this server's settings, on one
thread and at low priority. What becomes of it is kept in memory here; the record that lasts is
`evaluation/publish_log.jsonl`.
"""

import asyncio
import contextlib
import json
import os
import re
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from corpus.errors import PublicationBusy
from eval.publication_log import log_publication
from eval.publish_lock import publisher
from eval.reason import reason
from eval.verdict import Force, not_built
from qa.settings import Settings

COMMAND = (sys.executable, "-m", "api", "publish", "--json")
_NICENESS = 15
_STOP_SECONDS = 10
_KEPT_JOBS = 20
_KEPT_LINES = 5
_LINE_MAX_BYTES = 1_000_000
# As written by api/commands/publish_command.py.
_PROGRESS = re.compile(r"(\w+):? (\d+)/(\d+)")


@dataclass(slots=True)
class Job:
    """One publication: `state` goes from queued to running and ends.

    It ends with published, unchanged (there was nothing to publish), refused or failed.
    """

    id: str
    by: str
    started_at: str
    state: str = "queued"
    step: str = ""
    done: int = 0
    all: int = 0
    finished_at: str = ""
    message: str = ""
    outcome: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state not in ("queued", "running")


class PublicationJobs:
    """The publications that one server was asked for, one at a time."""

    def __init__(self, settings: Settings, command: Sequence[str] = COMMAND) -> None:
        self._settings = settings
        self._command = command
        self._jobs: dict[str, Job] = {}
        self._task: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    def start(self, force: Force | None, by: str) -> Job:
        """Begin to publish and return the job; PublicationBusy names who is at it already."""
        if holder := self._at_it():
            busy = reason("busy", who=holder)
            log_publication(self._settings, not_built(busy, live=""), force, by)
            raise PublicationBusy(busy.text("en"))
        job = Job(secrets.token_hex(8), by, _now())
        self._jobs[job.id] = job
        for old in list(self._jobs)[:-_KEPT_JOBS]:
            del self._jobs[old]
        forced = ("--force", f"--why={force.why}") if force else ()
        who = f"--who={force.who if force else by}"
        self._task = asyncio.get_running_loop().create_task(self._run(job, (who, *forced)))
        return job

    def find(self, job_id: str) -> Job | None:
        """Return a job of this server."""
        return self._jobs.get(job_id)

    def latest(self) -> Job | None:
        """Return the job that began last."""
        return next(reversed(self._jobs.values()), None)

    async def stop(self) -> None:
        """End the running publication, which leaves the live snapshot as it is."""
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
        if self._task:
            done, _ = await asyncio.wait({self._task}, timeout=_STOP_SECONDS)
            if not done and self._process:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
                await self._task

    def _at_it(self) -> str:
        running = self.latest()
        if running and not running.ended:
            return f"asked for by {running.by} at {running.started_at}"
        return publisher(self._settings)

    async def _run(self, job: Job, words: Sequence[str]) -> None:
        try:
            await self._publish(job, words)
        except OSError as error:
            job.state, job.message = "failed", f"The publication could not be started: {error}"
        finally:
            job.finished_at = _now()

    async def _publish(self, job: Job, words: Sequence[str]) -> None:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *self._command,
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            limit=_LINE_MAX_BYTES,
            env=environment(self._settings, os.environ),
        )
        self._process = process
        # From here and not in the child: code between fork and exec may hang in a threaded server.
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
        job.state = "running"
        assert process.stdout and process.stderr
        said, _ = await asyncio.gather(process.stdout.read(), _follow(process.stderr, job))
        status = await process.wait()
        _conclude(job, said, status)


def environment(settings: Settings, around: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which another process has these settings, but no keys."""
    own = {
        f"COOPQA_{name.upper()}": str(getattr(settings, name))
        for name in Settings.model_fields
        if not isinstance(getattr(settings, name), SecretStr)
    }
    kept = {k: v for k, v in around.items() if not k.upper().startswith("COOPQA_")}
    one_thread = {"COOPQA_THREADS": "1", "COOPQA_API_KEYS": "", "OMP_NUM_THREADS": "1"}
    return {**kept, **own, **one_thread, "PYTHONUNBUFFERED": "1"}


async def _follow(lines: asyncio.StreamReader, job: Job) -> None:
    async for raw in lines:
        line = raw.decode("utf-8", "replace").strip()
        if found := _PROGRESS.fullmatch(line):
            job.step, job.done, job.all = found[1], int(found[2]), int(found[3])
        elif line:
            job.lines = [*job.lines[1 - _KEPT_LINES :], line]


def _conclude(job: Job, said: bytes, status: int) -> None:
    try:
        outcome = json.loads(said)
        unchanged = [reason["code"] for reason in outcome["reasons"]] == ["unchanged"]
        not_shown = "unchanged" if unchanged else "refused"
        job.state = "published" if outcome["published"] else not_shown
        job.outcome = outcome
    except (ValueError, KeyError, TypeError):
        job.state = "failed"
        last = " ".join(job.lines) or "it said nothing"
        job.message = (
            f"The publication was stopped by signal {-status}; users see what they saw before."
            if status < 0
            else f"The publication ended with status {status}: {last}"
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
