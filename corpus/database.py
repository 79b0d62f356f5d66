"""The SQL database that holds what must not be lost: articles, conversations, feedback."""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, event, text
from sqlalchemy.exc import ArgumentError, DatabaseError

from corpus.errors import DatabaseBusy, InvalidSetting

metadata = MetaData()
"""Every table of the product is declared on this, beside the class that owns it."""

_BUSY_TIMEOUT_MS = 30_000


def open_database(url: str) -> Engine:
    """Return an engine for SQLite or PostgreSQL with every table made.

    InvalidSetting says what is wrong with the address or the folder.
    """
    try:
        engine = create_engine(url, pool_pre_ping=True)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
        metadata.create_all(engine)
    except (ArgumentError, DatabaseError, ModuleNotFoundError) as error:
        shown = re.sub("//[^@/]*@", "//***@", url)
        # The driver's own words, without SQLAlchemy's advice to programmers.
        reason = getattr(error, "orig", None) or error
        raise InvalidSetting(f"COOPQA_DATABASE_URL {shown!r} cannot be opened: {reason}") from error
    return engine


def rewrite(engine: Engine) -> None:
    """Write the database anew: what was deleted is then in no gap of a page and in no log.

    `secure_delete` overwrites a deleted row where it stands, not the copies of it that were left
    where it stood before its page was rebalanced.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name != "sqlite":
            for table in metadata.tables:
                connection.execute(text(f"VACUUM FULL {table}"))
            return
        connection.execute(text("VACUUM"))
        # Waits for readers as long as for any lock.
        busy, _, _ = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()
        if busy:
            raise DatabaseBusy("The database is being read all the time; publish again.")


def sqlite_url(path: Path) -> str:
    """Return the address of a SQLite file."""
    return f"sqlite:///{path}"


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        # Removed text is overwritten, not only unlinked.
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
