"""Hashes and unfinished uploads, kept between runs so that an interrupted run can resume.

SQLite rather than a text file: it handles concurrent runs, a kill during a write and 100,000 files.
The journal is a cache: without it, files are hashed again and the server recognises the bytes.
"""

import fcntl
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vignette.errors import CommandError
from vignette.paths import state_folder

_TABLES = """
CREATE TABLE IF NOT EXISTS hashes (
  fingerprint TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sent (
  account TEXT, sha256 TEXT, photo_id TEXT NOT NULL, PRIMARY KEY (account, sha256)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
  account TEXT, sha256 TEXT, url TEXT NOT NULL, PRIMARY KEY (account, sha256)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Journal:
    """A cache in SQLite; thread-safe. `account` is the server and the username, separated by a space."""

    connection: sqlite3.Connection
    lock: threading.RLock

    @classmethod
    def open(cls, path: Path | None = None) -> "Journal":
        """Open the file, or create it. Raises `CommandError` if that fails."""
        path = path or state_folder() / "journal.db"
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Autocommit, so that a kill loses one statement at most; one connection, which `lock` guards.
            connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            with path.with_suffix(".lock").open("w") as lock_file:
                # While one process switches a new file to WAL, SQLite fails for others without waiting.
                fcntl.flock(lock_file, fcntl.LOCK_EX)
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(_TABLES)
            # A power cut may lose the last entries, which costs one more request each.
            connection.execute("PRAGMA synchronous = NORMAL")
        except (OSError, sqlite3.Error) as error:
            raise CommandError(f"The journal {path} can't be used ({error}): remove it.") from error
        return cls(connection, threading.RLock())

    def close(self) -> None:
        with self.lock:
            self.connection.close()

    def sha256_of(self, fingerprint: str) -> str | None:
        return self._fetch("SELECT sha256 FROM hashes WHERE fingerprint = ?", fingerprint)

    def record_sha256(self, fingerprint: str, sha256: str) -> None:
        self._write("INSERT OR REPLACE INTO hashes VALUES (?, ?)", fingerprint, sha256)

    def photo_of(self, account: str, sha256: str) -> str | None:
        return self._fetch("SELECT photo_id FROM sent WHERE account = ? AND sha256 = ?", account, sha256)

    def record_photo(self, account: str, sha256: str, photo_id: str) -> None:
        """Record a finished upload, and forget its resumable one."""
        with self.lock:
            self._write("INSERT OR REPLACE INTO sent VALUES (?, ?, ?)", account, sha256, photo_id)
            self.forget_upload_url(account, sha256)

    def upload_url(self, account: str, sha256: str) -> str | None:
        """Return the URL of the unfinished upload of these bytes."""
        return self._fetch("SELECT url FROM parts WHERE account = ? AND sha256 = ?", account, sha256)

    def record_upload_url(self, account: str, sha256: str, url: str) -> None:
        self._write("INSERT OR REPLACE INTO parts VALUES (?, ?, ?)", account, sha256, url)

    def forget_upload_url(self, account: str, sha256: str) -> None:
        self._write("DELETE FROM parts WHERE account = ? AND sha256 = ?", account, sha256)

    def _fetch(self, query: str, *values: str) -> str | None:
        with self.lock, _translate_errors():
            row = self.connection.execute(query, values).fetchone()
        return None if row is None else str(row[0])

    def _write(self, statement: str, *values: str) -> None:
        with self.lock, _translate_errors():
            self.connection.execute(statement, values)


@contextmanager
def _translate_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise CommandError(f"The journal in {state_folder()} can't be used: {error}.") from error
