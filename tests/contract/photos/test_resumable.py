"""tus 1.0.0 at /uploads: begun, gone on with, checked, cancelled, and in the end a photo."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from tests.contract.photos.tus import (
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
from tests.support.photos.service import House
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from vignette_shared.contracts.identity import Identity


def test_options_describe_the_server(house: House) -> None:
    answer = house.client().options(PATH)
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,termination,checksum,expiration"
    assert answer.headers["tus-max-size"] == str(100 * 2**20)
    assert answer.headers["tus-checksum-algorithm"] == "sha256"


def test_upload_in_three_chunks(house: House, anna: Identity, jpeg: bytes) -> None:
    third = len(jpeg) // 3
    described_as = {"filename": "evening lake.jpg", "description": "späť", "tags": "Lake, my dog"}
    url = begin(house, anna, len(jpeg), **described_as, visibility="unlisted", filetype="image/jpeg")
    first = patch(house, anna, url, 0, jpeg[:third])
    assert (first.status_code, first.headers["upload-offset"]) == (204, str(third))
    assert "photo-id" not in first.headers
    look = head(house, anna, url)
    assert (look.headers["upload-offset"], look.headers["upload-length"]) == (str(third), str(len(jpeg)))
    assert look.headers["cache-control"] == "no-store"
    assert look.headers["upload-metadata"].startswith("filename ZXZlbmluZyBsYWtlLmpwZw==")
    patch(house, anna, url, third, jpeg[third : 2 * third])
    last = patch(house, anna, url, 2 * third, jpeg[2 * third :])
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(jpeg)))
    assert "photo-duplicate" not in last.headers
    photo = house.get(anna, last.headers["photo-id"])
    assert photo["sha256"] == hashlib.sha256(jpeg).hexdigest()
    assert (photo["title"], photo["description"]) == ("evening lake", "späť")
    assert (photo["visibility"], photo["status"]) == ("unlisted", "pending")
    assert [tag["label"] for tag in photo["tags"]] == ["lake", "my dog"]
    assert kept(house) == []
    assert [message.photo_id for message in house.outbox.take("photos.render_photo.v1")] == [photo["id"]]


def test_head_names_the_photo_of_a_finished_upload(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    photo_id = patch(house, anna, url, 0, jpeg).headers["photo-id"]
    for answer in (head(house, anna, url), patch(house, anna, url, len(jpeg), b"")):
        assert answer.is_success
        assert (answer.headers["upload-offset"], answer.headers["photo-id"]) == (str(len(jpeg)), photo_id)
    assert problem(patch(house, anna, url, 0, jpeg)) == (409, "wrong_offset")
    assert count(house, "photos") == 1
    assert kept(house) == []


def test_duplicate_is_reported(house: House, anna: Identity, bert: Identity, jpeg: bytes) -> None:
    photo = house.post(anna, jpeg)
    house.client(anna).delete(f"/api/v1/photos/{photo['id']}")
    again = patch(house, anna, begin(house, anna, len(jpeg)), 0, jpeg)
    assert (again.headers["photo-id"], again.headers["photo-duplicate"]) == (photo["id"], "true")
    assert house.get(anna, photo["id"])["id"] == photo["id"], "it came back from the trash"
    others = patch(house, bert, begin(house, bert, len(jpeg)), 0, jpeg)
    assert "photo-duplicate" not in others.headers
    assert others.headers["photo-id"] != photo["id"]
    assert len(list(house.services.store.list("originals"))) == 1


def test_duplicate_is_reported_before_the_transfer(
    house: House, anna: Identity, bert: Identity, jpeg: bytes
) -> None:
    photo = house.post(anna, jpeg)
    announced = TUS | described(sha256=photo["sha256"]) | {"Upload-Length": str(len(jpeg))}
    begun = house.client(anna).post(PATH, headers=announced)
    assert (begun.headers["photo-id"], begun.headers["photo-duplicate"]) == (photo["id"], "true")
    sent = patch(house, anna, begun.headers["location"], 0, jpeg)
    assert sent.headers["photo-id"] == photo["id"], "who sends them all the same is told again"
    others = house.client(bert).post(PATH, headers=announced)
    assert "photo-id" not in others.headers, "nobody learns what others have"
    house.client(anna).delete(f"/api/v1/photos/{photo['id']}")
    assert "photo-id" not in house.client(anna).post(PATH, headers=announced).headers, "it lies in the trash"


def test_upload_of_another_user_is_404(house: House, anna: Identity, bert: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    patch(house, anna, url, 0, jpeg[:100])
    for location in (url, UNKNOWN, f"{PATH}/no-id"):
        assert head(house, bert, location).status_code == 404
        assert problem(patch(house, bert, location, 100, jpeg)) == (404, "not_found")
        assert problem(house.client(bert).delete(location, headers=TUS)) == (404, "not_found")
    assert head(house, anna, url).headers["upload-offset"] == "100"
    assert len(kept(house)) == 1


@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_upload_needs_the_write_scope(house: House, anna: Identity, method: str) -> None:
    url = PATH if method == "POST" else UNKNOWN
    assert house.client().request(method, url, headers=TUS).status_code == 401
    reader = anna.model_copy(update={"scopes": ("read",)})
    assert house.client(reader).request(method, url, headers=TUS).status_code == 403


@pytest.mark.parametrize("version", ["0.2.2", "", None])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_other_tus_version_is_rejected(
    house: House, anna: Identity, method: str, version: str | None
) -> None:
    headers = {"Upload-Length": "10", "Upload-Offset": "0", **BYTES}
    headers |= {"Tus-Resumable": version} if version is not None else {}
    url = begin(house, anna, 10)
    answer = house.client(anna).request(method, PATH if method == "POST" else url, headers=headers)
    assert answer.status_code == 412
    if method != "HEAD":
        assert problem(answer) == (412, "unsupported_tus_version")
    assert count(house, "uploads") == 1


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
    house: House, anna: Identity, headers: dict[str, str], expected: tuple[int, str] | None
) -> None:
    answer = house.client(anna).post(PATH, headers=TUS | headers)
    assert (None if answer.is_success else problem(answer)) == expected
    assert count(house, "uploads") == (1 if expected is None else 0)
    assert kept(house) == []


def test_creation_with_a_body_is_rejected(house: House, anna: Identity, jpeg: bytes) -> None:
    headers = TUS | BYTES | {"Upload-Length": str(len(jpeg))}
    answer = house.client(anna).post(PATH, headers=headers, content=jpeg)
    assert problem(answer) == (415, "unsupported_media_type")
    assert count(house, "uploads") == 0


def test_invalid_chunks_are_rejected(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    patch(house, anna, url, 0, jpeg[:100])
    assert problem(patch(house, anna, url, 99, jpeg[99:])) == (409, "wrong_offset")
    assert problem(patch(house, anna, url, 101, jpeg[101:])) == (409, "wrong_offset")
    assert problem(patch(house, anna, url, 100, jpeg[100:], Content_Type="image/jpeg")) == (
        415,
        "unsupported_media_type",
    )
    assert problem(patch(house, anna, url, 100, jpeg[100:], Upload_Offset="")) == (400, "bad_request")
    assert problem(patch(house, anna, url, 100, jpeg)) == (413, "too_large")
    assert head(house, anna, url).headers["upload-offset"] == "100"
    assert patch(house, anna, url, 100, jpeg[100:]).headers["photo-id"]


def test_chunk_over_the_declared_length_is_rejected(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))

    def endless() -> Iterator[bytes]:
        yield jpeg
        yield b"x"

    headers = TUS | BYTES | {"Upload-Offset": "0"}
    assert problem(house.client(anna).patch(url, content=endless(), headers=headers)) == (413, "too_large")
    assert count(house, "photos") == 0


def test_chunk_checksum_is_verified(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    half = len(jpeg) // 2
    assert patch(house, anna, url, 0, jpeg[:half], **checksum(jpeg[:half])).status_code == 204
    wrong = patch(house, anna, url, half, jpeg[half:], **checksum(b"other"))
    assert problem(wrong) == (460, "chunk_mismatch")
    assert head(house, anna, url).headers["upload-offset"] == str(half)
    assert count(house, "photos") == 0
    right = patch(house, anna, url, half, jpeg[half:], **checksum(jpeg[half:]))
    assert house.get(anna, right.headers["photo-id"])["sha256"] == hashlib.sha256(jpeg).hexdigest()


@pytest.mark.parametrize("header", ["md5 MTIz", "sha256", "sha256 !!", "sha256 MTIz", "", "crc32 AAAA"])
def test_invalid_checksums_are_rejected(house: House, anna: Identity, jpeg: bytes, header: str) -> None:
    url = begin(house, anna, len(jpeg))
    assert problem(patch(house, anna, url, 0, jpeg, Upload_Checksum=header)) == (400, "bad_request")
    assert head(house, anna, url).headers["upload-offset"] == "0"


def test_announced_sha256_is_verified(house: House, anna: Identity, jpeg: bytes) -> None:
    wrong = begin(house, anna, len(jpeg), sha256=hashlib.sha256(b"other").hexdigest())
    assert problem(patch(house, anna, wrong, 0, jpeg)) == (422, "checksum_mismatch")
    assert head(house, anna, wrong).status_code == 404
    right = begin(house, anna, len(jpeg), sha256=hashlib.sha256(jpeg).hexdigest().upper())
    assert patch(house, anna, right, 0, jpeg).headers["photo-id"]
    assert kept(house) == []


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
    house: House, anna: Identity, data: bytes, expected: tuple[int, str]
) -> None:
    url = begin(house, anna, len(data))
    assert problem(patch(house, anna, url, 0, data)) == expected
    assert head(house, anna, url).status_code == 404
    assert (kept(house), count(house, "photos"), count(house, "uploads")) == ([], 0, 0)
    assert list(house.services.store.list("originals")) == []


def test_cancelled_upload_is_deleted(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    patch(house, anna, url, 0, jpeg[:1000])
    assert house.client(anna).delete(url, headers=TUS).status_code == 204
    assert head(house, anna, url).status_code == 404
    assert (kept(house), count(house, "uploads")) == ([], 0)


def test_cancelling_a_finished_upload_keeps_the_photo(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    photo_id = patch(house, anna, url, 0, jpeg).headers["photo-id"]
    assert house.client(anna).delete(url, headers=TUS).status_code == 204
    assert house.get(anna, photo_id)["id"] == photo_id


def test_upload_expires_after_a_day(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    answer = patch(house, anna, url, 0, jpeg[:1000])
    expires = parsedate_to_datetime(answer.headers["upload-expires"])
    house.clock.now = expires - timedelta(seconds=1)
    assert head(house, anna, url).status_code == 200
    house.clock.forward(seconds=1)
    assert head(house, anna, url).status_code == 410
    assert problem(patch(house, anna, url, 1000, jpeg[1000:])) == (410, "upload_expired")
    assert problem(house.client(anna).delete(url, headers=TUS)) == (410, "upload_expired")
    assert count(house, "photos") == 0
