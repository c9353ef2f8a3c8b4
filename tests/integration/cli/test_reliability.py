"""Real processes that are killed in the middle, and run again."""

import hashlib
import signal
import threading
from pathlib import Path

import pytest
from tests.integration.cli.conftest import Shell
from tests.support.cli.fake_server import Answer, Asked, FakeSite

from vignette.uploads.transfer import CHUNK

pytestmark = [pytest.mark.integration, pytest.mark.reliability]


class Holding:
    """Holds the request that `wanted` picks until `release`; `reached` tells that it is there."""

    def __init__(self, method: str, offset: str | None = None) -> None:
        self.method, self.offset = method, offset
        self.reached, self.release = threading.Event(), threading.Event()

    def __call__(self, asked: Asked) -> Answer | None:
        if asked.method == self.method and asked.headers.get("upload-offset") == self.offset:
            self.reached.set()
            self.release.wait(30)
        return None


def library(folder: Path, big: int) -> dict[str, bytes]:
    """Five small files and a big one, which is sent in parts."""
    files = {f"{number}.jpg": f"photo {number}".encode() * 100 for number in range(5)}
    files["big.tif"] = hashlib.sha256(b"big").digest() * (big // 32)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return files


def hashes(server: FakeSite) -> list[str]:
    return sorted(photo["sha256"] for photo in server.photos.values())


def test_killed_in_the_middle_of_a_file_then_run_again(server: FakeSite, shell: Shell, folder: Path) -> None:
    files = library(folder, 3 * CHUNK)
    server.hook = holding = Holding("PATCH", str(CHUNK))
    with shell.start("upload", folder, "--album", "Trip") as killed:
        assert holding.reached.wait(30)
        killed.kill()
    server.hook = lambda _: None
    holding.release.set()
    sent_before = len(server.asked_for("PATCH", "/uploads"))

    again = shell.run("upload", folder, "--album", "Trip")
    assert again.returncode == 0, again.stderr
    assert hashes(server) == sorted(hashlib.sha256(data).hexdigest() for data in files.values())
    assert len(server.uploads) == 1, "the second run goes on with the first one's upload"
    later = server.asked_for("PATCH", "/uploads")[sent_before:]
    assert all(int(asked.headers["upload-offset"]) >= CHUNK for asked in later)
    (album,) = server.albums.values()
    assert server.members[album["id"]] == set(server.photos)

    third = shell.run("upload", folder, "--album", "Trip")
    assert third.returncode == 0
    assert "0 photos uploaded, 6 already there." in third.stdout
    assert len(server.photos) == 6


def test_killed_after_the_server_took_the_file(server: FakeSite, shell: Shell, folder: Path) -> None:
    """The answer is lost, the journal knows nothing: the server's list does."""
    (folder / "a.jpg").write_bytes(b"one")

    def take_and_hang(asked: Asked) -> Answer | None:
        if asked.method == "POST" and asked.path == "/photos":
            server.hook = lambda _: None
            server.answer(asked)
            taken.set()
            release.wait(30)
        return None

    taken, release = threading.Event(), threading.Event()
    server.hook = take_and_hang
    with shell.start("upload", folder) as killed:
        assert taken.wait(30)
        killed.kill()
    server.hook = lambda asked: Answer(500) if asked.method == "POST" else None
    release.set()
    again = shell.run("upload", folder)
    assert again.returncode == 0, again.stderr
    assert len(server.photos) == 1


def test_ctrl_c_ends_in_good_order(server: FakeSite, shell: Shell, folder: Path) -> None:
    files = library(folder, 3 * CHUNK)
    server.hook = holding = Holding("PATCH", str(CHUNK))
    with shell.start("upload", folder, "--jobs", "1") as running:
        assert holding.reached.wait(30)
        running.send_signal(signal.SIGINT)
        server.hook = lambda _: None
        assert running.stderr is not None
        assert "stopping" in running.stderr.readline()
        holding.release.set()
        stdout, stderr = running.communicate(timeout=30)
    assert running.returncode == 130, stderr
    assert "Traceback" not in stderr
    assert "The same command goes on from here." in stdout
    assert shell.run("upload", folder).returncode == 0
    assert hashes(server) == sorted(hashlib.sha256(data).hexdigest() for data in files.values())
    assert len(server.uploads) == 1


def test_a_server_that_comes_back(server: FakeSite, shell: Shell, folder: Path) -> None:
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


def test_two_runs_at_once_over_one_journal(server: FakeSite, shell: Shell, folder: Path) -> None:
    files = library(folder, CHUNK)
    with shell.start("upload", folder) as one, shell.start("upload", folder) as two:
        for run in (one, two):
            _, stderr = run.communicate(timeout=60)
            assert run.returncode == 0, stderr
    assert len(server.photos) == len(files)


def test_a_watched_folder_takes_what_has_stopped_growing(
    server: FakeSite, shell: Shell, folder: Path
) -> None:
    (folder / "a.jpg").write_bytes(b"one")
    came: dict[int, threading.Event] = {1: threading.Event(), 2: threading.Event()}

    def count(asked: Asked) -> Answer | None:
        if asked.method == "POST" and asked.path == "/photos":
            posted = len(server.asked_for("POST", "/photos"))
            came[posted].set()
        return None

    server.hook = count
    with shell.start("upload", folder, "--watch") as running:
        assert came[1].wait(30)
        (folder / "b.jpg").write_bytes(b"two")
        (folder / "b.txt").write_bytes(b"no photo")
        assert came[2].wait(30)
        running.send_signal(signal.SIGTERM)
        _, stderr = running.communicate(timeout=30)
    assert running.returncode == 130, stderr
    assert "Traceback" not in stderr
    assert len(server.photos) == 2
