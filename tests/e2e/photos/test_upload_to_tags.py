"""The main flow over HTTP: upload a photo, see its tags."""

import hashlib
import io
import json
import threading
from pathlib import Path

import httpx
import pytest
from PIL import Image
from tests.support.patience import WAIT_S
from tests.support.pictures import make_jpeg
from tests.support.stack.events import parse_events
from tests.support.stack.site import Account, Site

pytestmark = pytest.mark.e2e


def test_upload_is_tagged_and_sends_events(anna: Account) -> None:
    """The upload returns 201 pending; the event stream reports rendered, then tagged."""
    events: list[dict[str, object]] = []
    connected, tagged = threading.Event(), threading.Event()

    def listen() -> None:
        timeout = httpx.Timeout(10, read=60)
        with anna.client.stream("GET", "/events", timeout=timeout) as stream:
            connected.set()
            for event in parse_events(stream.iter_lines()):
                events.append(event)
                if event["event"] == "photo.tagged":
                    tagged.set()
                    return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    assert connected.wait(WAIT_S)
    data = make_jpeg(1600, 1200)
    answer = anna.upload(data, "beach.jpg", title="The beach")
    assert answer.status_code == 201, answer.text
    photo = answer.json()
    assert answer.headers["Location"] == f"/api/v1/photos/{photo['id']}"
    assert photo["status"] == "pending"
    assert (photo["width"], photo["height"], photo["bytes"]) == (1600, 1200, len(data))
    assert photo["sha256"] == hashlib.sha256(data).hexdigest()

    assert tagged.wait(WAIT_S), f"no photo.tagged; events {events}"
    assert [event["event"] for event in events] == ["photo.rendered", "photo.tagged"]
    last = events[-1]["data"]
    assert isinstance(last, dict)
    assert (last["photo_id"], last["status"]) == (photo["id"], "tagged")
    done = anna.photo(photo["id"])
    assert done["status"] == "tagged"
    assert last["tags"] == done["tags"]
    assert done["thumbhash"]


def test_renditions_have_the_declared_sizes(anna: Account) -> None:
    photo = anna.upload(make_jpeg(2000, 1000, 3)).json()
    anna.wait_until_done(photo["id"])
    sizes = {}
    for size in ("thumb", "preview", "original"):
        answer = anna.client.get(f"/photos/{photo['id']}/file", params={"size": size})
        assert answer.status_code == 200
        assert answer.headers["x-content-type-options"] == "nosniff"
        sizes[size] = Image.open(io.BytesIO(answer.content)).size
    assert sizes == {"thumb": (400, 200), "preview": (1600, 800), "original": (2000, 1000)}


def test_feed_shows_a_photo_until_it_is_deleted(site: Site, anna: Account) -> None:
    photo = anna.upload(make_jpeg(800, 600, 5), title="For all").json()
    anna.wait_until_done(photo["id"])
    with site.client() as guest:
        assert photo["id"] in [item["id"] for item in guest.get("/photos").json()["items"]]
        assert anna.client.delete(f"/photos/{photo['id']}").status_code == 204
        assert photo["id"] not in [item["id"] for item in guest.get("/photos").json()["items"]]
        assert guest.get(f"/photos/{photo['id']}").status_code == 404


def test_same_bytes_twice_are_one_photo(anna: Account) -> None:
    data = make_jpeg(640, 480, 9)
    first, second = anna.upload(data), anna.upload(data)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["duplicate"] is True
    assert second.json()["id"] == first.json()["id"]


def test_private_photo_is_hidden_from_others(anna: Account, ben: Account) -> None:
    photo = anna.upload(make_jpeg(640, 480, 11), visibility="private").json()
    anna.wait_until_done(photo["id"])
    for path in (f"/photos/{photo['id']}", f"/photos/{photo['id']}/file"):
        assert ben.client.get(path).status_code == 404
    assert ben.client.delete(f"/photos/{photo['id']}").status_code == 404


def test_predict_tags_and_stores_nothing(anna: Account, jpeg: bytes) -> None:
    before = anna.client.get("/photos", params={"user": "anna"}).json()["items"]
    answer = anna.client.post("/predict", files={"file": ("x.jpg", jpeg)}, params={"top": 3, "threshold": 0})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert len(body["tags"]) == 3
    assert body["tags"] == sorted(body["tags"], key=lambda tag: -tag["score"])
    model = anna.client.get(f"/models/{body['model_version']}").json()
    assert "production" in model["aliases"]
    assert body["backbone"] == model["backbone"]
    assert anna.client.get("/photos", params={"user": "anna"}).json()["items"] == before


def test_model_endpoint_returns_metrics(anna: Account) -> None:
    models = anna.client.get("/models").json()["items"]
    starter = next(model for model in models if "production" in model["aliases"])
    assert len(starter["labels"]) == len(starter["thresholds"]) == 24
    assert 0 < starter["metrics"]["mean_ap"] < 1


def test_health_readiness_metrics_and_document(site: Site) -> None:
    with httpx.Client(base_url=site.address) as client:
        assert client.get("/healthz").status_code == 200
        ready = client.get("/readyz").json()
        assert ready["status"] == "ready"
        assert all(check["ok"] for check in ready["checks"].values())
        assert "vignette_http_requests_total" in client.get("/metrics").text
        document = client.get("/api/v1/openapi.json").json()
        assert document["openapi"].startswith("3.1")
        assert client.get("/api/docs").status_code == 200


def test_every_real_photo_is_tagged(anna: Account, shared_data: Path) -> None:
    """Includes camera originals of up to 16 megapixels, some of them rotated."""
    pictures = sorted((shared_data / "photos").glob("*.jpg"))
    ids = {}
    for picture in pictures:
        answer = anna.upload(picture.read_bytes(), picture.name)
        assert answer.status_code in (200, 201), f"{picture.name}: {answer.text}"
        ids[picture.name] = answer.json()["id"]
    statuses = {name: anna.wait_until_done(photo_id)["status"] for name, photo_id in ids.items()}
    assert set(statuses.values()) == {"tagged"}, statuses


def test_precision_on_unseen_photos(anna: Account, shared_data: Path) -> None:
    """Neither the backbone nor the head was trained on these 60 photos."""
    annotated = json.loads((shared_data / "photos" / "annotations.json").read_text())
    right = shown = 0
    for entry in annotated:
        answer = anna.upload((shared_data / "photos" / entry["image"]).read_bytes(), entry["image"])
        photo = anna.wait_until_done(answer.json()["id"])
        labels = [tag["label"] for tag in photo["tags"] if tag["source"] == "model"]
        shown += len(labels)
        right += len(set(labels) & set(entry["annotation"]))
    assert shown >= len(annotated), "hardly any tags are shown"
    assert right / shown >= 0.6, f"{right} of {shown} tags are right"
