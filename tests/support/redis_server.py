"""A real redis-server on loopback."""

import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from tests.support.patience import WAIT_S
from tests.support.ports import free_port
from tests.support.waiting import until


class RedisServer:
    """A redis-server process on loopback."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        binary = shutil.which("redis-server")
        if binary is None:
            pytest.fail("redis-server is missing; `make setup` installs it")
        log = (self.folder / "redis.log").open("ab")
        self._process = subprocess.Popen(
            [
                binary,
                "--port",
                str(self.port),
                "--bind",
                "127.0.0.1",
                "--dir",
                str(self.folder),
                "--save",
                "",
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        log.close()
        for _ in until(pause_s=0.02):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                continue
            else:
                return
        pytest.fail(f"redis-server did not start; see {self.folder / 'redis.log'}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(WAIT_S)
            self._process = None
