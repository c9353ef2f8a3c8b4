"""tus 1.0.0 at /uploads: create, resume, verify, cancel, and complete as a photo."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from tests.support.photos.service import PhotosService
from tests.support.photos.tus import (
    BYTES,
    PATH,
    TUS,
    UNKNOWN,
    begin,
    checksum,
    count,
    described,
    head,
    kept,
    patch,
)
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from vignette_shared.contracts.identity import Identity


def test_options_describe_the_server(service: PhotosService) -> None:
    answer = service.client().options(PATH)
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,termination,checksum,expiration"
    assert answer.headers["tus-max-size"] == str(100 * 2**20)
    assert answer.headers["tus-checksum-algorithm"] == "sha256"


def test_upload_in_three_chunks(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    third = len(jpeg) // 3
    described_as = {"filename": "evening lake.jpg", "description": "späť", "tags": "Lake, my dog"}
    url = begin(service, anna, len(jpeg), **described_as, visibility="unlisted", filetype="image/jpeg")
    first = patch(service, anna, url, 0, jpeg[:third])
    assert (first.status_code, first.headers["upload-offset"]) == (204, str(third))
    assert "photo-id" not in first.headers
    look = head(service, anna, url)
    assert (look.headers["upload-offset"], look.headers["upload-length"]) == (str(third), str(len(jpeg)))
    assert look.headers["cache-control"] == "no-store"
    assert look.headers["upload-metadata"].startswith("filename ZXZlbmluZyBsYWtlLmpwZw==")
    patch(service, anna, url, third, jpeg[third : 2 * third])
    last = patch(service, anna, url, 2 * third, jpeg[2 * third :])
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(jpeg)))
    assert "photo-duplicate" not in last.headers
    photo = service.get(anna, last.headers["photo-id"])
    assert photo["sha256"] == hashlib.sha256(jpeg).hexdigest()
    assert (photo["title"], photo["description"]) == ("evening lake", "späť")
    assert (photo["visibility"], photo["status"]) == ("unlisted", "pending")
    assert [tag["label"] for tag in photo["tags"]] == ["lake", "my dog"]
    assert kept(service) == []
    assert [message.photo_id for message in service.outbox.take("photos.render_photo.v1")] == [photo["id"]]


def test_head_names_the_photo_of_a_finished_upload(
    service: PhotosService, anna: Identity, jpeg: bytes
) -> None:
    url = begin(service, anna, len(jpeg))
    photo_id = patch(service, anna, url, 0, jpeg).headers["photo-id"]
    for answer in (head(service, anna, url), patch(service, anna, url, len(jpeg), b"")):
        assert answer.is_success
        assert (answer.headers["upload-offset"], answer.headers["photo-id"]) == (str(len(jpeg)), photo_id)
    assert problem(patch(service, anna, url, 0, jpeg)) == (409, "wrong_offset")
    assert count(service, "photos") == 1
    assert kept(service) == []


def test_duplicate_is_reported(service: PhotosService, anna: Identity, bert: Identity, jpeg: bytes) -> None:
    photo = service.post(anna, jpeg)
    service.client(anna).delete(f"/api/v1/photos/{photo['id']}")
    again = patch(service, anna, begin(service, anna, len(jpeg)), 0, jpeg)
    assert (again.headers["photo-id"], again.headers["photo-duplicate"]) == (photo["id"], "true")
    assert service.get(anna, photo["id"])["id"] == photo["id"], "it came back from the trash"
    others = patch(service, bert, begin(service, bert, len(jpeg)), 0, jpeg)
    assert "photo-duplicate" not in others.headers
    assert others.headers["photo-id"] != photo["id"]
    assert len(list(service.services.store.list("originals"))) == 1


def test_duplicate_is_reported_before_the_transfer(
    service: PhotosService, anna: Identity, bert: Identity, jpeg: bytes
) -> None:
    photo = service.post(anna, jpeg)
    announced = TUS | described(sha256=photo["sha256"]) | {"Upload-Length": str(len(jpeg))}
    created = service.client(anna).post(PATH, headers=announced)
    assert (created.headers["photo-id"], created.headers["photo-duplicate"]) == (photo["id"], "true")
    sent = patch(service, anna, created.headers["location"], 0, jpeg)
    assert sent.headers["photo-id"] == photo["id"], "a client that sends them anyway gets the same photo"
    others = service.client(bert).post(PATH, headers=announced)
    assert "photo-id" not in others.headers, "other users' photos stay unknown"
    service.client(anna).delete(f"/api/v1/photos/{photo['id']}")
    assert "photo-id" not in service.client(anna).post(PATH, headers=announced).headers, (
        "the photo is in the trash"
    )


def test_upload_of_another_user_is_404(
    service: PhotosService, anna: Identity, bert: Identity, jpeg: bytes
) -> None:
    url = begin(service, anna, len(jpeg))
    patch(service, anna, url, 0, jpeg[:100])
    for location in (url, UNKNOWN, f"{PATH}/no-id"):
        assert head(service, bert, location).status_code == 404
        assert problem(patch(service, bert, location, 100, jpeg)) == (404, "not_found")
        assert problem(service.client(bert).delete(location, headers=TUS)) == (404, "not_found")
    assert head(service, anna, url).headers["upload-offset"] == "100"
    assert len(kept(service)) == 1


@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_upload_needs_the_write_scope(service: PhotosService, anna: Identity, method: str) -> None:
    url = PATH if method == "POST" else UNKNOWN
    assert service.client().request(method, url, headers=TUS).status_code == 401
    reader = anna.model_copy(update={"scopes": ("read",)})
    assert service.client(reader).request(method, url, headers=TUS).status_code == 403


@pytest.mark.parametrize("version", ["0.2.2", "", None])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_other_tus_version_is_rejected(
    service: PhotosService, anna: Identity, method: str, version: str | None
) -> None:
    headers = {"Upload-Length": "10", "Upload-Offset": "0", **BYTES}
    headers |= {"Tus-Resumable": version} if version is not None else {}
    url = begin(service, anna, 10)
    answer = service.client(anna).request(method, PATH if method == "POST" else url, headers=headers)
    assert answer.status_code == 412
    if method != "HEAD":
        assert problem(answer) == (412, "unsupported_tus_version")
    assert count(service, "uploads") == 1


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (400, "bad_request")),
        ({"Upload-Length": "-1"}, (400, "bad_request")),
        ({"Upload-Length": "ten"}, (400, "bad_request")),
        ({"Upload-Length": "9" * 4000}, (400, "bad_request")),
        ({"Upload-Defer-Length": "1"}, (400, "bad_request")),
        ({"Upload-Length": "10", "Upload-Concat": "partial"}, (400, "bad_request")),
        ({"Upload-Length": "0"}, (422, "not_an_image")),
        ({"Upload-Length": str(100 * 2**20 + 1)}, (413, "too_large")),
        ({"Upload-Length": "10", "Upload-Metadata": "title"}, None),
        ({"Upload-Length": "10", "Upload-Metadata": "title !!!"}, (400, "bad_request")),
        ({"Upload-Length": "10", "Upload-Metadata": "title /w=="}, (400, "bad_request")),
        ({"Upload-Length": "10", "Upload-Metadata": "title QQ==,title QQ=="}, (400, "bad_request")),
        ({"Upload-Length": "10", "Upload-Metadata": ",,"}, (400, "bad_request")),
        ({"Upload-Length": "10"} | described(visibility="everyone"), (422, "validation_failed")),
        ({"Upload-Length": "10"} | described(title="x" * 201), (422, "validation_failed")),
        ({"Upload-Length": "10"} | described(tags="<b>"), (422, "bad_label")),
        ({"Upload-Length": "10"} | described(sha256="abc"), (422, "validation_failed")),
        ({"Upload-Length": "10"} | described(album_id="x"), (422, "validation_failed")),
        (
            {"Upload-Length": "10"} | described(album_id="019ab1f0-0000-7000-8000-000000000001"),
            (422, "validation_failed"),
        ),
    ],
)
def test_invalid_creations_are_rejected(
    service: PhotosService, anna: Identity, headers: dict[str, str], expected: tuple[int, str] | None
) -> None:
    answer = service.client(anna).post(PATH, headers=TUS | headers)
    assert (None if answer.is_success else problem(answer)) == expected
    assert count(service, "uploads") == (1 if expected is None else 0)
    assert kept(service) == []


def test_creation_with_a_body_is_rejected(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    headers = TUS | BYTES | {"Upload-Length": str(len(jpeg))}
    answer = service.client(anna).post(PATH, headers=headers, content=jpeg)
    assert problem(answer) == (415, "unsupported_media_type")
    assert count(service, "uploads") == 0


def test_invalid_chunks_are_rejected(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    url = begin(service, anna, len(jpeg))
    patch(service, anna, url, 0, jpeg[:100])
    assert problem(patch(service, anna, url, 99, jpeg[99:])) == (409, "wrong_offset")
    assert problem(patch(service, anna, url, 101, jpeg[101:])) == (409, "wrong_offset")
    assert problem(patch(service, anna, url, 100, jpeg[100:], Content_Type="image/jpeg")) == (
        415,
        "unsupported_media_type",
    )
    assert problem(patch(service, anna, url, 100, jpeg[100:], Upload_Offset="")) == (400, "bad_request")
    assert problem(patch(service, anna, url, 100, jpeg)) == (413, "too_large")
    assert head(service, anna, url).headers["upload-offset"] == "100"
    assert patch(service, anna, url, 100, jpeg[100:]).headers["photo-id"]


def test_chunk_over_the_declared_length_is_rejected(
    service: PhotosService, anna: Identity, jpeg: bytes
) -> None:
    url = begin(service, anna, len(jpeg))

    def endless() -> Iterator[bytes]:
        yield jpeg
        yield b"x"

    headers = TUS | BYTES | {"Upload-Offset": "0"}
    assert problem(service.client(anna).patch(url, content=endless(), headers=headers)) == (413, "too_large")
    assert count(service, "photos") == 0


def test_chunk_checksum_is_verified(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    url = begin(service, anna, len(jpeg))
    half = len(jpeg) // 2
    assert patch(service, anna, url, 0, jpeg[:half], **checksum(jpeg[:half])).status_code == 204
    wrong = patch(service, anna, url, half, jpeg[half:], **checksum(b"other"))
    assert problem(wrong) == (460, "chunk_mismatch")
    assert head(service, anna, url).headers["upload-offset"] == str(half)
    assert count(service, "photos") == 0
    right = patch(service, anna, url, half, jpeg[half:], **checksum(jpeg[half:]))
    assert service.get(anna, right.headers["photo-id"])["sha256"] == hashlib.sha256(jpeg).hexdigest()


@pytest.mark.parametrize("header", ["md5 MTIz", "sha256", "sha256 !!", "sha256 MTIz", "", "crc32 AAAA"])
def test_invalid_checksums_are_rejected(
    service: PhotosService, anna: Identity, jpeg: bytes, header: str
) -> None:
    url = begin(service, anna, len(jpeg))
    assert problem(patch(service, anna, url, 0, jpeg, Upload_Checksum=header)) == (400, "bad_request")
    assert head(service, anna, url).headers["upload-offset"] == "0"


def test_announced_sha256_is_verified(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    wrong = begin(service, anna, len(jpeg), sha256=hashlib.sha256(b"other").hexdigest())
    assert problem(patch(service, anna, wrong, 0, jpeg)) == (422, "checksum_mismatch")
    assert head(service, anna, wrong).status_code == 404
    right = begin(service, anna, len(jpeg), sha256=hashlib.sha256(jpeg).hexdigest().upper())
    assert patch(service, anna, right, 0, jpeg).headers["photo-id"]
    assert kept(service) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"hello, I am a letter", (422, "not_an_image")),
        (b"%PDF-1.7 ...", (415, "unsupported_media_type")),
        (make_jpeg(640, 480)[:-4000], (422, "truncated_image")),
    ],
    ids=["text", "pdf", "cut"],
)
def test_rejected_file_deletes_its_upload(
    service: PhotosService, anna: Identity, data: bytes, expected: tuple[int, str]
) -> None:
    url = begin(service, anna, len(data))
    assert problem(patch(service, anna, url, 0, data)) == expected
    assert head(service, anna, url).status_code == 404
    assert (kept(service), count(service, "photos"), count(service, "uploads")) == ([], 0, 0)
    assert list(service.services.store.list("originals")) == []


def test_cancelled_upload_is_deleted(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    url = begin(service, anna, len(jpeg))
    patch(service, anna, url, 0, jpeg[:1000])
    assert service.client(anna).delete(url, headers=TUS).status_code == 204
    assert head(service, anna, url).status_code == 404
    assert (kept(service), count(service, "uploads")) == ([], 0)


def test_cancelling_a_finished_upload_keeps_the_photo(
    service: PhotosService, anna: Identity, jpeg: bytes
) -> None:
    url = begin(service, anna, len(jpeg))
    photo_id = patch(service, anna, url, 0, jpeg).headers["photo-id"]
    assert service.client(anna).delete(url, headers=TUS).status_code == 204
    assert service.get(anna, photo_id)["id"] == photo_id


def test_upload_expires_after_a_day(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    url = begin(service, anna, len(jpeg))
    answer = patch(service, anna, url, 0, jpeg[:1000])
    expires = parsedate_to_datetime(answer.headers["upload-expires"])
    service.clock.now = expires - timedelta(seconds=1)
    assert head(service, anna, url).status_code == 200
    service.clock.forward(seconds=1)
    assert head(service, anna, url).status_code == 410
    assert problem(patch(service, anna, url, 1000, jpeg[1000:])) == (410, "upload_expired")
    assert problem(service.client(anna).delete(url, headers=TUS)) == (410, "upload_expired")
    assert count(service, "photos") == 0
