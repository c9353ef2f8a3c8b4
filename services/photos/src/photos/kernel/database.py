"""The database engine: SQLite in write-ahead mode, or Postgres; writers queue, readers never wait."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from vignette_shared.errors import SettingsError
from vignette_shared.settings import DatabaseSettings

WRITE = "vignette_write"
EXTRA_CONNECTIONS = 10
"""Connections beyond the pool size, for bursts; Postgres allows 100 in all by default."""
HIDDEN = True
"""Keep the values of failed statements out of the logs: some are e-mail addresses and password hashes."""


def open_engine(settings: DatabaseSettings) -> Engine:
    """Create the engine; it connects at first use.

    Raises:
        SettingsError: the URL is not supported, the folder can't be created or the password file is missing.
    """
    try:
        url = make_url(settings.url)
    except ArgumentError as error:
        raise SettingsError("VIGNETTE_DATABASE__URL is not a database URL. See .env.example.") from error
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url, settings)
    # Only what the tests run on: other dialects lack the locks and indexes that the repositories use.
    if url.drivername != "postgresql+psycopg":
        raise SettingsError(
            "VIGNETTE_DATABASE__URL: use sqlite:////path or postgresql+psycopg://user@host/db."
        )
    return create_engine(
        _with_password(url, settings.password_file),
        pool_size=settings.pool_size,
        max_overflow=EXTRA_CONNECTIONS,
        hide_parameters=HIDDEN,
        # A restart of Postgres leaves dead connections in the pool; the check replaces them.
        pool_pre_ping=True,
        # Just-in-time compilation of a query with many small look-ups takes a second and saves milliseconds.
        connect_args={"connect_timeout": 5, "options": "-c jit=off"},
    )


def write_sessions(engine: Engine) -> sessionmaker[Session]:
    """Return sessions that take the write lock when they begin."""
    # Rows are not expired: use cases build their results from them after the commit.
    return sessionmaker(engine.execution_options(**{WRITE: True}), expire_on_commit=False)


def read_sessions(engine: Engine) -> sessionmaker[Session]:
    """Return sessions that never wait for a writer."""
    return sessionmaker(engine, expire_on_commit=False, autoflush=False)


def _open_sqlite(url: URL, settings: DatabaseSettings) -> Engine:
    if not url.database or url.database == ":memory:":
        raise SettingsError("VIGNETTE_DATABASE__URL: SQLite needs a file, as in sqlite:////path/vignette.db.")
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"The folder {folder} can't be created: {error.strerror}.") from error
    engine = create_engine(
        url,
        pool_size=settings.pool_size,
        max_overflow=EXTRA_CONNECTIONS,
        hide_parameters=HIDDEN,
        connect_args={"timeout": settings.busy_timeout_s},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # Python's driver begins a transaction only at the first write; `_begin_sqlite` begins it at once.
    connection.isolation_level = None
    with closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")
        # A committed upload must survive a power cut; NORMAL does not guarantee that in write-ahead mode.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
    connection.create_function("differing_bits", 2, _differing_bits, deterministic=True)


def _differing_bits(a: int, b: int) -> int:
    """Return the Hamming distance of two signed 64-bit numbers; SQLite has no function for it."""
    return ((a ^ b) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads and then writes fails at once if another one wrote in between, whatever the
    # busy timeout. Taking the write lock at the start makes it wait instead.
    write = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _with_password(url: URL, file: Path | None) -> URL:
    if file is None:
        return url
    try:
        return url.set(password=file.read_text(encoding="utf-8").strip())
    except OSError as error:
        raise SettingsError(f"The password file {file} can't be read: {error.strerror}.") from error


def check_database(engine: Engine) -> str | None:
    """Return the problem with the database, or None if it answers."""
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except SQLAlchemyError as error:
        return f"The database does not answer: {type(error).__name__}."
    return None
