"""From a rendition to tags, including damaged renditions."""

import hashlib
import io

import numpy as np
import pytest
from PIL import Image

from tagger_worker.tagger import Tagger, failure
from vignette_shared.contracts.tasks import (
    ExplainPhoto,
    PredictImage,
    RecordFailure,
    RecordTags,
    RescoreEmbeddings,
    TagPhoto,
)
from vignette_shared.errors import BlobMissing, ModelError, ModelMissing, NotAnImage
from vignette_shared.storage import BlobStore

from .conftest import FixedModels, colour_model

RED = (250, 3, 3)


def jpeg(colour: tuple[int, int, int], side: int = 120) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


@pytest.fixture
def tagger(blobs: BlobStore) -> Tagger:
    return Tagger(FixedModels(colour_model("v1"), colour_model("v2", 4.0)), blobs)


def test_photo_gets_scores_tags_and_embedding(tagger: Tagger, blobs: BlobStore) -> None:
    blobs.put("renditions/p1/thumb", jpeg(RED))

    found = tagger.tag_photo(TagPhoto(photo_id="p1", rendition_key="renditions/p1/thumb"))

    assert isinstance(found, RecordTags)
    assert found.over_threshold == ["red"]
    assert found.sensitive == ["blue"]
    assert set(found.scores) == {"red", "green", "blue"}
    assert found.scores["red"] > 0.99
    assert found.scores["green"] < 0.01
    body = blobs.get(found.embedding_key)
    assert hashlib.sha256(body).hexdigest() == found.embedding_sha256
    np.testing.assert_allclose(np.frombuffer(body, "<f2"), [0.98, 0.01, 0.01], atol=0.02)


def test_tagging_twice_gives_the_same(tagger: Tagger, blobs: BlobStore) -> None:
    blobs.put("r", jpeg(RED))
    job = TagPhoto(photo_id="p1", rendition_key="r")
    assert tagger.tag_photo(job) == tagger.tag_photo(job)


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"nothing of the kind", "decode_failed"), (jpeg(RED, 600)[:900], "truncated_image")],
)
def test_damaged_image_is_recorded_as_failure(
    tagger: Tagger, blobs: BlobStore, body: bytes, code: str
) -> None:
    blobs.put("r", body)
    found = tagger.tag_photo(TagPhoto(photo_id="p1", rendition_key="r"))
    assert isinstance(found, RecordFailure)
    assert (found.photo_id, found.code) == ("p1", code)
    assert found.detail


def test_too_many_pixels_is_recorded_as_failure(blobs: BlobStore) -> None:
    blobs.put("r", jpeg(RED))
    small = Tagger(FixedModels(colour_model()), blobs, max_pixels=100)
    found = small.tag_photo(TagPhoto(photo_id="p1", rendition_key="r"))
    assert isinstance(found, RecordFailure)
    assert found.code == "too_many_pixels"


def test_missing_rendition_raises_a_retryable_error(tagger: Tagger) -> None:
    with pytest.raises(BlobMissing):
        tagger.tag_photo(TagPhoto(photo_id="p1", rendition_key="gone"))


def test_a_prediction_leaves_nothing_behind(tagger: Tagger, blobs: BlobStore) -> None:
    blobs.put("transient/predict/x", jpeg(RED))
    answer = tagger.predict(PredictImage(request_id="x", image_key="transient/predict/x", reply_key="k"))
    assert answer["scores"]["red"] > 0.99
    assert answer["thresholds"]["red"] == pytest.approx(0.9)
    assert (answer["model_version"], answer["backbone"]) == ("v1", "ab" * 8)
    assert answer["ms"] > 0
    assert list(blobs.list("transient/embeddings")) == []


def test_failed_prediction_replies_with_its_error(tagger: Tagger, blobs: BlobStore) -> None:
    blobs.put("bad", b"%PDF-1.4")
    bad = tagger.predict(PredictImage(request_id="x", image_key="bad", reply_key="k"))
    assert bad["error"]["code"] == "unsupported_media_type"
    gone = tagger.predict(PredictImage(request_id="x", image_key="gone", reply_key="k"))
    assert gone["error"]["code"] == "blob_missing"


def explaining(label: str = "red", **changes: str) -> ExplainPhoto:
    job = ExplainPhoto(
        photo_id="p1",
        rendition_key="renditions/p1/thumb",
        model_version="v1",
        label=label,
        width=200,
        height=100,
        explanation_key="transient/explanations/p1/v1-red.png",
        reply_key="k",
    )
    return job.model_copy(update=changes)


def test_heat_map_is_brightest_at_the_label(tagger: Tagger, blobs: BlobStore) -> None:
    half = Image.new("RGB", (240, 120), (3, 3, 250))
    half.paste(RED, (0, 0, 120, 120))
    buffer = io.BytesIO()
    half.save(buffer, "PNG")
    blobs.put("renditions/p1/thumb", buffer.getvalue())
    job = explaining()
    assert tagger.explain(job) == {"explanation_key": job.explanation_key}
    drawn = Image.open(io.BytesIO(blobs.get(job.explanation_key)))
    assert (drawn.format, drawn.size) == ("PNG", (200, 100))
    opacity = np.array(drawn.convert("RGBA"))[:, :, 3]
    assert opacity[:, :60].min() > 150
    assert opacity[:, 140:].max() < 20


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"label": "purple"}, "model_error"),
        ({"model_version": "gone"}, "model_missing"),
        ({"rendition_key": "gone"}, "blob_missing"),
        ({"rendition_key": "bad"}, "not_an_image"),
    ],
)
def test_failed_explanation_replies_with_its_error(
    tagger: Tagger, blobs: BlobStore, changes: dict[str, str], code: str
) -> None:
    blobs.put("renditions/p1/thumb", jpeg(RED))
    blobs.put("bad", b"no image")
    job = explaining(**changes)
    assert tagger.explain(job)["error"]["code"] == code
    assert blobs.size(job.explanation_key) is None


def test_stored_embeddings_score_like_new_ones(tagger: Tagger, blobs: BlobStore) -> None:
    blobs.put("r", jpeg((200, 90, 40)))
    fresh = tagger.tag_photo(TagPhoto(photo_id="p1", rendition_key="r"))
    assert isinstance(fresh, RecordTags)
    stored = blobs.get(fresh.embedding_key)
    blobs.put("chunk", stored * 2)

    again = tagger.rescore(
        RescoreEmbeddings(model_version="v1", embeddings_key="chunk", photo_ids=["p1", "p2"])
    )

    assert [found.photo_id for found in again] == ["p1", "p2"]
    assert again[0].scores == again[1].scores == fresh.scores


def test_rescoring_uses_the_requested_version(tagger: Tagger, blobs: BlobStore) -> None:
    blobs.put("chunk", np.array([0.9, 0, 0], "<f2").tobytes())
    job = RescoreEmbeddings(model_version="v2", embeddings_key="chunk", photo_ids=["p1"])
    (found,) = tagger.rescore(job)
    assert found.model_version == "v2"
    assert found.over_threshold == []
    with pytest.raises(ModelMissing):
        tagger.rescore(job.model_copy(update={"model_version": "v3"}))


def test_chunk_of_another_backbone_is_rejected(tagger: Tagger, blobs: BlobStore) -> None:
    blobs.put("chunk", b"\0" * 10)
    with pytest.raises(ModelError, match="another backbone"):
        tagger.rescore(RescoreEmbeddings(model_version="v1", embeddings_key="chunk", photo_ids=["p1"]))


def test_every_failure_maps_to_a_photo_failure_code() -> None:
    assert failure("p", NotAnImage()).code == "decode_failed"
    assert failure("p", ModelError()).code == "model_error"
    assert failure("p", ZeroDivisionError()).code == "model_error"
