"""One state folder holds everything that a stack owns: data, secrets, logs, sockets."""

import hashlib
import json
import os
import secrets
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
# A Unix socket's path may have 107 bytes; beyond it the system refuses to bind.
SOCKET_PATH_LIMIT = 100


class StackError(Exception):
    """The stack can't be started; the message is what the user reads, in one line where it fits."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things lie under the state folder."""

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
        """Beside the state, unless its path is too long for a socket."""
        near = self.run / "supervisor.sock"
        if len(os.fsencode(near)) <= SOCKET_PATH_LIMIT:
            return near
        name = hashlib.sha256(os.fsencode(self.state)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"vignette-{os.getuid()}-{name}.sock"

    def make(self) -> None:
        """Make the folders and, once, the secrets.

        Raises:
            StackError: the state folder can't be written.
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
            # Private photos and password hashes lie in it: a folder that we make is its owner's alone.
            self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in folders:
                folder.mkdir(parents=True, exist_ok=True)
            self.internal_key.parent.mkdir(mode=0o700, exist_ok=True)
            for secret in (self.internal_key, self.redis_password):
                make_secret(secret)
            probe = self.run / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise StackError(
                f"The state folder {self.state} can't be written ({error.strerror}: {error.filename}). "
                "Choose another with STATE=/some/folder or change its owner."
            ) from error


def make_secret(path: Path) -> None:
    """Write 256 random bits, readable by the owner alone; leave a secret that is there."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as stream:
        stream.write(secrets.token_hex(32))


@dataclass(frozen=True, slots=True)
class Ports:
    """The gateway's port is the user's choice; the others are any that are free on loopback."""

    gateway: int
    photos: int
    redis: int


def choose_ports(layout: Layout, gateway: int) -> Ports:
    """Check the gateway's port and find two free ones, the last run's when they still are.

    Raises:
        StackError: the gateway's port is taken.
    """
    if not is_free(gateway):
        raise StackError(f"Port {gateway} is in use. Choose another: make up PORT={gateway + 1000}")
    known = json.loads(layout.ports.read_text()) if layout.ports.exists() else {}
    chosen = {"gateway": gateway}
    for name in ("photos", "redis"):
        last = known.get(name)
        free = last if last and last not in chosen.values() and is_free(last) else free_port()
        while free in chosen.values():
            free = free_port()
        chosen[name] = free
    layout.ports.write_text(json.dumps(chosen))
    return Ports(**chosen)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
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
