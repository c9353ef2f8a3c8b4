"""The main flow in containers: upload a photo, see its tags; a restart loses nothing."""

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import pillow_heif
import pytest
from PIL import Image
from tests.compose.compose import SERVICES, Compose, docker
from tests.support.patience import WAIT_S
from tests.support.pictures import make_jpeg
from tests.support.waiting import until


def upload(client: httpx.Client, data: bytes, name: str = "photo.jpg") -> dict[str, Any]:
    answer = client.post("/photos", files={"file": (name, data)})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def wait_until_tagged(client: httpx.Client, photo_id: str) -> dict[str, Any]:
    for _ in until(pause_s=0.2):
        photo: dict[str, Any] = client.get(f"/photos/{photo_id}").raise_for_status().json()
        if photo["status"] != "pending":
            assert photo["status"] == "tagged", photo
            return photo
    raise AssertionError(f"photo {photo_id} is still pending after {WAIT_S} s")


@contextmanager
def listening(client: httpx.Client) -> Iterator[tuple[list[str], Event]]:
    """Give the account's event names as they arrive, and an event set at `photo.tagged`."""
    events: list[str] = []
    connected, tagged = Event(), Event()

    def listen() -> None:
        with client.stream("GET", "/events", timeout=httpx.Timeout(10, read=WAIT_S)) as stream:
            connected.set()
            for line in stream.iter_lines():
                if line.startswith("event:"):
                    events.append(line.partition(":")[2].strip())
                if events and events[-1] == "photo.tagged":
                    tagged.set()
                    return

    Thread(target=listen, daemon=True).start()
    assert connected.wait(WAIT_S)
    yield events, tagged


def test_upload_is_tagged_and_sends_events(anna: httpx.Client) -> None:
    with listening(anna) as (events, tagged):
        photo = upload(anna, make_jpeg(1600, 1200))
        assert photo["status"] == "pending"
        assert tagged.wait(WAIT_S), f"no photo.tagged; events {events}"
    assert events == ["photo.rendered", "photo.tagged"]
    assert anna.get(f"/photos/{photo['id']}").json()["status"] == "tagged"


def test_a_real_photo_gets_tags(anna: httpx.Client, shared_data: Path) -> None:
    data = (shared_data / "photos" / "im4.jpg").read_bytes()
    photo = wait_until_tagged(anna, upload(anna, data, "im4.jpg")["id"])
    assert photo["tags"]
    assert {tag["source"] for tag in photo["tags"]} == {"model"}


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "TIFF", "AVIF", "HEIF"])
def test_every_kind_of_image_passes_the_stripped_libraries(anna: httpx.Client, kind: str) -> None:
    pillow_heif.register_heif_opener()
    buffer = io.BytesIO()
    Image.open(io.BytesIO(make_jpeg(320, 240))).save(buffer, kind)
    wait_until_tagged(anna, upload(anna, buffer.getvalue(), f"photo.{kind.lower()}")["id"])


def test_predict_answers_at_once(anna: httpx.Client) -> None:
    answer = anna.post("/predict", files={"file": ("photo.jpg", make_jpeg(800, 600))})
    assert answer.status_code == 200, answer.text
    assert answer.json()["tags"]


def test_the_site_and_its_readiness_are_served(compose: Compose) -> None:
    page = httpx.get(compose.address)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    ready = httpx.get(f"{compose.address}/readyz")
    assert ready.json()["status"] == "ready"
    assert httpx.get(f"{compose.address}/metrics").status_code in (403, 404)


def test_logs_are_json_and_rotated(compose: Compose) -> None:
    for service in SERVICES:
        rotation = compose.inspect(service)["HostConfig"]["LogConfig"]["Config"]
        assert rotation == {"max-file": "3", "max-size": "10m"}
    lines = docker("logs", compose.container("gateway")).splitlines()
    assert lines
    for line in lines:
        assert "event" in json.loads(line)


@pytest.fixture
def stored(anna: httpx.Client) -> tuple[str, str]:
    """A tagged photo's id and the SHA-256 of its bytes."""
    data = make_jpeg(1200, 800, shift=9)
    photo = wait_until_tagged(anna, upload(anna, data)["id"])
    return photo["id"], hashlib.sha256(data).hexdigest()


def test_down_and_up_keeps_accounts_photos_and_queued_work(
    compose: Compose, anna: httpx.Client, stored: tuple[str, str]
) -> None:
    photo_id, sha256 = stored
    compose.run("stop", "tagger-worker")
    waiting = upload(anna, make_jpeg(900, 700, shift=21))
    compose.run("down")
    compose.up()
    with compose.sign_in("anna") as again:
        assert again.get(f"/photos/{photo_id}").json()["status"] == "tagged"
        original = again.get(f"/photos/{photo_id}/file", params={"size": "original"})
        assert hashlib.sha256(original.content).hexdigest() == sha256
        wait_until_tagged(again, waiting["id"])
