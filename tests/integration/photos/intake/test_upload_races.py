"""Concurrent uploads on both engines: no duplicate row, no missing blob, no exceeded quota."""

import hashlib
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest
from tests.support.patience import WAIT_S
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg

from photos.kernel.blob_keys import original
from photos.operations.sweeping import Sweeper
from vignette_shared.contracts.identity import Identity
from vignette_shared.ids import new_id

pytestmark = pytest.mark.integration
TUS = {"Tus-Resumable": "1.0.0"}


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all at the same moment; returns what each returned."""
    barrier = Barrier(len(acts))

    def wait_and(act: Callable[[], Any]) -> Any:
        barrier.wait(WAIT_S)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(wait_and, act) for act in acts]]


def post(service: PhotosService, caller: Identity, data: bytes) -> httpx.Response:
    with service.client(caller) as client:
        return client.post("/api/v1/photos", files={"file": ("x.jpg", data)})


def rows(service: PhotosService) -> int:
    with service.services.database.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM photos").scalar() or 0)


def test_concurrent_duplicates_of_one_user_are_one_photo(either: PhotosService, jpeg: bytes) -> None:
    anna = either.join("anna")
    answers = at_once(*[lambda: post(either, anna, jpeg)] * 8)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 7}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (rows(either), len(list(either.services.store.list("originals")))) == (1, 1)
    assert len(either.outbox.take("photos.render_photo.v1")) == 1


def test_duplicates_of_many_users_share_one_original(either: PhotosService, jpeg: bytes) -> None:
    people = [either.join(f"user{number}") for number in range(6)]
    answers = at_once(*[lambda who=who: post(either, who, jpeg) for who in people])
    assert {answer.status_code for answer in answers} == {201}
    assert rows(either) == 6
    (key,) = either.services.store.list("originals")
    for who, answer in zip(people, answers, strict=True):
        assert either.services.store.get(key) == jpeg
        url = f"/api/v1/photos/{answer.json()['id']}"
        assert either.client(who).delete(url, params={"permanent": "true"}).status_code == 204
    assert list(either.services.store.list("originals")) == []


def test_original_survives_concurrent_delete_and_upload(either: PhotosService) -> None:
    anna, bert = either.join("anna"), either.join("bert")
    for shift in range(10):
        picture = make_jpeg(64, 48, shift)
        old = post(either, anna, picture).json()["id"]
        url = f"/api/v1/photos/{old}"
        _, new = at_once(
            partial(either.client(anna).delete, url, params={"permanent": "true"}),
            partial(post, either, bert, picture),
        )
        assert new.status_code == 201
        assert either.services.store.get(original(new.json()["sha256"])) == picture


def test_concurrent_uploads_respect_the_quota(either: PhotosService) -> None:
    pictures = [make_jpeg(320, 240, shift) for shift in range(6)]
    room = max(map(len, pictures))
    services = replace(
        either.services, limits=either.services.limits.model_copy(update={"quota_bytes": room * 3 // 2})
    )
    service = replace(either, services=services)
    anna = service.join("anna")
    answers = at_once(*[lambda picture=picture: post(service, anna, picture) for picture in pictures])
    assert Counter(answer.status_code for answer in answers) == {201: 1, 413: 5}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 413} == {"quota_exceeded"}
    assert rows(service) == 1


def test_concurrent_finish_stores_once(either: PhotosService, jpeg: bytes) -> None:
    """Two last PATCHes and some looks, as after a line that broke: one photo, and nobody gets an error."""
    anna = either.join("anna")
    headers = TUS | {"Upload-Length": str(len(jpeg))}
    url = either.client(anna).post("/api/v1/uploads", headers=headers).headers["location"]
    digest = b64encode(hashlib.sha256(jpeg).digest()).decode()
    tus_headers = TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}

    def send() -> httpx.Response:
        with either.client(anna) as client:
            return client.patch(
                url, content=jpeg, headers=tus_headers | {"Upload-Checksum": f"sha256 {digest}"}
            )

    def look() -> httpx.Response:
        with either.client(anna) as client:
            return client.head(url, headers=TUS)

    answers = at_once(send, send, send, look, look)
    assert {answer.status_code for answer in answers} <= {200, 204, 409, 423}
    end = look()
    assert end.headers["upload-offset"] == str(len(jpeg))
    assert rows(either) == 1
    assert either.get(anna, end.headers["photo-id"])["sha256"] == hashlib.sha256(jpeg).hexdigest()
    assert list(either.services.staging.iterdir()) == []


def test_orphans_are_swept(either: PhotosService, jpeg: bytes) -> None:
    either.clock.now = datetime.now(UTC)
    anna = either.join("anna")
    kept = post(either, anna, jpeg).json()["id"]
    either.render(kept)
    services, tus = either.services, TUS | {"Upload-Offset": "0"}
    with either.client(anna) as client:
        url = client.post("/api/v1/uploads", headers=TUS | {"Upload-Length": "100"}).headers["location"]
        client.patch(url, content=b"x", headers=tus | {"Content-Type": "application/offset+octet-stream"})
    services.store.put(f"renditions/{new_id()}/thumb.jpg", b"left")
    services.store.put(f"originals/aa/aa/{'a' * 64}", b"left")
    sweeper = Sweeper(services)
    either.clock.forward(days=1, minutes=1)
    sweeper.make_pass()
    assert list(services.staging.iterdir()) == []
    assert len(list(services.store.list("originals"))) == 1
    assert {key.split("/")[1] for key in services.store.list("renditions")} == {kept}
    with either.client(anna) as client:
        assert client.head(url, headers=TUS).status_code == 410
        either.clock.forward(days=7)
        sweeper.make_pass()
        assert client.head(url, headers=TUS).status_code == 404


def test_sweeper_keeps_blobs_of_concurrent_uploads(either: PhotosService, tmp_path: Path) -> None:
    """The blob lies there unclaimed for days, found by the sweeper just when its bytes come again."""
    either.clock.now = datetime.now(UTC) + timedelta(days=2)
    anna = either.join("anna")
    services = either.services
    # Another folder: two days from now the file of an upload under way would pass for a crash's.
    empty = tmp_path / "empty"
    empty.mkdir()
    for shift in range(10):
        picture = make_jpeg(64, 48, shift)
        key = original(hashlib.sha256(picture).hexdigest())
        services.store.put(key, picture)
        sweeper = Sweeper(replace(services, staging=empty))
        _, answer = at_once(sweeper.make_pass, partial(post, either, anna, picture))
        assert answer.status_code == 201
        assert services.store.get(key) == picture
