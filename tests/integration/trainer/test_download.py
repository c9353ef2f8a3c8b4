"""Downloads from a server that disconnects, lies, changes its file, or is absent."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.file_server import FileServer, serving

from trainer.errors import DownloadFailed
from trainer.support.download import ATTEMPTS, Expected, fetch
from vignette_shared.errors import StorageFull

from .conftest import fill_up

BODY = bytes(range(256)) * 1200
SHA256 = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving(FileServer(BODY)) as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "new" / "file.zip"


def download(server: FileServer, target: Path, expected: Expected | None = None) -> bool:
    return fetch(server.url, target, expected=expected, sleep=lambda _: None)


def test_existing_file_is_not_downloaded_again(server: FileServer, target: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    assert fetch(server.url, target, progress=lambda done, total: seen.append((done, total)))
    assert target.read_bytes() == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert not download(server, target)
    assert server.asked == [None]
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_broken_connection_resumes(server: FileServer, target: Path) -> None:
    server.breaks_after = [100_000, 50_000, 0]
    assert download(server, target, Expected(len(BODY), SHA256))
    assert target.read_bytes() == BODY
    assert server.asked == [None, "bytes=100000-", "bytes=150000-", "bytes=150000-"]


def test_later_call_resumes_a_failed_download(server: FileServer, target: Path) -> None:
    server.breaks_after = [70_000, *[0] * ATTEMPTS]
    with pytest.raises(DownloadFailed, match="70,000 bytes received so far are kept"):
        download(server, target)
    assert not target.exists()
    assert download(server, target)
    assert target.read_bytes() == BODY
    assert server.asked[-1] == "bytes=70000-"


def test_changed_file_is_downloaded_from_the_start(server: FileServer, target: Path) -> None:
    server.breaks_after = [70_000, *[0] * ATTEMPTS]
    with pytest.raises(DownloadFailed):
        download(server, target)
    server.body, server.etag = BODY[::-1], '"second"'
    assert download(server, target)
    assert target.read_bytes() == BODY[::-1]


def test_server_without_ranges_restarts_the_download(server: FileServer, target: Path) -> None:
    server.ranges, server.breaks_after = False, [70_000, 10]
    assert download(server, target)
    assert target.read_bytes() == BODY


def test_busy_server_is_retried(server: FileServer, target: Path) -> None:
    server.statuses = [503, 429, 500]
    assert download(server, target)


@pytest.mark.parametrize("status", [403, 404, 410])
def test_rejected_version_is_not_loaded_again(server: FileServer, target: Path, status: int) -> None:
    server.statuses = [status] * 9
    with pytest.raises(DownloadFailed, match=str(status)):
        download(server, target)
    assert len(server.asked) == 1


def test_server_that_sends_less_than_announced_is_retried(server: FileServer, target: Path) -> None:
    server.announced = len(BODY) + 7
    with pytest.raises(DownloadFailed, match="expected 7"):
        download(server, target)
    assert not target.exists()


def test_server_that_sends_more_than_announced_is_rejected(server: FileServer, target: Path) -> None:
    """HTTP stops at the announced length; only the expected size shows that it is too short."""
    server.announced = len(BODY) - 7
    with pytest.raises(DownloadFailed, match=r"different file|not the expected file"):
        download(server, target, Expected(size=len(BODY)))
    assert not target.exists()


@pytest.mark.parametrize(
    "expected", [Expected(sha256="0" * 64), Expected(md5="0" * 32), Expected(size=len(BODY) + 1)]
)
def test_unexpected_file_is_removed(server: FileServer, target: Path, expected: Expected) -> None:
    with pytest.raises(DownloadFailed, match=r"different file|not the expected file"):
        download(server, target, expected)
    assert not target.exists()
    assert sum(path.stat().st_size for path in target.parent.glob("*.part")) == 0
    assert download(server, target, Expected(sha256=SHA256))


def test_download_larger_than_the_disk_is_not_started(server: FileServer, target: Path) -> None:
    server.announced = 10**15
    with pytest.raises(StorageFull, match="no room for the 1,000,000,000,000,000 bytes"):
        download(server, target)
    assert target.with_name("file.zip.part").stat().st_size == 0


def test_full_disk_during_download_keeps_received_bytes(server: FileServer, small_disk: Path) -> None:
    server.body = os.urandom(1_000_000)
    target, filler = small_disk / "file.zip", small_disk / "filler"

    def fill(_done: int, _total: int | None) -> None:
        if not filler.exists():
            fill_up(filler)

    with pytest.raises(StorageFull, match="disk is full at"):
        fetch(server.url, target, progress=fill, sleep=lambda _: None)
    assert not target.exists()
    kept = target.with_name("file.zip.part").stat().st_size
    assert 0 < kept < len(server.body)
    filler.unlink()
    assert download(server, target)
    assert target.read_bytes() == server.body
    assert server.asked[-1] == f"bytes={kept}-"


def test_unreachable_server_fails(target: Path) -> None:
    with serving(FileServer(BODY)) as gone:
        pass
    with pytest.raises(DownloadFailed, match="can't be downloaded"):
        download(gone, target)


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/x", "no address", "http://"])
def test_invalid_url_is_rejected(target: Path, address: str) -> None:
    with pytest.raises(DownloadFailed):
        fetch(address, target, sleep=lambda _: None)


def test_concurrent_download_of_one_file_is_rejected(server: FileServer, target: Path) -> None:
    target.parent.mkdir()
    handle = os.open(target.with_name("file.zip.part"), os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(DownloadFailed, match="Another process"):
            download(server, target)
    finally:
        os.close(handle)
    assert download(server, target)


def test_a_folder_that_is_a_file_is_named(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "new").write_text("")
    with pytest.raises(DownloadFailed, match="can't be written"):
        download(server, tmp_path / "new" / "file.zip")
