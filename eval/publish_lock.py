"""Of two publishers one goes on and the other is told who is at it.

Whatever makes, shows or deletes snapshots holds this lock.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import PublicationBusy
from eval.reason import reason
from qa.settings import Settings


@contextmanager
def locked(path: Path, wait: bool = False) -> Iterator[str]:
    """Hold the lock and give "", or give who holds it; a holder that dies lets it go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            yield file.read().strip() or "unknown"
            return
        file.truncate(0)
        file.write(f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
        file.flush()
        try:
            yield ""
        finally:
            file.truncate(0)


@contextmanager
def alone(settings: Settings, wait: bool = False) -> Iterator[None]:
    """Hold the lock of a data folder; PublicationBusy says who else holds it, unless we `wait`."""
    with locked(lock_path(settings), wait) as holder:
        if holder:
            raise PublicationBusy(reason("busy", who=holder).text("en"))
        yield


def publisher(settings: Settings) -> str:
    """Return who holds the lock, "" if nobody does; the lock is not taken."""
    try:
        with lock_path(settings).open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read().strip() or "unknown"
    except OSError:
        pass
    return ""


def lock_path(settings: Settings) -> Path:
    """Return the file that is locked."""
    return settings.evaluation_dir / "publish.lock"
