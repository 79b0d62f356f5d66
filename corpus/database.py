"""The SQL database that holds what must not be lost: articles, conversations, feedback."""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, DatabaseError

from corpus.errors import DatabaseBusy, InvalidSetting

metadata = MetaData()
"""Every table of the product is declared on this, beside the class that owns it."""

SCHEMA_VERSION = 1
"""Goes up when a table is changed; a new table needs no new version."""
_FIRST_VERSION = 1
_schema = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
)
_BUSY_TIMEOUT_MS = 30_000
# The number is any that nobody else takes in this database.
_TAKE_TURNS = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(108108)"}


def open_database(url: str) -> Engine:
    """Return an engine for SQLite or PostgreSQL with every table made.

    InvalidSetting says what is wrong with the address, the folder or the database.
    """
    try:
        engine = create_engine(url, pool_pre_ping=True)
        is_sqlite = engine.dialect.name == "sqlite"
        prepare = _prepare_sqlite if is_sqlite else _prepare_postgresql
        # Before SQLAlchemy's own first look at the database.
        event.listen(engine, "connect", prepare, insert=True)
        try:
            _make_tables(engine)
        except BaseException:
            engine.dispose()
            raise
    except ModuleNotFoundError as error:
        raise _unusable(url, f"{error}; install coop-qa with its extra postgresql") from error
    except (ArgumentError, DatabaseError) as error:
        # The driver's own words, without SQLAlchemy's advice to programmers.
        raise _unusable(url, str(getattr(error, "orig", None) or error)) from error
    return engine


def rewrite(engine: Engine) -> None:
    """Write the database anew: what was deleted is then in no gap of a page and in no log.

    `secure_delete` overwrites a deleted row where it stands, not the copies of it that were left
    where it stood before its page was rebalanced. What PostgreSQL keeps in its log and its backups
    is for its administrator to delete.
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


def _make_tables(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            encoding = connection.scalar(text("SHOW server_encoding"))
            if encoding != "UTF8":
                raise InvalidSetting(
                    f"COOPQA_DATABASE_URL names a database in {encoding}, which cannot hold "
                    "Vietnamese; make it with ENCODING 'UTF8' TEMPLATE template0."
                )
        there = set(inspect(connection).get_table_names())
        if not metadata.tables.keys() <= there:
            # Of two that start at once the second waits, and finds what the first has made.
            connection.exec_driver_sql(_TAKE_TURNS[engine.dialect.name])
            metadata.create_all(connection)
            if engine.dialect.name == "postgresql":
                _keep_no_words(connection)
            if connection.scalar(select(_schema.c.version)) is None:
                # A database without a version is of the time before versions.
                version = _FIRST_VERSION if "articles" in there else SCHEMA_VERSION
                connection.execute(insert(_schema).values(version=version))
        found = connection.scalar(select(func.max(_schema.c.version))) or _FIRST_VERSION
        if found > SCHEMA_VERSION:
            raise InvalidSetting(
                f"COOPQA_DATABASE_URL names a database of a newer coop-qa (version {found}, this "
                f"one knows {SCHEMA_VERSION}); update coop-qa, or restore an older backup."
            )


def _keep_no_words(connection: Connection) -> None:
    """Have PostgreSQL keep no samples of a text for its planner, where no purge would find them."""
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Text):
                connection.execute(
                    text(f"ALTER TABLE {table} ALTER {column.name} SET STATISTICS 0")
                )


def _unusable(url: str, reason: str) -> InvalidSetting:
    shown = re.sub("//[^@/]*@", "//***@", url)
    return InvalidSetting(f"COOPQA_DATABASE_URL {shown!r} cannot be opened: {reason}")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    for pragma in (
        # First: going over to the log takes a lock.
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        # Removed text is overwritten, not only unlinked.
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET client_encoding = 'UTF8'")
        cursor.execute(f"SET lock_timeout = {_BUSY_TIMEOUT_MS}")
    connection.commit()
