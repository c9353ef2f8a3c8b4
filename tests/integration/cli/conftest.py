"""The command as a process, against a fake server on a socket."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.cli.fake_server import TOKEN, FakeSite
from tests.support.patience import WAIT_S

COMMAND = (sys.executable, "-m", "vignette.cli")


@dataclass(frozen=True)
class Shell:
    """A home directory, signed in by environment variables."""

    home: Path
    address: str

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("VGN_", "XDG_"))}
        return {**kept, "HOME": str(self.home), "VGN_SERVER": self.address, "VGN_TOKEN": TOKEN}

    def run(
        self, *arguments: str | Path, stdin: str = "", variables: Mapping[str, str | None] = {}
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end; a variable of None is removed."""
        environment: dict[str, str | None] = {**self.environment, **variables}
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            env={name: value for name, value in environment.items() if value is not None},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            check=False,
        )

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start in the background; the caller ends the process."""
        return subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def server() -> FakeSite:
    return FakeSite()


@pytest.fixture
def shell(server: FakeSite, tmp_path: Path) -> Iterator[Shell]:
    home = tmp_path / "home"
    home.mkdir()
    with server.listening() as address:
        yield Shell(home, address)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "holiday"
    made.mkdir()
    return made
