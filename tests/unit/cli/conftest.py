"""A fake server in memory, and an uploader that uses it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.cli.fake_server import TOKEN, FakeSite

from vignette.api.client import Api
from vignette.api.retries import Gate, RetryPolicy
from vignette.files import FileSource
from vignette.uploads.journal import Journal
from vignette.uploads.upload import Upload
from vignette.uploads.uploader import Outcome, Uploader, connect_uploader

NO_PAUSE = RetryPolicy(attempts=3, longest_s=0.001, first_s=0.001)


class Counting:
    """Progress that sums up its events."""

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
    with Api("http://site.test", TOKEN, transport=server.transport(), gate=Gate(), policy=NO_PAUSE) as client:
        yield client


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(tmp_path / "journal.db")
    yield journal
    journal.close()


@pytest.fixture
def progress() -> Counting:
    return Counting()


@pytest.fixture
def uploader(api: Api, journal: Journal, progress: Counting) -> Uploader:
    uploader = connect_uploader(api, journal, progress=progress, jobs=2)
    uploader.inventory.prepare(1, uploader.photo_count)
    return uploader


@pytest.fixture
def photo_of(tmp_path: Path) -> Callable[..., Upload]:
    """Write a file with these bytes and return its upload."""

    def make(name: str, data: bytes, **metadata: object) -> Upload:
        path = tmp_path / name
        path.write_bytes(data)
        return Upload(FileSource.of(path), **metadata)  # type: ignore[arg-type]

    return make
