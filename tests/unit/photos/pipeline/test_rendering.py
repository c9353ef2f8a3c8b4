"""Renditions: sizes, removed metadata, and files that cannot be rendered."""

import io
from base64 import b64decode
from pathlib import Path

import pytest
from PIL import Image
from tests.support.photos.published import BACKBONE, publish_model
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg
from thumbhash import thumb_hash_to_average_rgba

from photos.decoding.jobs import render
from photos.pipeline.steps import rendition_for
from vignette_shared.contracts.identity import Identity
from vignette_shared.registry import Registry


def rendered(folder: Path, data: bytes) -> dict[str, tuple[int, int]]:
    source = folder / "source"
    source.write_bytes(data)
    sizes = {}
    for rendition in render(str(source), str(folder), 50_000_000).renditions:
        with Image.open(folder / rendition.file) as image:
            assert image.size == (rendition.width, rendition.height)
            assert (image.format, image.mode) == ("JPEG", "RGB")
        assert (folder / rendition.file).stat().st_size == rendition.bytes
        sizes[str(rendition.name)] = (rendition.width, rendition.height)
    return sizes


def png(mode: str, size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("size", "made"),
    [
        ((4000, 3000), {"preview": (1600, 1200), "medium": (1024, 768), "thumb": (400, 300)}),
        ((3000, 4000), {"preview": (1200, 1600), "medium": (768, 1024), "thumb": (300, 400)}),
        ((1025, 600), {"preview": (1025, 600), "medium": (1024, 599), "thumb": (400, 234)}),
        ((1024, 600), {"preview": (1024, 600), "thumb": (400, 234)}),
        ((100, 80), {"preview": (100, 80), "thumb": (100, 80)}),
    ],
)
def test_renditions_fit_and_are_never_upscaled(
    tmp_path: Path, size: tuple[int, int], made: dict[str, tuple[int, int]]
) -> None:
    assert rendered(tmp_path, make_jpeg(*size)) == made


@pytest.mark.parametrize("size", [(1, 1), (5000, 1), (1, 5000)])
def test_extreme_aspect_ratio_keeps_at_least_one_pixel(tmp_path: Path, size: tuple[int, int]) -> None:
    assert min(rendered(tmp_path, png("RGB", size))["thumb"]) >= 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_image_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    assert rendered(tmp_path, png(mode, (50, 40)))["thumb"] == (50, 40)


def test_thumbhash_matches_the_image(tmp_path: Path) -> None:
    source = tmp_path / "red.png"
    Image.new("RGB", (300, 200), (220, 30, 40)).save(source)
    red, green, blue, alpha = thumb_hash_to_average_rgba(
        list(b64decode(render(str(source), str(tmp_path), 10**6).thumbhash))
    )
    assert alpha == 1
    assert abs(red - 220 / 255) < 0.05
    assert abs(green - 30 / 255) < 0.05
    assert abs(blue - 40 / 255) < 0.05


def test_tagger_gets_the_smallest_sufficient_rendition() -> None:
    facts = {
        "thumb": {"key": "t", "width": 400, "height": 300},
        "medium": {"key": "m", "width": 1024, "height": 768},
        "preview": {"key": "p", "width": 1600, "height": 1200},
    }
    assert rendition_for(facts, 128) == "t"
    assert rendition_for(facts, 299) == "m"
    assert rendition_for(facts, 385) == "p"
    assert rendition_for(facts, 1000) == "p"


def test_rendering_queues_tagging_and_emits_an_event(
    service: PhotosService, anna: Identity, jpeg: bytes
) -> None:
    photo_id = service.post(anna, jpeg)["id"]
    service.render(photo_id)
    (message,) = service.outbox.take("tagger.tag_photo.v1")
    assert message.rendition_key == f"renditions/{photo_id}/thumb.jpg"
    assert service.services.store.size(message.rendition_key)
    ((user_id, kind, data),) = service.events.emitted
    assert (user_id, kind) == (anna.user_id, "photo.rendered")
    assert (data["photo_id"], data["status"]) == (photo_id, "pending")


def test_rendering_is_idempotent(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    photo_id = service.post(anna, jpeg)["id"]
    service.render(photo_id)
    service.render(photo_id)
    service.tag(photo_id, sky=0.9)
    service.render(photo_id)
    assert service.decoder.rendered == 1
    assert len(service.outbox.take("tagger.tag_photo.v1")) == 1
    assert service.get(anna, photo_id)["status"] == "tagged"


def test_without_model_the_photo_keeps_waiting(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    service.services.registry.store.delete("models/aliases/production.json")
    photo_id = service.post(anna, jpeg)["id"]
    service.render(photo_id)
    assert service.outbox.take("tagger.tag_photo.v1") == []
    assert service.get(anna, photo_id)["status"] == "pending"
    assert service.get(anna, photo_id)["urls"]["thumb"] is not None


def test_damaged_backbone_counts_as_no_model(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    registry: Registry = service.services.registry
    registry.store.put(f"backbones/{BACKBONE}/manifest.json", b"{", replace=True)
    photo_id = service.post(anna, jpeg)["id"]
    service.render(photo_id)
    assert service.outbox.take("tagger.tag_photo.v1") == []
    registry.store.delete(f"backbones/{BACKBONE}/manifest.json")
    publish_model(registry, "20260303T000000Z-0000abcd")
    assert service.services.model.input_side() == 128


def test_undecodable_original_fails_with_a_reason(
    service: PhotosService, anna: Identity, bert: Identity, jpeg: bytes
) -> None:
    photo_id = service.post(anna, jpeg)["id"]
    key = next(service.services.store.list("originals"))
    service.services.store.put(key, jpeg[:-3000], replace=True)
    service.render(photo_id)
    photo = service.get(anna, photo_id)
    assert (photo["status"], photo["failure"]["code"]) == ("failed", "truncated_image")
    assert service.get(bert, photo_id)["failure"] is None
    assert service.events.kinds() == ["photo.failed"]
    with service.services.database.read() as db:
        assert db.photos.dead_letters() == 1
    assert list(service.services.staging.iterdir()) == []


def test_photo_deleted_during_rendering_is_ignored(
    service: PhotosService, anna: Identity, jpeg: bytes
) -> None:
    photo_id = service.post(anna, jpeg)["id"]
    service.client(anna).delete(f"/api/v1/photos/{photo_id}", params={"permanent": "true"})
    service.render(photo_id)
    assert list(service.services.store.list("renditions")) == []
