"""tus 1.0.0 at /uploads: begun, gone on with, checked, cancelled, and in the end a photo."""

import asyncio
import fcntl
import hashlib
import io
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from obstore.store import MemoryStore
from PIL import Image
from tests.conftest import make_jpeg
from tests.contract.photos.test_upload import FullStore
from tests.support.photos import KEY, House

from photos.metrics import make_registry
from photos.routes.app import build_app
from vignette_shared.contracts.identity import IDENTITY_HEADER, Identity, sign_identity
from vignette_shared.storage import free_bytes

PATH = "/api/v1/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {"Content-Type": "application/offset+octet-stream"}
UNKNOWN = f"{PATH}/019ab1f0-0000-7000-8000-000000000001"


def described(**fields: str) -> dict[str, str]:
    pairs = (f"{name} {b64encode(value.encode()).decode()}" for name, value in fields.items())
    return {"Upload-Metadata": ",".join(pairs)}


def begin(house: House, caller: Identity, length: int, **fields: str) -> str:
    answer = house.client(caller).post(
        PATH, headers=TUS | described(**fields) | {"Upload-Length": str(length)}
    )
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def patch(
    house: House, caller: Identity, url: str, offset: int, data: bytes, **headers: str
) -> httpx.Response:
    sent = TUS | BYTES | {"Upload-Offset": str(offset)}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return house.client(caller).patch(url, content=data, headers=sent)


def head(house: House, caller: Identity, url: str) -> httpx.Response:
    return house.client(caller).head(url, headers=TUS)


def checksum(data: bytes, algorithm: str = "sha256") -> dict[str, str]:
    digest = hashlib.new(algorithm, data).digest()
    return {"Upload_Checksum": f"{algorithm} {b64encode(digest).decode()}"}


def code(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def kept(house: House) -> list[Path]:
    return list(house.services.staging.iterdir())


def count(house: House, table: str) -> int:
    with house.services.database.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() or 0)  # noqa: S608


def test_what_the_server_can_is_told_to_anyone(house: House) -> None:
    answer = house.client().options(PATH)
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,termination,checksum,expiration"
    assert answer.headers["tus-max-size"] == str(100 * 2**20)
    assert answer.headers["tus-checksum-algorithm"] == "sha256"


def test_a_photo_in_three_pieces(house: House, anna: Identity, jpeg: bytes) -> None:
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


def test_who_missed_the_last_answer_learns_of_the_photo(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    photo_id = patch(house, anna, url, 0, jpeg).headers["photo-id"]
    for answer in (head(house, anna, url), patch(house, anna, url, len(jpeg), b"")):
        assert answer.is_success
        assert (answer.headers["upload-offset"], answer.headers["photo-id"]) == (str(len(jpeg)), photo_id)
    assert code(patch(house, anna, url, 0, jpeg)) == (409, "wrong_offset")
    assert count(house, "photos") == 1
    assert kept(house) == []


def test_bytes_that_are_there_already(house: House, anna: Identity, bert: Identity, jpeg: bytes) -> None:
    photo = house.post(anna, jpeg)
    house.client(anna).delete(f"/api/v1/photos/{photo['id']}")
    again = patch(house, anna, begin(house, anna, len(jpeg)), 0, jpeg)
    assert (again.headers["photo-id"], again.headers["photo-duplicate"]) == (photo["id"], "true")
    assert house.get(anna, photo["id"])["id"] == photo["id"], "it came back from the trash"
    others = patch(house, bert, begin(house, bert, len(jpeg)), 0, jpeg)
    assert "photo-duplicate" not in others.headers
    assert others.headers["photo-id"] != photo["id"]
    assert len(list(house.services.store.list("originals"))) == 1


def test_others_see_no_upload(house: House, anna: Identity, bert: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    patch(house, anna, url, 0, jpeg[:100])
    for location in (url, UNKNOWN, f"{PATH}/no-id"):
        assert head(house, bert, location).status_code == 404
        assert code(patch(house, bert, location, 100, jpeg)) == (404, "not_found")
        assert code(house.client(bert).delete(location, headers=TUS)) == (404, "not_found")
    assert head(house, anna, url).headers["upload-offset"] == "100"
    assert len(kept(house)) == 1


@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_who_may_not_write_may_not_upload(house: House, anna: Identity, method: str) -> None:
    url = PATH if method == "POST" else UNKNOWN
    assert house.client().request(method, url, headers=TUS).status_code == 401
    reader = anna.model_copy(update={"scopes": ("read",)})
    assert house.client(reader).request(method, url, headers=TUS).status_code == 403


@pytest.mark.parametrize("version", ["0.2.2", "", None])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_another_version_of_tus_is_refused(
    house: House, anna: Identity, method: str, version: str | None
) -> None:
    headers = {"Upload-Length": "10", "Upload-Offset": "0", **BYTES}
    headers |= {"Tus-Resumable": version} if version is not None else {}
    url = begin(house, anna, 10)
    answer = house.client(anna).request(method, PATH if method == "POST" else url, headers=headers)
    assert answer.status_code == 412
    if method != "HEAD":
        assert code(answer) == (412, "unsupported_tus_version")
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
def test_what_can_not_be_begun(
    house: House, anna: Identity, headers: dict[str, str], expected: tuple[int, str] | None
) -> None:
    answer = house.client(anna).post(PATH, headers=TUS | headers)
    assert (None if answer.is_success else code(answer)) == expected
    assert count(house, "uploads") == (1 if expected is None else 0)
    assert kept(house) == []


def test_an_upload_begins_without_its_bytes(house: House, anna: Identity, jpeg: bytes) -> None:
    headers = TUS | BYTES | {"Upload-Length": str(len(jpeg))}
    answer = house.client(anna).post(PATH, headers=headers, content=jpeg)
    assert code(answer) == (415, "unsupported_media_type")
    assert count(house, "uploads") == 0


def test_bytes_that_can_not_be_taken(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    patch(house, anna, url, 0, jpeg[:100])
    assert code(patch(house, anna, url, 99, jpeg[99:])) == (409, "wrong_offset")
    assert code(patch(house, anna, url, 101, jpeg[101:])) == (409, "wrong_offset")
    assert code(patch(house, anna, url, 100, jpeg[100:], Content_Type="image/jpeg")) == (
        415,
        "unsupported_media_type",
    )
    assert code(patch(house, anna, url, 100, jpeg[100:], Upload_Offset="")) == (400, "bad_request")
    assert code(patch(house, anna, url, 100, jpeg)) == (413, "too_large")
    assert head(house, anna, url).headers["upload-offset"] == "100"
    assert patch(house, anna, url, 100, jpeg[100:]).headers["photo-id"]


def test_more_bytes_than_announced_without_saying_so(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))

    def endless() -> Iterator[bytes]:
        yield jpeg
        yield b"x"

    headers = TUS | BYTES | {"Upload-Offset": "0"}
    assert code(house.client(anna).patch(url, content=endless(), headers=headers)) == (413, "too_large")
    assert count(house, "photos") == 0


def test_a_checksum_is_held_against_each_chunk(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    half = len(jpeg) // 2
    assert patch(house, anna, url, 0, jpeg[:half], **checksum(jpeg[:half])).status_code == 204
    wrong = patch(house, anna, url, half, jpeg[half:], **checksum(b"other"))
    assert code(wrong) == (460, "chunk_mismatch")
    assert head(house, anna, url).headers["upload-offset"] == str(half)
    assert count(house, "photos") == 0
    right = patch(house, anna, url, half, jpeg[half:], **checksum(jpeg[half:]))
    assert house.get(anna, right.headers["photo-id"])["sha256"] == hashlib.sha256(jpeg).hexdigest()


@pytest.mark.parametrize("header", ["md5 MTIz", "sha256", "sha256 !!", "sha256 MTIz", "", "crc32 AAAA"])
def test_checksums_that_can_not_be_read(house: House, anna: Identity, jpeg: bytes, header: str) -> None:
    url = begin(house, anna, len(jpeg))
    assert code(patch(house, anna, url, 0, jpeg, Upload_Checksum=header)) == (400, "bad_request")
    assert head(house, anna, url).headers["upload-offset"] == "0"


def test_the_announced_hash_is_held_against_the_whole(house: House, anna: Identity, jpeg: bytes) -> None:
    wrong = begin(house, anna, len(jpeg), sha256=hashlib.sha256(b"other").hexdigest())
    assert code(patch(house, anna, wrong, 0, jpeg)) == (422, "checksum_mismatch")
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
def test_what_is_no_photo_goes_with_its_upload(
    house: House, anna: Identity, data: bytes, expected: tuple[int, str]
) -> None:
    url = begin(house, anna, len(data))
    assert code(patch(house, anna, url, 0, data)) == expected
    assert head(house, anna, url).status_code == 404
    assert (kept(house), count(house, "photos"), count(house, "uploads")) == ([], 0, 0)
    assert list(house.services.store.list("originals")) == []


def test_a_cancelled_upload_is_gone(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    patch(house, anna, url, 0, jpeg[:1000])
    assert house.client(anna).delete(url, headers=TUS).status_code == 204
    assert head(house, anna, url).status_code == 404
    assert (kept(house), count(house, "uploads")) == ([], 0)


def test_cancelling_leaves_the_photo_that_it_became(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    photo_id = patch(house, anna, url, 0, jpeg).headers["photo-id"]
    assert house.client(anna).delete(url, headers=TUS).status_code == 204
    assert house.get(anna, photo_id)["id"] == photo_id


def test_after_a_day_it_is_too_late(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    answer = patch(house, anna, url, 0, jpeg[:1000])
    expires = parsedate_to_datetime(answer.headers["upload-expires"])
    house.clock.now = expires - timedelta(seconds=1)
    assert head(house, anna, url).status_code == 200
    house.clock.forward(seconds=1)
    assert head(house, anna, url).status_code == 410
    assert code(patch(house, anna, url, 1000, jpeg[1000:])) == (410, "upload_expired")
    assert code(house.client(anna).delete(url, headers=TUS)) == (410, "upload_expired")
    assert count(house, "photos") == 0


def test_one_writer_at_a_time(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    patch(house, anna, url, 0, jpeg[:1000])
    (file,) = kept(house)
    with file.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)  # as another process of the service would
        assert code(patch(house, anna, url, 1000, jpeg[1000:])) == (423, "upload_locked")
        assert code(house.client(anna).delete(url, headers=TUS)) == (423, "upload_locked")
        assert head(house, anna, url).headers["upload-offset"] == "1000"
    assert patch(house, anna, url, 1000, jpeg[1000:]).status_code == 204


def break_off(house: House, caller: Identity, url: str, data: bytes, **headers: str) -> None:
    """Send the first bytes of a body and leave."""
    app = build_app(house.services, make_registry(house.services.database))
    sent = TUS | BYTES | {"Upload-Offset": "0", IDENTITY_HEADER: sign_identity(caller, KEY)}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    scope: dict[str, Any] = {
        "type": "http",
        "method": "PATCH",
        "path": url,
        "raw_path": url.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
    }
    told = iter(
        [{"type": "http.request", "body": data, "more_body": True}, *[{"type": "http.disconnect"}] * 3]
    )

    async def receive() -> Any:
        return next(told)

    async def send(_message: Any) -> None:
        """Nobody listens."""

    asyncio.run(app(scope, receive, send))


def test_what_arrived_before_a_break_counts(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    break_off(house, anna, url, jpeg[:4321])
    assert head(house, anna, url).headers["upload-offset"] == "4321"
    answer = patch(house, anna, url, 4321, jpeg[4321:])
    assert house.get(anna, answer.headers["photo-id"])["sha256"] == hashlib.sha256(jpeg).hexdigest()


def test_what_was_not_checked_before_a_break_does_not(house: House, anna: Identity, jpeg: bytes) -> None:
    url = begin(house, anna, len(jpeg))
    break_off(house, anna, url, jpeg[:4321], **checksum(jpeg))
    assert head(house, anna, url).headers["upload-offset"] == "0"
    assert patch(house, anna, url, 0, jpeg, **checksum(jpeg)).headers["photo-id"]


def test_an_upload_whose_last_request_died_is_finished_by_looking(
    house: House, anna: Identity, jpeg: bytes
) -> None:
    """All bytes on the disk, and the process killed before it made a photo of them."""
    url = begin(house, anna, len(jpeg), title="Rescued")
    break_off(house, anna, url, jpeg)
    assert count(house, "photos") == 0
    look = head(house, anna, url)
    assert look.headers["upload-offset"] == str(len(jpeg))
    assert house.get(anna, look.headers["photo-id"])["title"] == "Rescued"
    assert kept(house) == []


def test_a_storage_that_fails_keeps_the_upload_for_another_try(
    house: House, anna: Identity, jpeg: bytes
) -> None:
    full = replace(house, services=replace(house.services, store=FullStore(MemoryStore())))
    url = begin(full, anna, len(jpeg))
    assert code(patch(full, anna, url, 0, jpeg)) == (507, "storage_full")
    assert head(full, anna, url).status_code == 507
    assert count(house, "photos") == 0
    look = head(house, anna, url)
    assert house.get(anna, look.headers["photo-id"])["bytes"] == len(jpeg)


def test_a_nearly_full_disk_begins_nothing_and_takes_no_more(
    house: House, anna: Identity, jpeg: bytes
) -> None:
    full = replace(
        house, services=replace(house.services, min_free_bytes=free_bytes(house.services.staging) * 2)
    )
    headers = TUS | {"Upload-Length": str(len(jpeg))}
    assert code(full.client(anna).post(PATH, headers=headers)) == (507, "storage_full")
    url = begin(house, anna, len(jpeg))
    assert code(patch(full, anna, url, 0, jpeg)) == (507, "storage_full")
    assert patch(house, anna, url, 0, jpeg).headers["photo-id"]


def test_a_long_upload_keeps_its_order(house: House, anna: Identity) -> None:
    buffer = io.BytesIO()
    Image.effect_noise((1200, 900), 80).convert("RGB").save(buffer, "PNG")
    data = buffer.getvalue()
    url = begin(house, anna, len(data))
    for start in range(0, len(data), 700_000):
        answer = patch(house, anna, url, start, data[start : start + 700_000])
    assert house.get(anna, answer.headers["photo-id"])["sha256"] == hashlib.sha256(data).hexdigest()
