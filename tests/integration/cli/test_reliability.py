"""Processes that are killed during an upload, and run again."""

import hashlib
import signal
import threading
from pathlib import Path

import pytest
from tests.integration.cli.conftest import Shell
from tests.support.cli.fake_server import Answer, Asked, FakeSite
from tests.support.patience import WAIT_S

from vignette.uploads.resumable import CHUNK

pytestmark = [pytest.mark.integration, pytest.mark.reliability]


class Holding:
    """A hook that holds a matching request until `release`; `reached` is set when one arrives."""

    def __init__(self, method: str, offset: str | None = None) -> None:
        self.method, self.offset = method, offset
        self.reached, self.release = threading.Event(), threading.Event()

    def __call__(self, asked: Asked) -> Answer | None:
        if asked.method == self.method and asked.headers.get("upload-offset") == self.offset:
            self.reached.set()
            self.release.wait(WAIT_S)
        return None


def library(folder: Path, big: int) -> dict[str, bytes]:
    """Five small files, and a large one that is sent in chunks."""
    files = {f"{number}.jpg": f"photo {number}".encode() * 100 for number in range(5)}
    files["big.tif"] = hashlib.sha256(b"big").digest() * (big // 32)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return files


def hashes(server: FakeSite) -> list[str]:
    return sorted(photo["sha256"] for photo in server.photos.values())


def test_killed_upload_resumes(server: FakeSite, shell: Shell, folder: Path) -> None:
    files = library(folder, 3 * CHUNK)
    server.hook = holding = Holding("PATCH", str(CHUNK))
    with shell.start("upload", folder, "--album", "Trip") as killed:
        assert holding.reached.wait(WAIT_S)
        killed.kill()
    server.hook = lambda _: None
    holding.release.set()
    sent_before = len(server.asked_for("PATCH", "/uploads"))

    again = shell.run("upload", folder, "--album", "Trip")
    assert again.returncode == 0, again.stderr
    assert hashes(server) == sorted(hashlib.sha256(data).hexdigest() for data in files.values())
    assert len(server.uploads) == 1, "the second run resumes the first one's upload"
    later = server.asked_for("PATCH", "/uploads")[sent_before:]
    assert all(int(asked.headers["upload-offset"]) >= CHUNK for asked in later)
    (album,) = server.albums.values()
    assert server.members[album["id"]] == set(server.photos)

    third = shell.run("upload", folder, "--album", "Trip")
    assert third.returncode == 0
    assert "0 photos uploaded, 6 already on the server." in third.stdout
    assert len(server.photos) == 6


def test_kill_before_the_response_does_not_duplicate(server: FakeSite, shell: Shell, folder: Path) -> None:
    """The response is lost and the journal is empty, but the server lists the photo."""
    (folder / "a.jpg").write_bytes(b"one")

    def store_and_hang(asked: Asked) -> Answer | None:
        if asked.method == "POST" and asked.path == "/photos":
            server.hook = lambda _: None
            server.answer(asked)
            stored.set()
            release.wait(WAIT_S)
        return None

    stored, release = threading.Event(), threading.Event()
    server.hook = store_and_hang
    with shell.start("upload", folder) as killed:
        assert stored.wait(WAIT_S)
        killed.kill()
    server.hook = lambda asked: Answer(500) if asked.method == "POST" else None
    release.set()
    again = shell.run("upload", folder)
    assert again.returncode == 0, again.stderr
    assert len(server.photos) == 1


def test_ctrl_c_finishes_the_current_chunk(server: FakeSite, shell: Shell, folder: Path) -> None:
    files = library(folder, 3 * CHUNK)
    server.hook = holding = Holding("PATCH", str(CHUNK))
    with shell.start("upload", folder, "--jobs", "1") as running:
        assert holding.reached.wait(WAIT_S)
        running.send_signal(signal.SIGINT)
        server.hook = lambda _: None
        assert running.stderr is not None
        assert "stopping" in running.stderr.readline()
        holding.release.set()
        stdout, stderr = running.communicate(timeout=WAIT_S)
    assert running.returncode == 130, stderr
    assert "Traceback" not in stderr
    assert "Run the same command again to resume." in stdout
    assert shell.run("upload", folder).returncode == 0
    assert hashes(server) == sorted(hashlib.sha256(data).hexdigest() for data in files.values())
    assert len(server.uploads) == 1


def test_upload_outlasts_a_restart(server: FakeSite, shell: Shell, folder: Path) -> None:
    (folder / "a.jpg").write_bytes(b"one")
    left = [3]

    def starting(asked: Asked) -> Answer | None:
        if asked.path == "/me" or left[0] == 0:
            return None
        left[0] -= 1
        return Answer(503, b"{}", {"Retry-After": "0"})

    server.hook = starting
    done = shell.run("upload", folder)
    assert (done.returncode, len(server.photos)) == (0, 1), done.stderr


def test_concurrent_runs_share_the_journal(server: FakeSite, shell: Shell, folder: Path) -> None:
    files = library(folder, CHUNK)
    with shell.start("upload", folder) as one, shell.start("upload", folder) as two:
        for run in (one, two):
            _, stderr = run.communicate(timeout=WAIT_S)
            assert run.returncode == 0, stderr
    assert len(server.photos) == len(files)


def test_watch_uploads_files_that_stopped_growing(server: FakeSite, shell: Shell, folder: Path) -> None:
    (folder / "a.jpg").write_bytes(b"one")
    came: dict[int, threading.Event] = {1: threading.Event(), 2: threading.Event()}

    def count(asked: Asked) -> Answer | None:
        if asked.method == "POST" and asked.path == "/photos":
            posted = len(server.asked_for("POST", "/photos"))
            came[posted].set()
        return None

    server.hook = count
    with shell.start("upload", folder, "--watch") as running:
        assert came[1].wait(WAIT_S)
        (folder / "b.jpg").write_bytes(b"two")
        (folder / "b.txt").write_bytes(b"no photo")
        assert came[2].wait(WAIT_S)
        running.send_signal(signal.SIGTERM)
        _, stderr = running.communicate(timeout=WAIT_S)
    assert running.returncode == 130, stderr
    assert "Traceback" not in stderr
    assert len(server.photos) == 2
