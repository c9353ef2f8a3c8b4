"""POST /photos: accepted files, rejected files, and no partial state after a failure."""

import hashlib
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from obstore.store import MemoryStore
from PIL import Image
from tests.support.photos.fakes import FullStore, InlineDecoder
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from photos.decoding.jobs import Inspection
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import ImageError
from vignette_shared.storage import free_bytes

PATH = "/api/v1/photos"


def encode(kind: str, size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    if kind == "HEIF":
        from pillow_heif import register_heif_opener  # noqa: PLC0415 - for this one test's file

        register_heif_opener()
    buffer = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(buffer, kind, **options)
    return buffer.getvalue()


def send(service: PhotosService, caller: Identity, file: bytes, **options: Any) -> httpx.Response:
    name = options.pop("name", "lake.jpg")
    return service.client(caller).post(PATH, files={"file": (name, file)}, **options)


def refused(service: PhotosService, answer: httpx.Response) -> tuple[int, str]:
    """The status and code of a refusal that kept nothing: no row, no blob, no staging file, no message."""
    with service.services.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM photos").scalar() == 0
    assert list(service.services.store.list("originals")) == []
    assert list(service.services.staging.iterdir()) == []
    assert service.outbox.sent == []
    return problem(answer)


def test_upload_is_stored_unchanged_and_queued(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    answer = send(
        service, anna, jpeg, data={"title": "Evening", "description": "By the lake", "tags": "Lake, my dog"}
    )
    assert answer.status_code == 201
    photo = answer.json()
    assert answer.headers["location"] == f"/api/v1/photos/{photo['id']}"
    digest = hashlib.sha256(jpeg).hexdigest()
    assert photo["sha256"] == digest
    assert (photo["status"], photo["visibility"], photo["title"]) == ("pending", "public", "Evening")
    assert (photo["width"], photo["height"], photo["bytes"]) == (640, 480, len(jpeg))
    assert photo["media_type"] == "image/jpeg"
    assert photo["urls"]["thumb"] is None
    assert [(tag["label"], tag["source"], tag["state"], tag["score"]) for tag in photo["tags"]] == [
        ("lake", "user", "accepted", None),
        ("my dog", "user", "accepted", None),
    ]
    key = f"originals/{digest[:2]}/{digest[2:4]}/{digest}"
    assert service.services.store.get(key) == jpeg
    assert [message.photo_id for message in service.outbox.take("photos.render_photo.v1")] == [photo["id"]]
    assert list(service.services.staging.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("TIFF", "image/tiff"),
        ("AVIF", "image/avif"),
        ("HEIF", "image/heic"),
    ],
)
def test_media_type_is_detected_from_the_content(
    service: PhotosService, anna: Identity, kind: str, media_type: str
) -> None:
    answer = send(service, anna, encode(kind), name="holiday.txt")
    assert answer.status_code == 201
    assert answer.json()["media_type"] == media_type


def test_a_single_pixel_is_a_photo(service: PhotosService, anna: Identity) -> None:
    photo = send(service, anna, encode("PNG", (1, 1))).json()
    service.render(photo["id"])
    assert service.get(anna, photo["id"])["urls"]["preview"] is not None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", (422, "not_an_image")),
        (b"hello, I am a letter", (422, "not_an_image")),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", (415, "unsupported_media_type")),
        (b"%PDF-1.7 ...", (415, "unsupported_media_type")),
        (make_jpeg(640, 480)[:-4000], (422, "truncated_image")),
        (encode("PNG")[:2000], (422, "truncated_image")),
        (encode("PNG", (4000, 1001)), (422, "too_many_pixels")),
    ],
    ids=["empty", "text", "svg", "pdf", "cut jpeg", "cut png", "too many pixels"],
)
def test_non_photo_is_rejected(
    service: PhotosService, anna: Identity, data: bytes, expected: tuple[int, str]
) -> None:
    assert refused(service, send(service, anna, data)) == expected


class GivesUp(InlineDecoder):
    """A decoder that knows the kind of file but can't make sense of it."""

    def inspect(self, path: Path) -> Inspection:
        raise ImageError("The image can't be decoded, its data is damaged.")


def test_undecodable_image_is_rejected(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    """`decode_failed` is a photo's failure; an upload's refusals are those that the contract lists."""
    broken = replace(service, services=replace(service.services, decoder=GivesUp()))
    assert refused(service, send(broken, anna, jpeg)) == (422, "not_an_image")


def test_size_limit_applies_to_the_file(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    exact = service.with_limits(upload_bytes=len(jpeg))
    less = service.with_limits(upload_bytes=len(jpeg) - 1)
    assert refused(service, send(less, anna, jpeg)) == (413, "too_large")
    assert send(exact, anna, jpeg).status_code == 201


def test_declared_size_over_the_limit_is_rejected_early(service: PhotosService, anna: Identity) -> None:
    small = service.with_limits(upload_bytes=1000)
    headers = {"content-type": "multipart/form-data; boundary=x", "content-length": "100000000"}
    assert refused(service, small.client(anna).post(PATH, content=b"--x", headers=headers)) == (
        413,
        "too_large",
    )


def test_announced_checksum_is_verified(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    good, bad = hashlib.sha256(jpeg).hexdigest(), hashlib.sha256(b"other").hexdigest()
    answer = send(service, anna, jpeg, headers={"X-Content-SHA256": bad})
    assert refused(service, answer) == (422, "checksum_mismatch")
    assert send(service, anna, jpeg, headers={"X-Content-SHA256": good.upper()}).status_code == 201


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"tags": "sky, <b>"}, (422, "bad_label")),
        ({"tags": "x" * 65}, (422, "bad_label")),
        ({"visibility": "everyone"}, (422, "validation_failed")),
        ({"title": "x" * 201}, (422, "validation_failed")),
        ({"description": "x" * 70_000}, (422, "validation_failed")),
        ({"album_id": "019ab1f0-0000-7000-8000-000000000001"}, (422, "validation_failed")),
    ],
)
def test_invalid_fields_are_rejected(
    service: PhotosService, anna: Identity, jpeg: bytes, fields: dict[str, str], expected: tuple[int, str]
) -> None:
    assert refused(service, send(service, anna, jpeg, data=fields)) == expected


BOUNDARY = {"content-type": "multipart/form-data; boundary=x"}


def part(name: str) -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        (b"raw bytes", {"content-type": "image/jpeg"}, (415, "unsupported_media_type")),
        (b"", {}, (415, "unsupported_media_type")),
        (b"x", {"content-type": "multipart/form-data"}, (415, "unsupported_media_type")),
        (b"no form at all", BOUNDARY, (400, "bad_request")),
        (part("file") + b"half", BOUNDARY, (400, "bad_request")),
        (part("title") + b"t\r\n--x--\r\n", BOUNDARY, (422, "validation_failed")),
        (part("file") + b"\r\n" + part("file") + b"\r\n--x--\r\n", BOUNDARY, (422, "validation_failed")),
    ],
    ids=["no form", "nothing", "no boundary", "malformed", "breaks off", "no file", "two files"],
)
def test_malformed_bodies_are_rejected(
    service: PhotosService, anna: Identity, body: bytes, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    answer = service.client(anna).post(PATH, content=body, headers=headers)
    assert refused(service, answer) == expected


def test_file_name_loses_its_folders(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    photo = service.post(anna, jpeg, name="../../etc/C:\\temp\\evening lake.JPG")
    assert photo["title"] == "evening lake"
    answer = service.client(anna).get(f"{PATH}/{photo['id']}/file", params={"size": "original"})
    assert 'filename="evening lake.JPG"' in answer.headers["content-disposition"]


def test_duplicate_returns_the_existing_photo(
    service: PhotosService, anna: Identity, bert: Identity, jpeg: bytes
) -> None:
    first = send(service, anna, jpeg, data={"title": "One"})
    again = send(service, anna, jpeg, data={"title": "Two"})
    others = send(service, bert, jpeg)
    assert (first.status_code, again.status_code, others.status_code) == (201, 200, 201)
    assert again.json()["duplicate"] is True
    assert (again.json()["id"], again.json()["title"]) == (first.json()["id"], "One")
    assert others.json()["id"] != first.json()["id"]
    assert len(list(service.services.store.list("originals"))) == 1
    assert service.decoder.inspected == 2


def test_lost_blob_is_restored_by_a_duplicate(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    service.post(anna, jpeg)
    key = next(service.services.store.list("originals"))
    service.services.store.delete(key)
    service.post(anna, jpeg)
    assert service.services.store.get(key) == jpeg


def test_upload_succeeds_without_a_broker(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    service.outbox.down = service.events.down = True
    photo = service.post(anna, jpeg)
    assert photo["status"] == "pending"
    assert service.get(anna, photo["id"])["id"] == photo["id"]


def test_nearly_full_disk_rejects_upload(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    full = replace(
        service, services=replace(service.services, min_free_bytes=free_bytes(service.services.staging) * 2)
    )
    assert refused(service, send(full, anna, jpeg)) == (507, "storage_full")


def test_full_blob_store_rejects_upload(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    full = replace(service, services=replace(service.services, store=FullStore(MemoryStore())))
    assert refused(service, send(full, anna, jpeg)) == (507, "storage_full")


def test_upload_needs_write_permission(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    reader = anna.model_copy(update={"scopes": ("read",)})
    assert refused(service, service.client().post(PATH, files={"file": jpeg})) == (
        401,
        "authentication_required",
    )
    assert refused(service, send(service, reader, jpeg)) == (403, "missing_scope")


def test_large_upload_is_read_in_chunks(service: PhotosService, anna: Identity) -> None:
    data = encode("PNG", (1200, 900))
    assert len(data) > 1_000_000
    photo = service.post(anna, data)
    assert photo["sha256"] == hashlib.sha256(data).hexdigest()
