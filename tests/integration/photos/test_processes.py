"""The API and the worker as real processes, driven over HTTP and Redis."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
import redis
from tests.support.patience import WAIT_S, within
from tests.support.photos.published import publish_model
from tests.support.photos.service import KEY, PASSWORD
from tests.support.pictures import make_jpeg
from tests.support.ports import free_port
from tests.support.redis_server import RedisServer
from tests.support.waiting import wait_until

from vignette_shared.contracts.identity import ANONYMOUS, IDENTITY_HEADER, Identity, sign_identity
from vignette_shared.contracts.tasks import TAG_PHOTO
from vignette_shared.queue.heartbeat import live_instances
from vignette_shared.registry import Registry
from vignette_shared.storage import open_store

pytestmark = pytest.mark.integration


class Stack:
    """The photos API and its worker over a Redis that the test owns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.redis = RedisServer(folder)
        self.port = free_port()
        (folder / "key").write_text(KEY)
        self.environment = {
            "PATH": os.environ["PATH"],
            "VIGNETTE_BROKER__URL": self.redis.url,
            "VIGNETTE_DATABASE__URL": f"sqlite:///{folder / 'vignette.db'}",
            "VIGNETTE_STORAGE__URL": f"file://{folder / 'blobs'}",
            "VIGNETTE_STORAGE__STAGING": str(folder / "staging"),
            "VIGNETTE_REGISTRY__URL": f"file://{folder / 'registry'}",
            "VIGNETTE_SECURITY__INTERNAL_KEY_FILE": str(folder / "key"),
            "VIGNETTE_PHOTOS__PORT": str(self.port),
            "VIGNETTE_PHOTOS__RECONCILE_S": "1",
            "VIGNETTE_PHOTOS__PATIENCE_S": "1",
            "VIGNETTE_DECODER__PROCESSES": "1",
        }

    def run(self, *arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", *arguments]
        environment = self.environment | changed
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=WAIT_S, check=False
        )

    @contextmanager
    def process(self, module: str) -> Iterator["subprocess.Popen[bytes]"]:
        with (self.folder / f"{module}.log").open("ab") as log:
            started = subprocess.Popen(
                [sys.executable, "-m", module], env=self.environment, stdout=log, stderr=log
            )
        try:
            yield started
        finally:
            started.send_signal(signal.SIGTERM)
            started.wait(WAIT_S)

    def client(self, caller: Identity = ANONYMOUS) -> httpx.Client:
        headers = {IDENTITY_HEADER: sign_identity(caller, KEY)}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=WAIT_S)

    def join(self, name: str) -> Identity:
        with self.client() as client:
            body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
            assert client.post("/api/v1/auth/register", json=body).status_code == 201
            login = client.post("/api/v1/auth/login", json={"login": name, "password": PASSWORD})
            token = {"token": login.json()["access_token"]}
            return Identity.model_validate(client.post("/internal/v1/identity", json=token).json())


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    built = Stack(tmp_path)
    assert built.run("photos.cli", "migrate").returncode == 0
    publish_model(Registry(open_store(built.environment["VIGNETTE_REGISTRY__URL"])))
    yield built
    built.redis.stop()


def answers(stack: Stack) -> bool:
    try:
        with stack.client() as client:
            return client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


def test_upload_during_a_broker_outage_is_processed_later(stack: Stack) -> None:
    with ExitStack() as running:
        api = running.enter_context(stack.process("photos.main"))
        running.enter_context(stack.process("photos.worker"))
        wait_until(lambda: answers(stack), "the API's start")
        anna = stack.join("anna")
        with stack.client(anna) as client:
            began = time.monotonic()
            uploaded = client.post("/api/v1/photos", files={"file": ("lake.jpg", make_jpeg(640, 480))})
            assert uploaded.status_code == 201
            assert time.monotonic() - began < within(10)
            assert client.get("/readyz").json()["checks"]["broker"]["ok"] is False
            stack.redis.start()
            photo_id = uploaded.json()["id"]
            path = f"/api/v1/photos/{photo_id}"
            wait_until(lambda: client.get(path).json()["urls"]["thumb"] is not None, "the thumbnail")
            with redis.Redis.from_url(stack.redis.url) as queues:
                wait_until(lambda: queues.llen(TAG_PHOTO.queue) == 1, "the tagging task")
                wait_until(lambda: len(live_instances(queues, "photos-worker")) == 1, "the heartbeat")
            assert client.get("/readyz").json()["status"] == "ready"
        assert api.poll() is None
    log = (stack.folder / "photos.main.log").read_text()
    assert "publish_failed" in log
    assert KEY not in log
    assert "Traceback" not in log


@pytest.mark.parametrize(
    ("module", "changed", "expected"),
    [
        ("photos.main", {"VIGNETTE_DATABASE__URL": "mysql://x"}, "VIGNETTE_DATABASE__URL"),
        ("photos.main", {"VIGNETTE_SECURITY__INTERNAL_KEY_FILE": "/nowhere/key"}, "/nowhere/key"),
        ("photos.main", {"VIGNETTE_STORAGE__STAGING": "/proc/nowhere"}, "/proc/nowhere"),
        ("photos.worker", {"VIGNETTE_PHOTOS__PATIENSE_S": "1"}, "VIGNETTE_PHOTOS__PATIENSE_S"),
        ("photos.worker", {"VIGNETTE_PHOTOS__PATIENCE_S": "soon"}, "VIGNETTE_PHOTOS__PATIENCE_S"),
    ],
)
def test_startup_failure_prints_one_line(
    stack: Stack, module: str, changed: dict[str, str], expected: str
) -> None:
    done = stack.run(module, **changed)
    assert done.returncode == 2
    assert expected in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_unmigrated_database_prints_the_command(stack: Stack, tmp_path: Path) -> None:
    done = stack.run("photos.main", VIGNETTE_DATABASE__URL=f"sqlite:///{tmp_path / 'empty.db'}")
    assert done.returncode == 2
    assert "photos.cli migrate" in done.stderr


def test_port_in_use_is_reported(stack: Stack) -> None:
    with stack.process("photos.main"):
        wait_until(lambda: answers(stack), "the API's start")
        done = stack.run("photos.main")
    assert done.returncode == 2
    assert f"127.0.0.1:{stack.port}" in done.stderr
