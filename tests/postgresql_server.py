"""A PostgreSQL of our own: in a folder that goes away, heard on a socket in it and nowhere else."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

# Sorts without the hyphens, as the languages of most systems do.
_LOCALE = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-u-ka-shifted")
_NO_SERVICE = "-c listen_addresses='' -c autovacuum=off -F"
_numbers = count(1)


@dataclass(frozen=True)
class Server:
    """A server with its folder; each test has a database of its own."""

    folder: Path

    def make_database(self, more: str = "") -> str:
        """Make an empty database and return its address."""
        name = f"coopqa{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name} {more}")
        return self._url(name)

    def execute(self, sql: str) -> None:
        """Run a statement as the owner of everything, outside of every database of a test."""
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(sql))
        engine.dispose()

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """Start a server with the programs of this folder, and give it until the end."""
    # A short path: that of a socket has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="coopqa-pg-", dir="/tmp"))
    # The server refuses to run as root.
    who: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL, "check": True}
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        who |= {"user": "postgres", "group": "postgres", "extra_groups": []}
    control = [programs / "pg_ctl", "-D", "data", "-w"]
    make = [programs / "initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"]
    try:
        subprocess.run([*make, *_LOCALE], **who)
        options = f"-k {folder} {_NO_SERVICE}"
        subprocess.run([*control, "-l", "log", "-o", options, "start"], **who)
        try:
            yield Server(folder)
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **who)
    finally:
        shutil.rmtree(folder)
