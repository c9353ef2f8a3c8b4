"""Quota, album and visibility of an upload: the same for POST /photos and tus."""

import hashlib
from dataclasses import replace

import httpx
from sqlalchemy import update
from tests.support.photos.service import PhotosService
from tests.support.photos.tus import begin, count, described, patch
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from photos.models import AlbumPhotoRow, AlbumRow, UserRow
from vignette_shared.contracts.identity import Identity
from vignette_shared.ids import new_id

TUS = {"Tus-Resumable": "1.0.0"}


def with_room(service: PhotosService, quota_bytes: int) -> PhotosService:
    limits = service.services.limits.model_copy(update={"quota_bytes": quota_bytes})
    return replace(service, services=replace(service.services, limits=limits))


def change_user(service: PhotosService, who: Identity, **values: object) -> None:
    with service.services.database.engine.begin() as connection:
        connection.execute(update(UserRow).where(UserRow.id == who.user_id).values(**values))


def make_album(service: PhotosService, owner: Identity) -> str:
    assert owner.user_id is not None
    with service.services.database.write() as uow:
        album = AlbumRow(
            id=new_id(),
            owner_id=owner.user_id,
            title="Summer",
            description="",
            visibility="private",
            created_at=service.clock(),
        )
        uow.albums.add(album)
        return album.id


def in_album(service: PhotosService, album_id: str) -> list[str]:
    with service.services.database.read() as db:
        return db.albums.order(album_id)


def post(service: PhotosService, caller: Identity, data: bytes, **headers: str) -> httpx.Response:
    return service.client(caller).post("/api/v1/photos", files={"file": ("x.jpg", data)}, headers=headers)


def test_upload_over_the_quota_reports_the_free_bytes(
    service: PhotosService, anna: Identity, bert: Identity, jpeg: bytes
) -> None:
    small = with_room(service, len(jpeg) + 10)
    assert post(small, anna, jpeg).status_code == 201
    refused = post(small, anna, make_jpeg(64, 48))
    assert problem(refused) == (413, "quota_exceeded")
    assert (refused.json()["free_bytes"], refused.json()["quota_bytes"]) == (10, len(jpeg) + 10)
    assert "10 bytes" in refused.json()["detail"]
    assert post(small, bert, make_jpeg(64, 48)).status_code == 201, "everyone has their own"
    assert count(service, "photos") == 2
    assert list(service.services.staging.iterdir()) == []
    assert len(list(service.services.store.list("originals"))) == 2


def test_upload_may_fill_the_quota_exactly(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    assert post(with_room(service, len(jpeg) - 1), anna, jpeg).status_code == 413
    assert post(with_room(service, len(jpeg)), anna, jpeg).status_code == 201


def test_trash_counts_towards_the_quota(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    small = with_room(service, len(jpeg) + 10)
    url = f"/api/v1/photos/{post(small, anna, jpeg).json()['id']}"
    service.client(anna).delete(url)
    assert post(small, anna, make_jpeg(64, 48)).status_code == 413
    service.client(anna).delete(url, params={"permanent": "true"})
    assert post(small, anna, make_jpeg(64, 48)).status_code == 201


def test_user_quota_overrides_the_default(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    small = with_room(service, 10)
    change_user(service, anna, bytes_quota=len(jpeg))
    assert post(small, anna, jpeg).status_code == 201
    change_user(service, anna, bytes_quota=0)
    assert post(service, anna, make_jpeg(64, 48)).status_code == 413


def test_duplicate_takes_no_quota(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    full = with_room(service, len(jpeg))
    photo = post(full, anna, jpeg).json()
    service.client(anna).delete(f"/api/v1/photos/{photo['id']}")
    again = post(full, anna, jpeg)
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    digest = hashlib.sha256(jpeg).hexdigest()
    url = begin(full, anna, len(jpeg), sha256=digest)
    assert patch(full, anna, url, 0, jpeg).headers["photo-id"] == photo["id"]


def test_declared_size_over_the_quota_is_rejected_early(
    service: PhotosService, anna: Identity, jpeg: bytes
) -> None:
    small = with_room(service, 1000)
    headers = {"content-type": "multipart/form-data; boundary=x", "content-length": "100000"}
    answer = small.client(anna).post("/api/v1/photos", content=b"--x", headers=headers)
    assert problem(answer) == (413, "quota_exceeded")
    known = service.post(anna, jpeg)["sha256"]
    let_in = small.client(anna).post(
        "/api/v1/photos", content=b"--x", headers=headers | {"X-Content-SHA256": known.upper()}
    )
    assert problem(let_in) == (400, "bad_request"), "read, and found to be no form"


def test_unfinished_uploads_count_towards_the_quota(service: PhotosService, anna: Identity) -> None:
    pictures = [make_jpeg(64, 48, shift) for shift in range(2)]
    small = with_room(service, sum(map(len, pictures)) - 1)
    first = begin(small, anna, len(pictures[0]))
    headers = TUS | {"Upload-Length": str(len(pictures[1]))}
    assert problem(small.client(anna).post("/api/v1/uploads", headers=headers)) == (413, "quota_exceeded")
    small.client(anna).delete(first, headers=TUS)
    second = begin(small, anna, len(pictures[1]))
    assert patch(small, anna, second, 0, pictures[1]).headers["photo-id"]


def test_lowered_quota_rejects_the_finished_upload(
    service: PhotosService, anna: Identity, jpeg: bytes
) -> None:
    url = begin(service, anna, len(jpeg))
    change_user(service, anna, bytes_quota=10)
    assert problem(patch(service, anna, url, 0, jpeg)) == (413, "quota_exceeded")
    assert (count(service, "uploads"), list(service.services.staging.iterdir())) == (0, [])
    assert list(service.services.store.list("originals")) == []


def test_default_visibility_applies(service: PhotosService, anna: Identity) -> None:
    change_user(service, anna, default_visibility="private")
    assert service.post(anna, make_jpeg(64, 48, 1))["visibility"] == "private"
    assert service.post(anna, make_jpeg(64, 48, 2), visibility="public")["visibility"] == "public"
    picture = make_jpeg(64, 48, 3)
    photo_id = patch(service, anna, begin(service, anna, len(picture)), 0, picture).headers["photo-id"]
    assert service.get(anna, photo_id)["visibility"] == "private"


def test_upload_is_added_to_the_given_album(service: PhotosService, anna: Identity) -> None:
    album = make_album(service, anna)
    pictures = [make_jpeg(64, 48, shift) for shift in range(2)]
    first = service.post(anna, pictures[0], album_id=album)["id"]
    url = begin(service, anna, len(pictures[1]), album_id=album.upper())
    second = patch(service, anna, url, 0, pictures[1]).headers["photo-id"]
    assert in_album(service, album) == [second, first]
    assert service.post(anna, pictures[0], album_id=album)["duplicate"] is True
    assert in_album(service, album) == [second, first]


def test_duplicate_is_added_to_the_given_album(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    photo_id = service.post(anna, jpeg)["id"]
    album = make_album(service, anna)
    assert service.post(anna, jpeg, album_id=album)["id"] == photo_id
    assert in_album(service, album) == [photo_id]


def test_album_of_another_user_is_rejected(
    service: PhotosService, anna: Identity, bert: Identity, jpeg: bytes
) -> None:
    album = make_album(service, anna)
    answer = service.client(bert).post(
        "/api/v1/photos", files={"file": ("x.jpg", jpeg)}, data={"album_id": album}
    )
    assert problem(answer) == (422, "validation_failed")
    assert answer.json()["errors"][0]["field"] == "album_id"
    headers = TUS | {"Upload-Length": "10"} | described(album_id=album)
    assert problem(service.client(bert).post("/api/v1/uploads", headers=headers)) == (
        422,
        "validation_failed",
    )
    assert (count(service, "photos"), count(service, AlbumPhotoRow.__tablename__)) == (0, 0)


def test_upload_for_a_deleted_account_stores_nothing(
    service: PhotosService, anna: Identity, bert: Identity, jpeg: bytes
) -> None:
    """The signed identity is as old as the request, which may take long."""
    url = begin(service, bert, len(jpeg))
    change_user(service, bert, deleted_at=service.clock())
    assert problem(patch(service, bert, url, 0, jpeg)) == (401, "authentication_required")
    assert problem(post(service, bert, jpeg)) == (401, "authentication_required")
    assert count(service, "photos") == 0
    assert list(service.services.store.list("originals")) == []
