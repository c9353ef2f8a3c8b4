"""What the command line remembers between runs, so that it goes on where it was killed.

SQLite rather than a file of lines: two runs at once, a kill in the middle of a write and a library of
100,000 files all have to be right. Nothing in it is needed for correctness: without it, files are hashed
again and the server recognises the bytes.
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
    """Usable from many threads; `account` is "server username"."""

    connection: sqlite3.Connection
    lock: threading.RLock

    @classmethod
    def open(cls, path: Path | None = None) -> "Journal":
        """Open or make the file. Raises `CommandError` when it can't be used."""
        path = path or state_folder() / "journal.db"
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            with path.with_suffix(".lock").open("w") as alone:
                # While one run turns a new file to WAL, SQLite refuses another without any patience.
                fcntl.flock(alone, fcntl.LOCK_EX)
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(_TABLES)
            # A power cut may cost the last lines: that is a second question to the server, no more.
            connection.execute("PRAGMA synchronous = NORMAL")
        except (OSError, sqlite3.Error) as error:
            raise CommandError(f"The journal {path} can't be used ({error}): mend or remove it.") from error
        return cls(connection, threading.RLock())

    def close(self) -> None:
        with self.lock:
            self.connection.close()

    def hash_of(self, fingerprint: str) -> str | None:
        return self._one("SELECT sha256 FROM hashes WHERE fingerprint = ?", fingerprint)

    def note_hash(self, fingerprint: str, sha256: str) -> None:
        self._write("INSERT OR REPLACE INTO hashes VALUES (?, ?)", fingerprint, sha256)

    def photo_of(self, account: str, sha256: str) -> str | None:
        return self._one("SELECT photo_id FROM sent WHERE account = ? AND sha256 = ?", account, sha256)

    def note_photo(self, account: str, sha256: str, photo_id: str) -> None:
        """The upload is done: its part, if it had one, is no longer needed."""
        with self.lock:
            self._write("INSERT OR REPLACE INTO sent VALUES (?, ?, ?)", account, sha256, photo_id)
            self.forget_part(account, sha256)

    def part_of(self, account: str, sha256: str) -> str | None:
        """Return the address of the unfinished upload of these bytes."""
        return self._one("SELECT url FROM parts WHERE account = ? AND sha256 = ?", account, sha256)

    def note_part(self, account: str, sha256: str, url: str) -> None:
        self._write("INSERT OR REPLACE INTO parts VALUES (?, ?, ?)", account, sha256, url)

    def forget_part(self, account: str, sha256: str) -> None:
        self._write("DELETE FROM parts WHERE account = ? AND sha256 = ?", account, sha256)

    def _one(self, query: str, *values: str) -> str | None:
        with self.lock, _translated():
            row = self.connection.execute(query, values).fetchone()
        return None if row is None else str(row[0])

    def _write(self, statement: str, *values: str) -> None:
        with self.lock, _translated():
            self.connection.execute(statement, values)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise CommandError(f"The journal in {state_folder()} can't be used: {error}.") from error
