"""Only `make test-compose` collects this folder: it needs a Docker engine, minutes and gigabytes."""

import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator

import httpx
import pytest
from tests.compose.compose import PASSWORD, Compose
from tests.support.ports import free_port

NO_ENGINE = (
    "No Docker engine answers. Install Docker Engine with Compose 2.24 or newer and start it, "
    "or point DOCKER_HOST at one; then run `make test-compose` again."
)


@pytest.fixture(scope="session")
def compose() -> Iterator[Compose]:
    """The whole stack, built and healthy, removed with its volumes and images whatever happens."""
    require_engine()
    project = Compose(f"vignette-test-{secrets.token_hex(4)}", free_port())
    try:
        project.run("build", timeout_s=1800)
        project.up()
        yield project
    finally:
        project.remove()


def require_engine() -> None:
    for command in (["docker", "version"], ["docker", "compose", "version"]):
        try:
            answered = subprocess.run(command, capture_output=True, timeout=30, check=False).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            answered = False
        if not answered:
            pytest.exit(NO_ENGINE, returncode=1)


@pytest.fixture(scope="session")
def anna(compose: Compose) -> Iterator[httpx.Client]:
    """A signed-in client."""
    body = {"username": "anna", "email": "anna@example.org", "password": PASSWORD}
    with compose.client() as client:
        answer = client.post("/auth/register", json=body)
    assert answer.status_code == 201, answer.text
    with compose.sign_in("anna") as client:
        yield client


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print figures to the terminal past pytest's capture."""

    def past_the_capture(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{line}")

    return past_the_capture
