"""The state folder of a stack: data, secrets, logs, sockets and ports."""

import hashlib
import json
import os
import secrets
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
# Linux limits the path of a Unix socket to 107 bytes.
# supervisord binds `<path>.<pid>` before it renames the socket; a process ID has up to 7 digits.
SOCKET_PATH_LIMIT = 107 - len(".4194304")


class StackError(Exception):
    """A failure with a message for the user, in one line if possible."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths in the state folder."""

    state: Path

    @property
    def blobs(self) -> Path:
        return self.state / "blobs"

    @property
    def staging(self) -> Path:
        return self.state / "staging"

    @property
    def registry(self) -> Path:
        return self.state / "registry"

    @property
    def database(self) -> Path:
        return self.state / "vignette.db"

    @property
    def redis(self) -> Path:
        return self.state / "redis"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def run(self) -> Path:
        return self.state / "run"

    @property
    def trainer(self) -> Path:
        return self.state / "trainer"

    @property
    def internal_key(self) -> Path:
        return self.state / "secrets" / "internal.key"

    @property
    def redis_password(self) -> Path:
        return self.state / "secrets" / "redis.password"

    @property
    def supervisor_config(self) -> Path:
        return self.run / "supervisord.conf"

    @property
    def ports(self) -> Path:
        return self.run / "ports.json"

    @property
    def supervisor_socket(self) -> Path:
        """The socket is in the state folder, unless that path is too long for a socket."""
        preferred = self.run / "supervisor.sock"
        if len(os.fsencode(preferred)) <= SOCKET_PATH_LIMIT:
            return preferred
        name = hashlib.sha256(os.fsencode(self.state)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"vignette-{os.getuid()}-{name}.sock"

    def make(self) -> None:
        """Create the folders and, on the first call, the secrets.

        Raises:
            StackError: the state folder is not writable.
        """
        folders = (
            self.blobs,
            self.staging,
            self.registry,
            self.redis,
            self.logs,
            self.run,
            self.trainer,
        )
        try:
            # It will hold private photos and password hashes.
            self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in folders:
                folder.mkdir(parents=True, exist_ok=True)
            self.internal_key.parent.mkdir(mode=0o700, exist_ok=True)
            for secret in (self.internal_key, self.redis_password):
                make_secret(secret)
            # Folders that exist may belong to another user, which only a write shows.
            probe = self.run / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise StackError(
                f"Can't write to the state folder {self.state} ({error.strerror}: {error.filename}). "
                "Choose another one with STATE=/some/folder, or change its owner."
            ) from error


def make_secret(path: Path) -> None:
    """Write 256 random bits to a file that only its owner can read; an existing secret is kept."""
    try:
        # O_EXCL: only one of two concurrent starts creates the secret.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as stream:
        stream.write(secrets.token_hex(32))


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports on 127.0.0.1. The user chooses that of the gateway; the others are any free ones."""

    gateway: int
    photos: int
    redis: int


def choose_ports(layout: Layout, gateway: int) -> Ports:
    """Check that the gateway's port is free and find two more, those of the last run if possible.

    Raises:
        StackError: the gateway's port is in use.
    """
    if not is_free(gateway):
        raise StackError(f"Port {gateway} is in use. Choose another one: make up PORT={gateway + 1000}")
    previous = json.loads(layout.ports.read_text()) if layout.ports.exists() else {}
    chosen = {"gateway": gateway}
    for name in ("photos", "redis"):
        last = previous.get(name)
        free = last if last and last not in chosen.values() and is_free(last) else free_port()
        # The system may offer the gateway's port, which is free until the gateway starts.
        while free in chosen.values():
            free = free_port()
        chosen[name] = free
    layout.ports.write_text(json.dumps(chosen))
    return Ports(**chosen)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
