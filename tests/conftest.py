"""What every kind of test may use: real photos when they are there, made ones else, a real Redis."""

import io
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED_DATA = Path(os.environ.get("VIGNETTE_TEST_DATA", REPOSITORY.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real photos, annotations and difficult files beside the checkout."""
    if not (SHARED_DATA / "photos").is_dir():
        pytest.skip(f"needs the real photos in {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def jpeg() -> bytes:
    """A small picture with some structure: a sun over a sea."""
    return make_jpeg(640, 480)


def make_jpeg(width: int, height: int, shift: int = 0) -> bytes:
    """Draw a sunset over water; `shift` makes another picture of the same kind."""
    image = Image.new("RGB", (width, height), (250, 170 - shift % 60, 90))
    draw = ImageDraw.Draw(image)
    horizon = height * 3 // 5
    draw.rectangle((0, horizon, width, height), fill=(30, 60 + shift % 100, 120))
    centre, radius = (width // 2 + shift * 7 % max(width // 4, 1), horizon), height // 6
    draw.ellipse(
        (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius), fill=(255, 230, 160)
    )
    for line in range(horizon + 8, height, 12):
        draw.line((shift % 50, line, width - shift % 30, line), fill=(90, 110, 150), width=2)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RedisServer:
    """A real redis-server on loopback that the test owns, by pid."""

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
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        pytest.fail(f"redis-server did not start; see {self.folder / 'redis.log'}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """A running Redis, emptied for this test."""
    import redis  # noqa: PLC0415 - unit tests need no client

    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    return redis_server.url
