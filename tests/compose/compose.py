"""Runs `docker compose` and reaches the stack that it starts."""

import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

import httpx
from tests.support.paths import REPOSITORY

Json = dict[str, Any]
SERVICES = ("gateway", "photos-api", "photos-worker", "tagger-worker", "trainer-worker", "redis", "postgres")
OURS = ("gateway", "photos", "tagger-worker", "trainer")
PASSWORD = "correct horse battery staple"


def docker(*arguments: str, timeout_s: int = 60) -> str:
    """Run docker and return its output; a failure contains it."""
    done = subprocess.run(
        ["docker", *arguments], capture_output=True, text=True, timeout=timeout_s, check=False
    )
    assert done.returncode == 0, f"docker {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
    return done.stdout


@dataclass(frozen=True)
class Compose:
    """docker-compose.yml as a separate project with separately tagged images."""

    project: str
    port: int

    def run(self, *arguments: str, timeout_s: int = 300) -> str:
        environment = {
            **os.environ,
            "PORT": str(self.port),
            "IMAGE_TAG": self.project,
            # Four images at a time would only wait for each other on a small machine.
            "COMPOSE_PARALLEL_LIMIT": "1",
        }
        done = subprocess.run(
            ["docker", "compose", "-p", self.project, *arguments],
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        assert done.returncode == 0, f"docker compose {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def up(self) -> None:
        """Start everything and wait until every health check is green; a failure shows the logs."""
        try:
            self.run("up", "--detach", "--no-build", "--wait", "--wait-timeout", "180")
        except AssertionError as error:
            logs = self.run("logs", "--no-color", "--tail", "20")
            raise AssertionError(f"{error}\n{logs}") from None

    def execute(self, service: str, *command: str) -> str:
        """Run a command in a service's container, as the service's user."""
        return self.run("exec", "--no-TTY", service, *command)

    def container(self, service: str) -> str:
        return self.run("ps", "--all", "--quiet", service).strip()

    def inspect(self, service: str) -> Json:
        found: list[Json] = json.loads(docker("inspect", self.container(service)))
        return found[0]

    def remove(self) -> None:
        self.run("down", "--volumes", "--remove-orphans", "--timeout", "20")
        for name in OURS:
            subprocess.run(
                ["docker", "image", "rm", self.image(name)], capture_output=True, timeout=60, check=False
            )

    def image(self, name: str) -> str:
        return f"vignette-{name}:{self.project}"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> httpx.Client:
        """Return a client without an account."""
        return httpx.Client(base_url=f"{self.address}/api/v1", timeout=60)

    def sign_in(self, username: str) -> httpx.Client:
        """Return a client that carries the account's token."""
        with self.client() as client:
            answer = client.post("/auth/login", json={"login": username, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        signed_in = self.client()
        signed_in.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return signed_in
