"""Messages over a real Redis, consumed by a real Celery worker process."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import redis
from structlog.contextvars import bound_contextvars
from tests.support.patience import WAIT_S, within
from tests.support.redis_server import RedisServer
from tests.support.waiting import until, wait_until

from vignette_shared.contracts.tasks import TAG_PHOTO, TagPhoto
from vignette_shared.errors import BrokerUnavailable
from vignette_shared.queue.app import EXIT_OVERRUN, make_celery
from vignette_shared.queue.heartbeat import Heartbeat, live_instances
from vignette_shared.queue.publisher import CeleryPublisher
from vignette_shared.settings import BrokerSettings

pytestmark = pytest.mark.integration

WORKER = """
import dataclasses, json, logging, os, sys
import redis
from structlog.contextvars import get_contextvars
from vignette_shared.contracts.tasks import TAG_PHOTO
from vignette_shared.errors import StorageError
from vignette_shared.queue.app import consume, make_celery
from vignette_shared.settings import BrokerSettings

logging.basicConfig()
url = sys.argv[1]
client = redis.Redis.from_url(url)
app = make_celery("test", BrokerSettings(url=url, visibility_timeout_s=4))

def handle(payload):
    tries = client.incr(f"tries:{payload.photo_id}")
    if payload.photo_id == "hangs" and tries == 1:
        import time
        time.sleep(600)
    if payload.photo_id == "flaky" and tries < 3:
        raise StorageError("not yet")
    if payload.photo_id == "hopeless":
        raise StorageError("never")
    if payload.photo_id == "bug":
        raise KeyError("bug")
    if payload.photo_id == "outlives":
        import time
        while not os.path.exists("redis is gone"):
            time.sleep(0.05)
        return
    client.rpush("done", json.dumps({"photo_id": payload.photo_id, **get_contextvars()}))

def exhausted(payload, error):
    client.rpush("dead", json.dumps({"photo_id": payload.photo_id, "error": type(error).__name__}))

limit = int(sys.argv[2])
consume(app, dataclasses.replace(TAG_PHOTO, time_limit=limit), handle, on_failure=exhausted)
app.worker_main(["worker", "--pool", "threads", "--concurrency", "1", "-Q", TAG_PHOTO.queue,
                 "--loglevel", "WARNING", "--without-gossip", "--without-mingle"])
"""


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url, socket_timeout=WAIT_S) as client:
        yield client


@pytest.fixture
def publisher(redis_url: str) -> CeleryPublisher:
    return CeleryPublisher(make_celery("test", BrokerSettings(url=redis_url)))


def start_worker(
    folder: Path, url: str, time_limit_s: int = 60, log: Path | None = None
) -> subprocess.Popen[bytes]:
    script = folder / "worker.py"
    script.write_text(WORKER)
    with log.open("wb") if log else nullcontext() as output:
        return subprocess.Popen(
            [sys.executable, str(script), url, str(time_limit_s)],
            cwd=folder,
            env={**os.environ, "C_FORCE_ROOT": "1"},
            stderr=output,
        )


@pytest.fixture
def worker(tmp_path: Path, redis_url: str) -> Iterator[subprocess.Popen[bytes]]:
    process = start_worker(tmp_path, redis_url)
    yield process
    process.terminate()
    process.wait(WAIT_S)


def pop(client: redis.Redis, key: str, timeout_s: int = 30) -> dict[str, str]:
    found = client.blpop([key], timeout=timeout_s)
    assert found is not None, f"nothing in {key} after {timeout_s} s"
    body: dict[str, str] = json.loads(found[1])
    return body


def send(publisher: CeleryPublisher, photo_id: str) -> None:
    publisher.send(TAG_PHOTO, TagPhoto(photo_id=photo_id, rendition_key="k"))


def test_request_id_is_passed_on_in_the_message(
    client: redis.Redis, publisher: CeleryPublisher, worker: object
) -> None:
    with bound_contextvars(request_id="request-0001"):
        send(publisher, "one")
    done = pop(client, "done")
    assert (done["photo_id"], done["request_id"]) == ("one", "request-0001")
    assert done["task"] == TAG_PHOTO.name


def test_retryable_errors_are_retried_until_they_succeed(
    client: redis.Redis, publisher: CeleryPublisher, worker: object
) -> None:
    send(publisher, "flaky")
    assert pop(client, "done")["photo_id"] == "flaky"
    assert client.get("tries:flaky") == b"3"


def test_other_errors_fail_without_a_retry(
    client: redis.Redis, publisher: CeleryPublisher, worker: object
) -> None:
    send(publisher, "bug")
    assert pop(client, "dead") == {"photo_id": "bug", "error": "KeyError"}
    assert client.get("tries:bug") == b"1"


def test_task_fails_after_three_retries(
    client: redis.Redis, publisher: CeleryPublisher, worker: object
) -> None:
    send(publisher, "hopeless")
    assert pop(client, "dead", 40) == {"photo_id": "hopeless", "error": "StorageError"}
    assert client.get("tries:hopeless") == b"4"


@pytest.mark.reliability
def test_message_of_a_killed_worker_is_redelivered(
    client: redis.Redis, publisher: CeleryPublisher, tmp_path: Path, redis_url: str
) -> None:
    first = start_worker(tmp_path, redis_url)
    send(publisher, "hangs")
    wait_until(lambda: client.get("tries:hangs") is not None, "the worker's first try")
    first.kill()
    first.wait(WAIT_S)
    second = start_worker(tmp_path, redis_url)
    try:
        assert pop(client, "done", 40)["photo_id"] == "hangs"
    finally:
        second.terminate()
        second.wait(WAIT_S)


@pytest.mark.reliability
def test_overrunning_task_stops_its_worker_and_is_redelivered(
    client: redis.Redis, publisher: CeleryPublisher, tmp_path: Path, redis_url: str
) -> None:
    first = start_worker(tmp_path, redis_url, time_limit_s=1)
    send(publisher, "hangs")
    assert first.wait(WAIT_S) == EXIT_OVERRUN
    second = start_worker(tmp_path, redis_url)
    try:
        assert pop(client, "done", 40)["photo_id"] == "hangs"
    finally:
        second.terminate()
        second.wait(WAIT_S)


@pytest.mark.reliability
def test_worker_survives_a_redis_restart_during_a_task(tmp_path: Path) -> None:
    """The acknowledgement fails, and Redis is back, without data, before the next health check."""
    server = RedisServer(tmp_path)
    server.start()
    client = redis.Redis.from_url(server.url, socket_timeout=WAIT_S)
    publisher = CeleryPublisher(make_celery("test", BrokerSettings(url=server.url)))
    log = tmp_path / "worker.log"
    worker = start_worker(tmp_path, server.url, log=log)
    try:
        send(publisher, "outlives")
        wait_until(lambda: client.get("tries:outlives") is not None, "the task's start")
        server.stop()
        (tmp_path / "redis is gone").touch()
        wait_until(lambda: "Couldn't ack" in log.read_text(), "the failed acknowledgement")
        server.start()
        send(publisher, "next")
        assert pop(client, "done", 40)["photo_id"] == "next"
    finally:
        worker.terminate()
        worker.wait(WAIT_S)
        client.close()
        server.stop()


def test_publishing_without_redis_fails_within_seconds() -> None:
    publisher = CeleryPublisher(make_celery("test", BrokerSettings(url="redis://127.0.0.1:1/0")))
    started = time.monotonic()
    with pytest.raises(BrokerUnavailable):
        send(publisher, "x")
    assert time.monotonic() - started < within(10)


def test_heartbeat_appears_and_is_deleted_on_stop(client: redis.Redis) -> None:
    heartbeat = Heartbeat("tester", client, lambda: {"model": "v1"})
    heartbeat.start()
    wait_until(lambda: bool(live_instances(client, "tester")), "the first heartbeat")
    assert live_instances(client, "tester")[0]["model"] == "v1"
    heartbeat.stop()
    heartbeat.join(WAIT_S)
    assert live_instances(client, "tester") == []


REPORTING_WORKER = """
import sys
import redis
from vignette_shared.contracts.tasks import TAG_PHOTO
from vignette_shared.queue.app import consume, make_celery
from vignette_shared.queue.heartbeat import Heartbeat
from vignette_shared.queue.worker import run_worker
from vignette_shared.settings import BrokerSettings

url = sys.argv[1]
app = make_celery("test", BrokerSettings(url=url))

def handle(payload):
    if payload.photo_id == "bug":
        raise KeyError("bug")

consume(app, TAG_PHOTO, handle)
heartbeat = Heartbeat("tester", redis.Redis.from_url(url), lambda: {"model": "v1"})
sys.exit(run_worker(app, [TAG_PHOTO.queue], heartbeat, threads=2, log_level="WARNING"))
"""


def test_heartbeat_reports_queues_and_throughput(client: redis.Redis, redis_url: str) -> None:
    publisher = CeleryPublisher(make_celery("test", BrokerSettings(url=redis_url)))
    for photo_id in ("one", "two", "bug"):
        send(publisher, photo_id)
    worker = subprocess.Popen([sys.executable, "-c", REPORTING_WORKER, redis_url])
    found: list[dict[str, Any]] = []
    for _ in until():
        found = live_instances(client, "tester")
        if found and found[0]["finished"] == {TAG_PHOTO.queue: 3}:
            break
    assert found[0]["finished"] == {TAG_PHOTO.queue: 3}
    assert (found[0]["queues"], found[0]["model"]) == ([TAG_PHOTO.queue], "v1")
    worker.terminate()
    assert worker.wait(WAIT_S) == 0
    assert live_instances(client, "tester") == []
