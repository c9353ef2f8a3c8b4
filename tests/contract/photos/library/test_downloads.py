"""Files over HTTP: HEAD, and originals for other users if the owner allows downloads."""

import io

import httpx
import pytest
from PIL import Image
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from vignette_shared.contracts.identity import ANONYMOUS, Identity

NOT_THERE = (404, "not_found")


def located_jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = "Vignette One", 6
    exif.get_ifd(0x8769)[0x927C] = b"a maker's note"
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 22.0, 12.0), 3: "E", 4: (8.0, 33.0, 0.0)})
    buffer = io.BytesIO()
    Image.open(io.BytesIO(make_jpeg(640, 480))).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def allow_downloads(service: PhotosService, owner: Identity) -> None:
    with service.services.database.write() as uow:
        user = uow.accounts.user(owner.user_id or "")
        assert user is not None
        user.allow_downloads = True


def fetch(
    service: PhotosService, caller: Identity, photo_id: str, method: str = "GET", **headers: str
) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return service.client(caller).request(
        method, f"/api/v1/photos/{photo_id}/file", params={"size": "original"}, headers=named
    )


def test_others_get_a_stripped_original_if_downloads_are_allowed(
    service: PhotosService, anna: Identity, bert: Identity
) -> None:
    data = located_jpeg()
    photo_id = service.publish(bert, data, sky=0.9)
    for caller in (anna, ANONYMOUS):
        assert service.get(caller, photo_id)["urls"]["original"] is None
        assert problem(fetch(service, caller, photo_id)) == NOT_THERE
    allow_downloads(service, bert)
    assert fetch(service, bert, photo_id).content == data, "the owner's own stays as uploaded"
    for caller in (anna, ANONYMOUS):
        assert service.get(caller, photo_id)["urls"]["original"]
        answer = fetch(service, caller, photo_id)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        assert answer.headers["content-disposition"].startswith('attachment; filename="lake.jpg"')
        assert answer.headers["cache-control"] == "private, no-store"
        with Image.open(io.BytesIO(answer.content)) as image:
            assert (image.size, dict(image.getexif())) == ((640, 480), {0x0112: 6})
        assert b"maker" not in answer.content
    assert service.decoder.stripped == 1, "made once, then kept"
    service.client(bert).patch(f"/api/v1/photos/{photo_id}", json={"visibility": "private"})
    assert problem(fetch(service, anna, photo_id)) == NOT_THERE


def test_download_has_its_own_etag_and_ranges(service: PhotosService, anna: Identity, bert: Identity) -> None:
    photo_id = service.publish(bert, located_jpeg(), sky=0.9)
    allow_downloads(service, bert)
    whole = fetch(service, anna, photo_id)
    assert whole.headers["etag"] != fetch(service, bert, photo_id).headers["etag"]
    assert fetch(service, anna, photo_id, if_none_match=whole.headers["etag"]).status_code == 304
    part = fetch(service, anna, photo_id, range="bytes=5-9")
    assert (part.status_code, part.content) == (206, whole.content[5:10])


def test_stripped_copy_is_deleted_with_the_last_photo(
    service: PhotosService, anna: Identity, bert: Identity
) -> None:
    data = located_jpeg()
    first, second = service.publish(bert, data, sky=0.9), service.publish(anna, data, sky=0.9)
    allow_downloads(service, bert)
    fetch(service, anna, first)
    store = service.services.store
    assert len(list(store.list("downloads"))) == 1
    service.client(bert).delete(f"/api/v1/photos/{first}", params={"permanent": "true"})
    assert len(list(store.list("downloads"))) == 1
    service.client(anna).delete(f"/api/v1/photos/{second}", params={"permanent": "true"})
    assert list(store.list("downloads")) == list(store.list("originals")) == []


@pytest.mark.parametrize("headers", [{}, {"range": "bytes=0-9"}, {"range": "bytes=9999999-"}])
def test_head_matches_get_without_reading_the_file(
    service: PhotosService, bert: Identity, jpeg: bytes, headers: dict[str, str]
) -> None:
    photo_id = service.publish(bert, jpeg, sky=0.9)
    got = fetch(service, bert, photo_id, "GET", **headers)
    for key in list(service.services.store.list("originals")):
        service.services.store.delete(key)
    head = fetch(service, bert, photo_id, "HEAD", **headers)
    assert head.status_code == got.status_code
    varying = {"x-request-id", "content-length"} if got.status_code == 416 else {"x-request-id"}
    assert {key: value for key, value in head.headers.items() if key not in varying} == {
        key: value for key, value in got.headers.items() if key not in varying
    }
    if got.status_code < 400:
        assert head.content == b""
        assert int(head.headers["content-length"]) == len(got.content)
    known = fetch(service, bert, photo_id, "HEAD", if_none_match="*")
    assert (known.status_code, known.content) == (304, b"")


def test_head_of_an_invisible_photo_is_404(service: PhotosService, anna: Identity, bert: Identity) -> None:
    photo_id = service.publish(bert, make_jpeg(320, 240, 3), {"visibility": "private"}, sky=0.9)
    for caller in (anna, ANONYMOUS):
        assert fetch(service, caller, photo_id, "HEAD").status_code == 404
