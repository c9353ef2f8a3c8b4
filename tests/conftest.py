"""Fixtures for every test: photos, drawn pictures, a real Redis. And how tests share out among workers."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.paths import REPOSITORY, SHARED_DATA
from tests.support.pictures import make_jpeg
from tests.support.redis_server import RedisServer

SLOWEST_FIRST = ("e2e", "integration", "contract", "unit")


def pytest_configure() -> None:
    # A shell without job control starts background jobs with SIGINT ignored, and children inherit that:
    # the tests that interrupt a command would then wait in vain.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # A worker takes the next file when it has finished one: with the slow files first, both end together.
    items.sort(key=lambda item: SLOWEST_FIRST.index(_folder(item)) if _folder(item) in SLOWEST_FIRST else 0)


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(REPOSITORY / "tests").parts[0]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real photos, annotations and difficult files; skips the test if it is missing."""
    if not (SHARED_DATA / "photos").is_dir():
        pytest.skip(f"needs the real photos in {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def jpeg() -> bytes:
    """A small picture with some structure: sunset over the sea."""
    return make_jpeg(640, 480)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """The URL of a running Redis, emptied for this test."""
    import redis  # noqa: PLC0415 - unit tests need no client

    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    return redis_server.url
