"""Files left by a crash are removed after a day; files in use stay."""

import fcntl
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg

from photos.kernel.blob_keys import downloads_of
from photos.kernel.staging import partial_path
from photos.operations.sweeping import BlobWalk, Sweeper
from vignette_shared.contracts.identity import Identity
from vignette_shared.ids import new_id

UPLOADS = "/api/v1/uploads"
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture
def sweeper(service: PhotosService) -> Sweeper:
    service.clock.now = datetime.now(UTC)  # files and blobs are stamped by the real clock
    return Sweeper(service.services)


def begin(service: PhotosService, caller: Identity, data: bytes, arrived: int) -> tuple[str, Path]:
    """An upload of which some bytes are there; gives its address and its file."""
    client = service.client(caller)
    url = client.post(UPLOADS, headers=TUS | {"Upload-Length": str(len(data))}).headers["location"]
    headers = TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert client.patch(url, content=data[:arrived], headers=headers).status_code == 204
    return url, partial_path(service.services.staging, url.rpartition("/")[2])


def look(service: PhotosService, caller: Identity, url: str) -> httpx.Response:
    return service.client(caller).head(url, headers=TUS)


def test_expired_upload_frees_its_bytes_and_row(
    service: PhotosService, anna: Identity, sweeper: Sweeper, jpeg: bytes
) -> None:
    url, file = begin(service, anna, jpeg, 1000)
    service.clock.forward(hours=23)
    sweeper.make_pass()
    assert file.stat().st_size == 1000
    service.clock.forward(hours=2)
    sweeper.make_pass()
    assert not file.exists()
    assert look(service, anna, url).status_code == 410
    service.clock.forward(days=7)
    sweeper.make_pass()
    assert look(service, anna, url).status_code == 404


def test_locked_upload_is_not_swept(
    service: PhotosService, anna: Identity, sweeper: Sweeper, jpeg: bytes
) -> None:
    _, file = begin(service, anna, jpeg, 1000)
    service.clock.forward(days=2)
    with file.open("rb") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        sweeper.make_pass()
        assert file.exists()
    sweeper.make_pass()
    assert not file.exists()


def test_orphaned_staged_files_are_removed(service: PhotosService, sweeper: Sweeper) -> None:
    staging = service.services.staging
    unknown, strange, crashed = partial_path(staging, new_id()), staging / "partial-x", staging / "upload-x"
    for file in (unknown, strange, crashed):
        file.write_bytes(b"x")
    sweeper.make_pass()
    assert {file.name for file in staging.iterdir()} == {unknown.name, strange.name, crashed.name}
    service.clock.forward(days=1, minutes=1)
    sweeper.make_pass()
    assert [file.name for file in staging.iterdir()] == [strange.name]


def test_orphaned_originals_are_removed(
    service: PhotosService, anna: Identity, sweeper: Sweeper, jpeg: bytes
) -> None:
    kept = service.post(anna, jpeg)
    trashed = service.post(anna, make_jpeg(64, 48, 1))
    service.client(anna).delete(f"/api/v1/photos/{trashed['id']}")
    store = service.services.store
    left = "a" * 64
    store.put(f"originals/aa/aa/{left}", b"left by a crash")
    store.put("originals/readme", b"not ours")
    everything = list(store.list("originals"))
    sweeper.make_pass()
    assert list(store.list("originals")) == everything
    service.clock.forward(days=1, minutes=1)
    sweeper.make_pass()
    names = {key.rpartition("/")[2] for key in store.list("originals")}
    assert names == {kept["sha256"], trashed["sha256"], "readme"}


def test_orphaned_renditions_are_removed(
    service: PhotosService, anna: Identity, sweeper: Sweeper, jpeg: bytes
) -> None:
    photo_id = service.publish(anna, jpeg, sky=0.9)
    store = service.services.store
    store.put(f"renditions/{new_id()}/thumb.jpg", b"left")
    store.put("renditions/readme", b"not ours")
    service.clock.forward(days=1, minutes=1)
    sweeper.make_pass()
    assert list(store.list("renditions")) == [
        f"renditions/{photo_id}/preview.jpg",
        f"renditions/{photo_id}/thumb.jpg",
        "renditions/readme",
    ]


def test_batches_cover_everything_in_turn(service: PhotosService, sweeper: Sweeper) -> None:
    store = service.services.store
    for number in range(25):
        store.put(f"originals/00/00/{number:064x}", b"left")
    service.clock.forward(days=2)
    left = []
    for _ in range(4):
        sweeper.make_pass(batch=10)
        left.append(len(list(store.list("originals"))))
    assert left[0] == 15
    assert left[-1] == 0


def test_walk_restarts_at_the_end(service: PhotosService) -> None:
    store = service.services.store
    for number in range(3):
        store.put(f"originals/{number}", b"x")
    walk = BlobWalk(store, "originals")
    taken = [sorted(key for key, _ in walk.take(2)) for _ in range(4)]
    assert [len(keys) for keys in taken] == [2, 1, 2, 1]
    assert {key for keys in taken[:2] for key in keys} == {key for keys in taken[2:] for key in keys}


def test_reconciler_runs_the_sweeper(service: PhotosService) -> None:
    service.clock.now = datetime.now(UTC) + timedelta(days=2)
    left = partial_path(service.services.staging, new_id())
    left.write_bytes(b"x")
    os.utime(left)
    service.reconcile()
    assert not left.exists()


def test_stripped_copy_is_removed_with_its_last_original(
    service: PhotosService, anna: Identity, sweeper: Sweeper, jpeg: bytes
) -> None:
    sha256 = service.get(anna, service.post(anna, jpeg)["id"])["sha256"]
    kept, left = downloads_of(sha256)[0], downloads_of("0" * 64)[1]
    for key in (kept, left):
        service.services.store.put(key, b"a copy")
    sweeper.make_pass()
    assert list(service.services.store.list("downloads")) == sorted([kept, left]), "it may be on its way"
    service.clock.forward(days=2)
    sweeper.make_pass()
    assert list(service.services.store.list("downloads")) == [kept]
