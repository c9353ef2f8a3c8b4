"""A running stack: start, stop, control processes, and call the public API."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import redis
from tests.support.patience import COMMAND_S, WAIT_S
from tests.support.ports import free_port
from tests.support.stack.commands import run_stack
from tests.support.stack.events import parse_events
from tests.support.waiting import until

from stack.layout import Layout
from stack.supervisor import Supervisor

Json = dict[str, Any]
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Site:
    """A running stack."""

    address: str
    state: Path
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def layout(self) -> Layout:
        return Layout(self.state)

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=f"{self.address}/api/v1", timeout=WAIT_S)

    def pid(self, process: str) -> int:
        states = Supervisor(self.layout).states() or []
        return next(state.pid for state in states if state.name == process)

    def control(self, action: str, process: str) -> None:
        """`stop` or `start` one process by its supervisor."""
        command = ["-c", str(self.layout.supervisor_config), action, process]
        subprocess.run(
            [sys.executable, "-m", "supervisor.supervisorctl", *command],
            check=True,
            capture_output=True,
            timeout=WAIT_S,
        )

    def redis(self) -> "redis.Redis":
        ports = json.loads(self.layout.ports.read_text())
        password = self.layout.redis_password.read_text()
        return redis.Redis(port=ports["redis"], password=password, socket_timeout=WAIT_S)

    def sign_up(self, username: str) -> "Account":
        client = self.client()
        self.clients.append(client)
        body = {"username": username, "email": f"{username}@example.org", "password": PASSWORD}
        answer = client.post("/auth/register", json=body)
        assert answer.status_code in (201, 409), answer.text
        answer = client.post("/auth/login", json={"login": username, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return Account(client, username)


@dataclass(frozen=True)
class Account:
    """A signed-in client."""

    client: httpx.Client
    username: str

    def upload(self, data: bytes, name: str = "photo.jpg", **fields: str) -> httpx.Response:
        return self.client.post("/photos", files={"file": (name, data)}, data=fields)

    def photo(self, photo_id: str) -> Json:
        answer = self.client.get(f"/photos/{photo_id}")
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        return body

    def wait_until_done(self, photo_id: str) -> Json:
        """Wait until a photo is no longer pending."""
        for _ in until(COMMAND_S):
            photo = self.photo(photo_id)
            if photo["status"] != "pending":
                return photo
        raise AssertionError(f"photo {photo_id} is still pending after {COMMAND_S:.0f} s")

    def events(self) -> list[Json]:
        """Replay the account's event stream until no event follows."""
        found: list[Json] = []
        timeout = httpx.Timeout(10, read=1.5)
        try:
            with self.client.stream(
                "GET", "/events", headers={"Last-Event-ID": "0-0"}, timeout=timeout
            ) as stream:
                assert stream.status_code == 200
                found.extend(parse_events(stream.iter_lines()))
        except httpx.ReadTimeout:
            pass
        return found


@contextmanager
def running_site(state: Path, environment: dict[str, str] | None = None) -> Iterator[Site]:
    """Start a stack on free ports; its supervisor stops it at the end, whatever happens."""
    port = free_port()
    layout = Layout(state)
    if not layout.ports.exists():
        # The stack would take ports of the ephemeral range, which the tests' own connections also use.
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        layout.ports.parent.mkdir(parents=True, exist_ok=True)
        layout.ports.write_text(json.dumps({"photos": free_port(), "redis": free_port()}))
    done = run_stack("up", "--port", str(port), "--state", str(state), environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    site = Site(f"http://127.0.0.1:{port}", state)
    try:
        yield site
    finally:
        for client in site.clients:
            client.close()
        stopped = run_stack("down", "--state", str(state))
        assert stopped.returncode == 0, stopped.stderr
