"""Faults at the write points of a process, counted as they come.

A write point is a moment just before a process changes something in a folder: Python opens a file
to write, makes, renames or deletes something (audit events), or SQLite runs a statement that
writes. Native code writes between these points without asking, so half of the faults do not act at
the point itself but limit, from then on, how long a file may become (RLIMIT_FSIZE): the kernel then
cuts the very write that crosses the limit, be it of FAISS, tantivy, SQLite or Python.

kill   the process is killed (SIGKILL)
torn   it is killed in the middle of the write that crosses the limit
full   nothing can be written any more, as on a full disk (EFBIG stands for ENOSPC)
short  the write that crosses the limit is cut short, and the next one fails
"""

import os
import resource
import signal
import sqlite3.dbapi2
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

_connect = sqlite3.connect
KINDS = ("kill", "torn", "full", "short")
_CHANGES = frozenset(
    ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "shutil.rmtree")
)
_WRITES = ("INSERT", "UPDATE", "DELETE", "BEGIN", "COMMIT", "CREATE", "VACUUM", "PRAGMA WAL_CH")


@dataclass(frozen=True)
class Fault:
    """What happens at which write point, counted from 1; `limit_bytes` is for `torn` and `short`.

    At point 0 nothing ever happens.
    """

    kind: str = "kill"
    point: int = 0
    limit_bytes: int = 0


def draw(random: Random, points: int) -> Fault:
    """Return a fault at one of so many write points."""
    kind = random.choice(KINDS)
    return Fault(kind, random.randint(1, points), random.randrange(2 ** random.randrange(4, 18)))


def arm(fault: Fault, folder: Path) -> Callable[[], int]:
    """Let a fault happen in this process; return what tells how many points there were so far."""
    inside = str(folder)
    count = 0

    def point() -> None:
        nonlocal count
        count += 1
        if count == fault.point:
            _happen(fault)

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if (event in _CHANGES or (event == "open" and _writes(arguments))) and str(
            arguments[0]
        ).startswith(inside):
            point()

    def statement(sql: str) -> None:
        if sql.lstrip().upper().startswith(_WRITES):
            point()

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = _connect(*arguments, **options)
        connection.set_trace_callback(statement)
        return connection

    sys.addaudithook(audit)
    vars(sqlite3).update(connect=connect)
    vars(sqlite3.dbapi2).update(connect=connect)
    return lambda: count


def _writes(arguments: tuple[Any, ...]) -> bool:
    _, mode, flags = arguments
    return bool(set(mode or "") & set("wax+")) or bool(
        isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    )


def _happen(fault: Fault) -> None:
    if fault.kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    killed = fault.kind == "torn"
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL if killed else signal.SIG_IGN)
    limit = 0 if fault.kind == "full" else fault.limit_bytes
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
