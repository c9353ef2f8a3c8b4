"""A server in memory, and everything of a run over it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.cli.fake_server import TOKEN, FakeSite

from vignette.api.client import Api, Gate, Patience
from vignette.files import FileSource
from vignette.uploads.journal import Journal
from vignette.uploads.transfer import Upload
from vignette.uploads.uploader import Outcome, Uploader, open_uploader

NO_PAUSE = Patience(attempts=3, longest_s=0.001, first_s=0.001)


class Counting:
    """A progress that adds up."""

    def __init__(self) -> None:
        self.bytes = 0
        self.outcomes: list[Outcome] = []
        self._lock = threading.Lock()

    def advanced(self, size: int) -> None:
        with self._lock:
            self.bytes += size

    def finished(self, outcome: Outcome) -> None:
        with self._lock:
            self.outcomes.append(outcome)


@pytest.fixture
def server() -> FakeSite:
    return FakeSite()


@pytest.fixture
def api(server: FakeSite) -> Iterator[Api]:
    with Api(
        "http://site.test", TOKEN, transport=server.transport(), gate=Gate(), patience=NO_PAUSE
    ) as opened:
        yield opened


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path / "journal.db")
    yield opened
    opened.close()


@pytest.fixture
def progress() -> Counting:
    return Counting()


@pytest.fixture
def uploader(api: Api, journal: Journal, progress: Counting) -> Uploader:
    made = open_uploader(api, journal, progress, jobs=2)
    made.inventory.prepare(1, made.photos)
    return made


@pytest.fixture
def photo_of(tmp_path: Path) -> Callable[..., Upload]:
    """Write a file with these bytes, and plan its upload."""

    def make(name: str, data: bytes, **known: object) -> Upload:
        path = tmp_path / name
        path.write_bytes(data)
        return Upload(FileSource.of(path), **known)  # type: ignore[arg-type]

    return make
