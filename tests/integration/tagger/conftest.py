"""A tagger as `make up` starts it: its process, a real Redis, files on disk, the shipped model."""

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from tests.support.patience import WAIT_S
from tests.support.waiting import until

from vignette_shared.contracts.tasks import RECORD_TAGS
from vignette_shared.queue.app import make_celery
from vignette_shared.queue.heartbeat import live_instances
from vignette_shared.queue.publisher import CeleryPublisher
from vignette_shared.registry import Registry
from vignette_shared.settings import BrokerSettings
from vignette_shared.storage import BlobStore, open_store

STARTER = Path(__file__).resolve().parents[3] / "shared" / "starter"


class TaggerProcess:
    """Starts, watches and stops one worker; talks to it by its queues."""

    def __init__(self, folder: Path, redis_url: str) -> None:
        # Beyond the longest blocking read: redis-py gives up after 5 s otherwise.
        self.client = redis.Redis.from_url(redis_url, socket_timeout=WAIT_S + 10)
        self.blobs: BlobStore = open_store((folder / "blobs").as_uri())
        self.registry = Registry(open_store((folder / "registry").as_uri()))
        self.publisher = CeleryPublisher(make_celery("test", BrokerSettings(url=redis_url)))
        self._log = folder / "tagger.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("VIGNETTE_")},
            "VIGNETTE_BROKER__URL": redis_url,
            "VIGNETTE_BROKER__VISIBILITY_TIMEOUT_S": "3",
            "VIGNETTE_REGISTRY__URL": (folder / "registry").as_uri(),
            "VIGNETTE_REGISTRY__POLL_S": "0.1",
            "VIGNETTE_STORAGE__URL": (folder / "blobs").as_uri(),
            "VIGNETTE_STORAGE__STAGING": str(folder / "staging"),
        }

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start the worker and wait for its heartbeat."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tagger_worker.worker"],
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.wait(lambda: any(beat["pid"] == self.pid for beat in self.beats()), "a heartbeat")

    def beats(self) -> list[dict[str, Any]]:
        return live_instances(self.client, "tagger-worker")

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit status."""
        assert self._process is not None
        self._process.send_signal(sign)
        return self._process.wait(WAIT_S)

    def kill_with_a_message_in_hand(self) -> None:
        """Kill it while Redis knows of a message that it holds.

        A kill between taking a message and recording it as unacknowledged loses the message. The
        reconciler recovers from that, not the broker.
        """
        for _ in until(pause_s=0.003):
            os.kill(self.pid, signal.SIGSTOP)
            if self.client.hlen("unacked") > 0:
                assert self.stop(signal.SIGKILL) == -signal.SIGKILL
                return
            os.kill(self.pid, signal.SIGCONT)
        pytest.fail("The tagger never held a message.")

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wait(self, done: Callable[[], bool], what: str) -> None:
        for _ in until(pause_s=0.02):
            if done():
                return
            if not self.running():
                break
        pytest.fail(f"The tagger gave no {what}:\n{self._log.read_text()[-3000:]}")

    def recorded(self, timeout_s: float = WAIT_S) -> tuple[str, dict[str, Any]]:
        """Take the next message to photos off its queue: task name and payload."""
        found = self.client.blpop([RECORD_TAGS.queue], timeout=timeout_s)
        if found is None:
            pytest.fail(f"The tagger recorded nothing:\n{self._log.read_text()[-3000:]}")
        message = json.loads(found[1])
        arguments, _, _ = json.loads(base64.b64decode(message["body"]))
        return message["headers"]["task"], arguments[0]


@pytest.fixture
def tagger(tmp_path: Path, redis_url: str) -> Iterator[TaggerProcess]:
    """A running tagger with the starter model."""
    process = TaggerProcess(tmp_path, redis_url)
    process.registry.publish_starter(STARTER)
    process.start()
    yield process
    if process.running():
        process.stop(signal.SIGKILL)
