"""Container hardening: no root, no open ports, no visible secrets, no unused packages."""

import json
from collections.abc import Callable

import pytest
from tests.compose.compose import OURS, SERVICES, Compose, docker

MB = 1_000_000
LIMITS_MB = {"gateway": 300, "photos": 300, "tagger-worker": 700}
SECRETS = ("internal/key", "postgres/password", "redis/password")
ABSENT = {
    "gateway": ("tensorflow", "openvino", "numpy", "sqlalchemy", "pip", "uv"),
    "photos-api": ("tensorflow", "openvino", "numpy", "pip", "uv"),
    "tagger-worker": ("tensorflow", "keras", "sqlalchemy", "fastapi", "pip", "uv"),
    "trainer-worker": ("sqlalchemy", "fastapi", "pip", "uv"),
}


def test_only_the_gateway_has_a_port_and_only_on_loopback(compose: Compose) -> None:
    published = {service: compose.inspect(service)["HostConfig"]["PortBindings"] for service in SERVICES}
    assert published.pop("gateway") == {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(compose.port)}]}
    assert not any(published.values()), published


@pytest.mark.parametrize("service", SERVICES)
def test_no_process_is_root(compose: Compose, service: str) -> None:
    _, *processes = docker("top", compose.container(service), "-eo", "uid,pid,args").splitlines()
    assert processes
    assert [process for process in processes if process.split()[0] == "0"] == []


def test_secrets_are_readable_by_their_owner_alone(compose: Compose) -> None:
    for secret in SECRETS:
        found = compose.execute("photos-api", "stat", "-c", "%a %u", f"/run/vignette/{secret}")
        assert found.split() == ["600", "10001"], secret


def test_a_service_sees_only_the_secrets_that_it_needs(compose: Compose) -> None:
    seen = {
        service: compose.execute(service, "find", "/run/vignette", "-type", "f").split()
        for service in ("gateway", "tagger-worker", "trainer-worker")
    }
    redis = {"/run/vignette/redis/password", "/run/vignette/redis/redis.conf"}
    assert set(seen["gateway"]) == redis | {"/run/vignette/internal/key"}
    assert set(seen["tagger-worker"]) == set(seen["trainer-worker"]) == redis


def test_docker_output_contains_no_secret(compose: Compose) -> None:
    values = [compose.execute("photos-api", "cat", f"/run/vignette/{secret}").strip() for secret in SECRETS]
    assert all(len(value) == 64 for value in values)
    outputs = [json.dumps(compose.inspect(service)) for service in (*SERVICES, "setup", "migrate")]
    outputs += [docker("top", compose.container(service), "-eo", "pid,args") for service in SERVICES]
    outputs.append(compose.run("logs", "--no-color"))
    outputs.append(compose.run("config"))
    assert [value for value in values if any(value in text for text in outputs)] == []


def test_redis_and_postgres_refuse_without_the_password(compose: Compose) -> None:
    assert "NOAUTH" in compose.execute("redis", "redis-cli", "info")
    attempt = (
        "import psycopg\n"
        "try: psycopg.connect('postgresql://vignette:wrong@postgres/vignette')\n"
        "except psycopg.OperationalError as error: print(error)"
    )
    assert "password authentication failed" in compose.execute("photos-api", "python", "-c", attempt)


@pytest.mark.parametrize("service", sorted(ABSENT))
def test_images_leave_out_what_their_service_does_not_use(compose: Compose, service: str) -> None:
    search = (
        "import sys; from importlib.util import find_spec; print([n for n in sys.argv[1:] if find_spec(n)])"
    )
    assert compose.execute(service, "python", "-c", search, *ABSENT[service]).strip() == "[]"


def test_the_trimmed_openvino_runs_networks_on_the_processor_alone(compose: Compose) -> None:
    """test_stack checks tagging; this fails if a new version brings back another device plugin."""
    devices = "import openvino; print(openvino.Core().available_devices)"
    assert compose.execute("tagger-worker", "python", "-c", devices).strip() == "['CPU']"


def test_tensorflow_works_in_the_trainer(compose: Compose) -> None:
    program = (
        "import numpy, keras\n"
        "model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3), keras.layers.Flatten(),"
        " keras.layers.Dense(2)])\n"
        "model.compile('adam', 'mse')\n"
        "model.fit(numpy.ones((8, 8, 8, 3)), numpy.ones((8, 2)), verbose=0)\n"
        "print(model.predict(numpy.ones((1, 8, 8, 3)), verbose=0).shape)"
    )
    assert compose.execute("trainer-worker", "python", "-c", program).strip() == "(1, 2)"


def test_images_are_small(compose: Compose, say: Callable[[str], None]) -> None:
    sizes = {
        name: int(docker("image", "inspect", "--format", "{{.Size}}", compose.image(name))) / MB
        for name in OURS
    }
    for name, size in sizes.items():
        limit = f"  (limit {LIMITS_MB[name]} MB)" if name in LIMITS_MB else ""
        say(f"{compose.image(name).partition(':')[0]:<24} {size:6.0f} MB{limit}")
    assert {name: size for name, size in sizes.items() if size > LIMITS_MB.get(name, size)} == {}
