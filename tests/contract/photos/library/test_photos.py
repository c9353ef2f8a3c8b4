"""A photo: visibility, fields, files and deletion."""

import hashlib
import io
from typing import Any

import httpx
import pytest
from PIL import Image
from tests.support.ids import UNKNOWN_ID
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from vignette_shared.contracts.identity import ANONYMOUS, Identity

PATH = "/api/v1/photos"


def labels(photo: dict[str, Any]) -> list[str]:
    return [tag["label"] for tag in photo["tags"]]


def fetch(
    service: PhotosService, caller: Identity, photo_id: str, size: str = "thumb", **headers: str
) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return service.client(caller).get(f"{PATH}/{photo_id}/file", params={"size": size}, headers=named)


NOT_THERE = (404, "not_found")
SIGN_IN = (401, "authentication_required")


@pytest.mark.parametrize(
    ("visibility", "who", "see", "remove"),
    [
        ("public", "stranger", 200, (403, "forbidden")),
        ("public", "nobody", 200, SIGN_IN),
        ("unlisted", "stranger", 200, (403, "forbidden")),
        ("unlisted", "nobody", 200, SIGN_IN),
        ("private", "stranger", 404, NOT_THERE),
        ("private", "nobody", 404, SIGN_IN),
        ("private", "owner", 200, None),
    ],
)
def test_visibility_and_deletion_rules(
    service: PhotosService,
    anna: Identity,
    bert: Identity,
    jpeg: bytes,
    visibility: str,
    who: str,
    see: int,
    remove: tuple[int, str] | None,
) -> None:
    photo_id = service.publish(bert, jpeg, {"visibility": visibility}, sky=0.9)
    caller = {"owner": bert, "stranger": anna, "nobody": ANONYMOUS}[
        who
    ]  # anna is the admin, which changes nothing
    client = service.client(caller)
    assert client.get(f"{PATH}/{photo_id}").status_code == see
    assert fetch(service, caller, photo_id).status_code == see
    for query in ({}, {"permanent": "true"}):
        answer = client.delete(f"{PATH}/{photo_id}", params=query)
        assert answer.status_code == 204 if remove is None else problem(answer) == remove


@pytest.mark.parametrize("photo_id", [UNKNOWN_ID, "1", "../etc/passwd", "%00"])
def test_unknown_id_is_404(service: PhotosService, anna: Identity, photo_id: str) -> None:
    client = service.client(anna)
    assert problem(client.get(f"{PATH}/{photo_id}")) == NOT_THERE
    assert problem(client.delete(f"{PATH}/{photo_id}")) == NOT_THERE


def test_alt_text_is_composed_from_the_tags(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    photo_id = service.publish(anna, jpeg, {"tags": "home"}, sky=0.9, clouds=0.75, lake=0.2)
    photo = service.get(ANONYMOUS, photo_id)
    assert photo["status"] == "tagged"
    assert labels(photo) == ["home", "sky", "clouds"]
    assert photo["tags"][1] == {
        "label": "sky",
        "score": 0.9,
        "source": "model",
        "state": "suggested",
        "model_version": "20260101T000000Z-0000abcd",
    }
    assert photo["alt_text"] == "Photo of home, sky and clouds, by anna"
    assert photo["thumbhash"]
    assert photo["urls"] == {
        "thumb": f"{PATH}/{photo_id}/file?size=thumb",
        "medium": None,  # the picture is no larger
        "preview": f"{PATH}/{photo_id}/file?size=preview",
        "original": None,
    }
    assert service.get(anna, photo_id)["urls"]["original"] is not None


def test_alt_text_without_tags(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    photo_id = service.post(anna, jpeg)["id"]
    assert service.get(anna, photo_id)["alt_text"] == "Photo by anna, not described yet"
    service.render(photo_id)
    service.tag(photo_id)
    assert service.get(anna, photo_id)["alt_text"] == "Photo by anna, without a description"


def test_sensitive_suggestion_is_shown_to_the_owner_only(
    service: PhotosService, anna: Identity, bert: Identity, jpeg: bytes
) -> None:
    photo_id = service.publish(bert, jpeg, sky=0.9, female=0.8)
    assert labels(service.get(bert, photo_id)) == ["sky", "female"]
    assert service.get(bert, photo_id)["alt_text"] == "Photo of sky, by bert"
    for other in (anna, ANONYMOUS):
        seen = service.get(other, photo_id, include="all")
        assert labels(seen) == ["sky"]
        assert "female" not in seen["alt_text"]


def test_owner_may_include_all_scores(
    service: PhotosService, anna: Identity, bert: Identity, jpeg: bytes
) -> None:
    photo_id = service.publish(bert, jpeg, sky=0.9)
    with service.services.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE photo_tags SET state = 'rejected' WHERE label = 'sky'")
    assert labels(service.get(bert, photo_id)) == []
    assert labels(service.get(bert, photo_id, include="rejected")) == ["sky"]
    assert labels(service.get(bert, photo_id, include="all")) == ["sky", "clouds", "female", "lake"]
    assert labels(service.get(anna, photo_id, include="all")) == []
    assert problem(service.client(bert).get(f"{PATH}/{photo_id}", params={"include": "x"})) == (
        422,
        "validation_failed",
    )


def gps_jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Vignette", "One", 6
    exif.get_ifd(0x8769)[0x9003] = "2024:05:01 12:30:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 22.0, 12.0), 3: "E", 4: (8.0, 33.0, 0.0)})
    buffer = io.BytesIO()
    Image.open(io.BytesIO(make_jpeg(640, 480))).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def test_location_is_shown_to_the_owner_only(service: PhotosService, anna: Identity, bert: Identity) -> None:
    photo_id = service.publish(bert, gps_jpeg(), sky=0.9)
    own, others = service.get(bert, photo_id), service.get(anna, photo_id)
    assert own["location"] == {"latitude": 47.37, "longitude": 8.55}
    assert others["location"] is None
    assert (others["camera"]["make"], others["camera"]["model"]) == ("Vignette", "One")
    assert others["taken_at"] == "2024-05-01T12:30:00Z"
    assert (others["width"], others["height"]) == (480, 640)
    for size in ("thumb", "preview"):
        data = fetch(service, anna, photo_id, size).content
        with Image.open(io.BytesIO(data)) as image:
            assert image.height > image.width
            assert dict(image.getexif()) == {}


def test_file_has_caching_headers(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    photo_id = service.publish(anna, jpeg, sky=0.9)
    answer = fetch(service, ANONYMOUS, photo_id)
    assert answer.status_code == 200
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "public, max-age=600"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-disposition"].startswith('inline; filename="lake-thumb.jpg"')
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.size == (400, 300)
    same = fetch(service, ANONYMOUS, photo_id, if_none_match=answer.headers["etag"])
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize(
    ("visibility", "caching"),
    [
        ("public", "public, max-age=600"),
        ("unlisted", "private, max-age=600"),
        ("private", "private, no-store"),
    ],
)
def test_caching_follows_visibility(
    service: PhotosService, anna: Identity, jpeg: bytes, visibility: str, caching: str
) -> None:
    photo_id = service.publish(anna, jpeg, {"visibility": visibility})
    assert fetch(service, anna, photo_id).headers["cache-control"] == caching


def test_owner_gets_the_original_unchanged(
    service: PhotosService, anna: Identity, bert: Identity, jpeg: bytes
) -> None:
    photo_id = service.publish(bert, jpeg)
    own = fetch(service, bert, photo_id, "original")
    assert own.content == jpeg
    assert own.headers["cache-control"] == "private, no-store"
    assert own.headers["content-disposition"].startswith("attachment;")
    assert problem(fetch(service, anna, photo_id, "original")) == NOT_THERE
    assert problem(fetch(service, anna, photo_id, "huge")) == (422, "validation_failed")


def test_ranges(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    photo_id = service.publish(anna, jpeg)
    part = fetch(service, anna, photo_id, "original", range="bytes=10-19")
    assert (part.status_code, part.content) == (206, jpeg[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(jpeg)}"
    tail = fetch(service, anna, photo_id, "original", range="bytes=-5", if_range=part.headers["etag"])
    assert (tail.status_code, tail.content) == (206, jpeg[-5:])
    stale = fetch(service, anna, photo_id, "original", range="bytes=-5", if_range='"other"')
    assert (stale.status_code, stale.content) == (200, jpeg)
    beyond = fetch(service, anna, photo_id, "original", range=f"bytes={len(jpeg)}-")
    assert problem(beyond) == (416, "range_not_satisfiable")
    assert beyond.headers["content-range"] == f"bytes */{len(jpeg)}"


def test_large_original_is_streamed(service: PhotosService, anna: Identity) -> None:
    buffer = io.BytesIO()
    Image.effect_noise((1300, 900), 80).convert("RGB").save(buffer, "PNG")
    data = buffer.getvalue()
    assert len(data) > 1024 * 1024
    photo_id = service.post(anna, data, name="noise.png")["id"]
    assert fetch(service, anna, photo_id, "original").content == data


def test_unrendered_photo_has_no_thumb(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    photo_id = service.post(anna, jpeg)["id"]
    assert problem(fetch(service, anna, photo_id)) == NOT_THERE


def test_uploading_the_same_bytes_restores_from_the_trash(
    service: PhotosService, anna: Identity, bert: Identity, jpeg: bytes
) -> None:
    photo_id = service.publish(anna, jpeg, sky=0.9)
    client = service.client(anna)
    assert client.delete(f"{PATH}/{photo_id}").status_code == 204
    assert client.delete(f"{PATH}/{photo_id}").status_code == 204
    assert problem(client.get(f"{PATH}/{photo_id}")) == NOT_THERE
    assert problem(fetch(service, bert, photo_id)) == NOT_THERE
    assert client.get(PATH, params={"user": "anna"}).json()["items"] == []
    assert client.get("/api/v1/tags").json()["items"] == []
    assert client.get("/api/v1/me").json()["counts"]["photos"] == 0
    assert problem(service.client(bert).delete(f"{PATH}/{photo_id}")) == NOT_THERE
    back = service.post(anna, jpeg)
    assert (back["id"], back["duplicate"], back["status"]) == (photo_id, True, "tagged")
    assert service.get(ANONYMOUS, photo_id)["id"] == photo_id


def test_restored_photo_resumes_its_pending_step(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    photo_id = service.post(anna, jpeg)["id"]
    service.outbox.sent.clear()
    service.client(anna).delete(f"{PATH}/{photo_id}")
    service.post(anna, jpeg)
    assert [message.photo_id for message in service.outbox.take("photos.render_photo.v1")] == [photo_id]
    service.render(photo_id)
    service.outbox.sent.clear()
    service.client(anna).delete(f"{PATH}/{photo_id}")
    service.post(anna, jpeg)
    assert [message.photo_id for message in service.outbox.take("tagger.tag_photo.v1")] == [photo_id]


@pytest.mark.parametrize("trashed_before", [False, True])
def test_permanent_deletion_removes_the_files(
    service: PhotosService, anna: Identity, jpeg: bytes, trashed_before: bool
) -> None:
    photo_id = service.publish(anna, jpeg, sky=0.9)
    client = service.client(anna)
    if trashed_before:
        client.delete(f"{PATH}/{photo_id}")
    assert client.delete(f"{PATH}/{photo_id}", params={"permanent": "true"}).status_code == 204
    assert problem(client.delete(f"{PATH}/{photo_id}", params={"permanent": "true"})) == NOT_THERE
    assert list(service.services.store.list("originals")) == []
    assert list(service.services.store.list("renditions")) == []
    again = service.post(anna, jpeg)
    assert again["id"] != photo_id
    assert again["tags"] == []


def test_shared_original_is_kept(service: PhotosService, anna: Identity, bert: Identity, jpeg: bytes) -> None:
    first, second = service.publish(anna, jpeg), service.publish(bert, jpeg)
    service.client(anna).delete(f"{PATH}/{first}", params={"permanent": "true"})
    assert fetch(service, bert, second, "original").content == jpeg
    service.client(bert).delete(f"{PATH}/{second}", params={"permanent": "true"})
    assert list(service.services.store.list("originals")) == []
