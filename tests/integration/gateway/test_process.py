"""The gateway process: start, refusal to start, shutdown and memory."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import httpx
import pytest
from tests.support.gateway.fake_photos import KEY, FakePhotos
from tests.support.gateway.gateways import bearer
from tests.support.gateway.serving import serving
from tests.support.patience import WAIT_S, within
from tests.support.ports import free_port
from tests.support.waiting import wait_until

pytestmark = pytest.mark.integration

MIB = 1024 * 1024


@pytest.fixture
def environment(tmp_path: Path, redis_url: str) -> dict[str, str]:
    key = tmp_path / "internal.key"
    key.write_text(KEY)
    return {
        "PATH": os.environ["PATH"],
        "VIGNETTE_BROKER__URL": redis_url,
        "VIGNETTE_STORAGE__URL": f"file://{tmp_path}/blobs",
        "VIGNETTE_STORAGE__STAGING": f"{tmp_path}/staging",
        "VIGNETTE_SECURITY__INTERNAL_KEY_FILE": str(key),
        "VIGNETTE_GATEWAY__PORT": str(free_port()),
        "VIGNETTE_GATEWAY__PHOTOS_URL": f"http://127.0.0.1:{free_port()}",
    }


@contextmanager
def running(environment: dict[str, str]) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    url = f"http://127.0.0.1:{environment['VIGNETTE_GATEWAY__PORT']}"
    command = [sys.executable, "-m", "gateway.main"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: answers(url), "the gateway's start")
            yield process, url
        finally:
            process.kill()


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz").text == "ok"
    except httpx.TransportError:
        return False


def refused(environment: dict[str, str]) -> tuple[int, str]:
    """Start a gateway that should not start; returns its exit status and what it says."""
    command = [sys.executable, "-m", "gateway.main"]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=WAIT_S, check=False
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_port_in_use_prints_one_line(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(environment["VIGNETTE_GATEWAY__PORT"]))):
        status, said = refused(environment)
    assert status == 1
    assert said.startswith(f"gateway: Can't listen on 127.0.0.1:{environment['VIGNETTE_GATEWAY__PORT']}")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"VIGNETTE_GATEWAY__PORT": "http"}, "VIGNETTE_GATEWAY__PORT"),
        ({"VIGNETTE_GATEWAY__PROT": "80"}, "VIGNETTE_GATEWAY__PROT"),
        ({"VIGNETTE_GATEWAY__ORIGINS": '["example.org"]'}, "VIGNETTE_GATEWAY__ORIGINS"),
        ({"VIGNETTE_GATEWAY__METRICS_NETWORKS": '["inside"]'}, "VIGNETTE_GATEWAY__METRICS_NETWORKS"),
        ({"VIGNETTE_SECURITY__INTERNAL_KEY_FILE": "/nowhere/key"}, "/nowhere/key"),
        ({"VIGNETTE_STORAGE__URL": "ftp://host"}, "ftp://host"),
        ({"VIGNETTE_STORAGE__STAGING": "/proc/staging"}, "/proc/staging"),
    ],
)
def test_invalid_setting_prints_one_line_with_its_name(
    environment: dict[str, str], changed: dict[str, str], named: str
) -> None:
    status, said = refused({**environment, **changed})
    assert status == 2
    assert named in said
    assert said.count("\n") == 1


def test_open_stream_does_not_delay_shutdown(environment: dict[str, str]) -> None:
    with serving(FakePhotos()) as photos_url:
        environment["VIGNETTE_GATEWAY__PHOTOS_URL"] = photos_url
        with (
            running(environment) as (process, url),
            httpx.stream("GET", f"{url}/api/v1/events", headers=bearer(), timeout=WAIT_S) as answer,
        ):
            blocks = answer.iter_raw()
            assert next(blocks).startswith(b"retry:")
            started = monotonic()
            process.send_signal(signal.SIGTERM)
            assert list(blocks) == []
            assert process.wait(WAIT_S) in (0, -signal.SIGTERM)
            assert monotonic() - started < within(5)


def test_uploads_use_bounded_memory(environment: dict[str, str]) -> None:
    photos = FakePhotos()
    with serving(photos) as photos_url:
        environment["VIGNETTE_GATEWAY__PHOTOS_URL"] = photos_url
        with running(environment) as (process, url):
            upload(url, 1)
            before = peak_bytes(process.pid)
            threads = [threading.Thread(target=upload, args=(url, 32)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            grown = peak_bytes(process.pid) - before
    assert sorted(seen.bytes for seen in photos.seen) == [MIB, *[32 * MIB] * 4]
    assert grown < 16 * MIB


def upload(url: str, size: int) -> None:
    body = (b"x" * MIB for _ in range(size))
    headers = {**bearer(), "Content-Length": str(size * MIB)}
    assert (
        httpx.post(f"{url}/api/v1/photos", content=body, headers=headers, timeout=WAIT_S).status_code == 201
    )


def peak_bytes(pid: int) -> int:
    """Return the most memory that a process has held so far."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no VmHWM")
