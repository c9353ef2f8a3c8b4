"""The tagger's process, from queue to queue."""

import io
import json
import signal
from pathlib import Path

import pytest
from PIL import Image
from tests.support.patience import WAIT_S

from vignette_shared.contracts.tasks import (
    EXPLAIN_PHOTO,
    PREDICT_IMAGE,
    TAG_PHOTO,
    ExplainPhoto,
    PredictImage,
    TagPhoto,
)
from vignette_shared.registry import PRODUCTION

from .conftest import TaggerProcess

pytestmark = pytest.mark.integration

RSS_LIMIT_MIB = 700


def send(tagger: TaggerProcess, photo_id: str, image: bytes) -> None:
    tagger.blobs.put(f"renditions/{photo_id}", image)
    tagger.publisher.send(TAG_PHOTO, TagPhoto(photo_id=photo_id, rendition_key=f"renditions/{photo_id}"))


def test_a_photo_is_tagged(tagger: TaggerProcess, jpeg: bytes) -> None:
    send(tagger, "p1", jpeg)
    task, found = tagger.recorded()
    assert task == "photos.record_tags.v1"
    assert found["photo_id"] == "p1"
    assert len(found["scores"]) == 24
    assert tagger.blobs.size(found["embedding_key"]) == 2048 * 2
    assert tagger.beats()[0]["model_version"] == found["model_version"]


def test_real_photo_gets_plausible_tags(tagger: TaggerProcess, shared_data: Path) -> None:
    photos = shared_data / "photos"
    truth = {e["image"]: set(e["annotation"]) for e in json.loads((photos / "annotations.json").read_text())}
    for name in truth:
        send(tagger, name, (photos / name).read_bytes())
    shown = {}
    for _ in truth:
        _, found = tagger.recorded()
        shown[found["photo_id"]] = set(found["over_threshold"])
    tags = sum(len(labels) for labels in shown.values())
    hits = sum(len(labels & truth[name]) for name, labels in shown.items())
    assert tags >= 60
    assert hits / tags >= 0.6


@pytest.mark.parametrize(("image", "code"), [(b"no image", "decode_failed"), (b"", "decode_failed")])
def test_damaged_image_is_recorded_and_does_not_block_others(
    tagger: TaggerProcess, jpeg: bytes, image: bytes, code: str
) -> None:
    send(tagger, "bad", image)
    send(tagger, "good", jpeg)
    by_photo = {found["photo_id"]: (task, found) for task, found in (tagger.recorded(), tagger.recorded())}
    assert by_photo["bad"][0] == "photos.record_failure.v1"
    assert by_photo["bad"][1]["code"] == code
    assert by_photo["good"][0] == "photos.record_tags.v1"


def predict(tagger: TaggerProcess, key: str) -> dict[str, object]:
    message = PredictImage(request_id="r", image_key=key, reply_key=f"reply:{key}")
    tagger.publisher.send(PREDICT_IMAGE, message)
    found = tagger.client.blpop([message.reply_key], timeout=WAIT_S)
    assert found is not None
    answer: dict[str, object] = json.loads(found[1])
    return answer


def test_prediction_is_replied_to(tagger: TaggerProcess, jpeg: bytes) -> None:
    tagger.blobs.put("transient/predict/x", jpeg)
    answer = predict(tagger, "transient/predict/x")
    assert set(answer) == {"scores", "thresholds", "model_version", "backbone", "ms"}
    assert "error" in predict(tagger, "transient/predict/gone")


def explain(tagger: TaggerProcess, label: str) -> dict[str, object]:
    message = ExplainPhoto(
        photo_id="p",
        rendition_key="renditions/p",
        model_version=tagger.registry.production().version,
        label=label,
        width=400,
        height=300,
        explanation_key="transient/explanations/p.png",
        reply_key=f"reply:{label}",
    )
    tagger.publisher.send(EXPLAIN_PHOTO, message)
    found = tagger.client.blpop([message.reply_key], timeout=WAIT_S)
    assert found is not None
    answer: dict[str, object] = json.loads(found[1])
    return answer


def test_an_explanation_is_drawn(tagger: TaggerProcess, jpeg: bytes) -> None:
    tagger.blobs.put("renditions/p", jpeg)
    assert explain(tagger, "sky") == {"explanation_key": "transient/explanations/p.png"}
    drawn = Image.open(io.BytesIO(tagger.blobs.get("transient/explanations/p.png")))
    assert (drawn.format, drawn.size) == ("PNG", (400, 300))
    assert "error" in explain(tagger, "dragon")


def test_worker_stays_small_and_does_not_load_tensorflow(tagger: TaggerProcess, jpeg: bytes) -> None:
    for i in range(30):
        send(tagger, f"p{i}", jpeg)
    for _ in range(30):
        tagger.recorded()
    tagger.blobs.put("renditions/p", jpeg)
    explain(tagger, "sky")
    status = Path(f"/proc/{tagger.pid}/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    assert peak / 1024 < RSS_LIMIT_MIB
    assert "site-packages/tensorflow" not in Path(f"/proc/{tagger.pid}/maps").read_text()


def test_damaged_version_is_rejected_and_the_next_good_one_loaded(tagger: TaggerProcess, jpeg: bytes) -> None:
    registry = tagger.registry
    first = registry.production()
    files: dict[str, bytes | Path] = {name: registry.model_file(first.version, name) for name in first.files}
    for version in ("20990101T000000Z-damaged0", "20990102T000000Z-whole000"):
        registry.publish_model(first.model_copy(update={"version": version}), files)
    registry.store.put("models/versions/20990101T000000Z-damaged0/head.safetensors", b"rot", replace=True)

    registry.set_alias(PRODUCTION, "20990101T000000Z-damaged0")
    tagger.wait(lambda: "20990101T000000Z-damaged0" in tagger.beats()[0]["refused"], "refusal")
    send(tagger, "p1", jpeg)
    assert tagger.recorded()[1]["model_version"] == first.version

    registry.set_alias(PRODUCTION, "20990102T000000Z-whole000")
    tagger.wait(lambda: tagger.beats()[0]["model_version"] == "20990102T000000Z-whole000", "swap")
    send(tagger, "p2", jpeg)
    assert tagger.recorded()[1]["model_version"] == "20990102T000000Z-whole000"


def test_task_of_a_killed_worker_is_redelivered(tagger: TaggerProcess, jpeg: bytes) -> None:
    names = {f"p{i}" for i in range(20)}
    for name in names:
        send(tagger, name, jpeg)
    done = {tagger.recorded()[1]["photo_id"]}
    tagger.kill_with_a_message_in_hand()
    tagger.start()
    while len(done) < len(names):
        done.add(tagger.recorded()[1]["photo_id"])
    assert done == names


def test_worker_stops_on_sigterm(tagger: TaggerProcess) -> None:
    assert tagger.stop(signal.SIGTERM) == 0
    assert tagger.beats() == []


def test_worker_survives_broken_connections(tagger: TaggerProcess, jpeg: bytes) -> None:
    tagger.client.client_kill_filter(_type="normal", skipme=True)
    send(tagger, "p1", jpeg)
    assert tagger.recorded()[1]["photo_id"] == "p1"
