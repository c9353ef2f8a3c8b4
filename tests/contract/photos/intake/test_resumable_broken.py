"""Interrupted tus uploads: two writers, killed requests, full disks."""

import asyncio
import fcntl
import hashlib
import io
from dataclasses import replace
from typing import Any

from obstore.store import MemoryStore
from PIL import Image
from tests.support.photos.fakes import FullStore
from tests.support.photos.service import KEY, PhotosService
from tests.support.photos.tus import BYTES, PATH, TUS, begin, checksum, count, head, kept, patch
from tests.support.problems import problem

from photos.app import build_app
from photos.operations.metrics import make_registry
from vignette_shared.contracts.identity import IDENTITY_HEADER, Identity, sign_identity
from vignette_shared.storage import free_bytes


def test_concurrent_writer_is_locked_out(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    url = begin(service, anna, len(jpeg))
    patch(service, anna, url, 0, jpeg[:1000])
    (file,) = kept(service)
    with file.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)  # as another process of the service would
        assert problem(patch(service, anna, url, 1000, jpeg[1000:])) == (423, "upload_locked")
        assert problem(service.client(anna).delete(url, headers=TUS)) == (423, "upload_locked")
        assert head(service, anna, url).headers["upload-offset"] == "1000"
    assert patch(service, anna, url, 1000, jpeg[1000:]).status_code == 204


def break_off(service: PhotosService, caller: Identity, url: str, data: bytes, **headers: str) -> None:
    """Send the first bytes of a body and leave."""
    app = build_app(service.services, make_registry(service.services.database))
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
    messages = iter(
        [{"type": "http.request", "body": data, "more_body": True}, *[{"type": "http.disconnect"}] * 3]
    )

    async def receive() -> Any:
        return next(messages)

    async def send(_message: Any) -> None:
        """Nobody listens."""

    asyncio.run(app(scope, receive, send))


def test_bytes_before_a_disconnect_count(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    url = begin(service, anna, len(jpeg))
    break_off(service, anna, url, jpeg[:4321])
    assert head(service, anna, url).headers["upload-offset"] == "4321"
    answer = patch(service, anna, url, 4321, jpeg[4321:])
    assert service.get(anna, answer.headers["photo-id"])["sha256"] == hashlib.sha256(jpeg).hexdigest()


def test_unverified_bytes_before_a_disconnect_do_not_count(
    service: PhotosService, anna: Identity, jpeg: bytes
) -> None:
    url = begin(service, anna, len(jpeg))
    break_off(service, anna, url, jpeg[:4321], **checksum(jpeg))
    assert head(service, anna, url).headers["upload-offset"] == "0"
    assert patch(service, anna, url, 0, jpeg, **checksum(jpeg)).headers["photo-id"]


def test_head_finishes_a_complete_upload(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    """All bytes on the disk, and the process killed before it made a photo of them."""
    url = begin(service, anna, len(jpeg), title="Rescued")
    break_off(service, anna, url, jpeg)
    assert count(service, "photos") == 0
    look = head(service, anna, url)
    assert look.headers["upload-offset"] == str(len(jpeg))
    assert service.get(anna, look.headers["photo-id"])["title"] == "Rescued"
    assert kept(service) == []


def test_storage_error_keeps_the_upload(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    full = replace(service, services=replace(service.services, store=FullStore(MemoryStore())))
    url = begin(full, anna, len(jpeg))
    assert problem(patch(full, anna, url, 0, jpeg)) == (507, "storage_full")
    assert head(full, anna, url).status_code == 507
    assert count(service, "photos") == 0
    look = head(service, anna, url)
    assert service.get(anna, look.headers["photo-id"])["bytes"] == len(jpeg)


def test_nearly_full_disk_rejects_creation_and_chunks(
    service: PhotosService, anna: Identity, jpeg: bytes
) -> None:
    full = replace(
        service, services=replace(service.services, min_free_bytes=free_bytes(service.services.staging) * 2)
    )
    headers = TUS | {"Upload-Length": str(len(jpeg))}
    assert problem(full.client(anna).post(PATH, headers=headers)) == (507, "storage_full")
    url = begin(service, anna, len(jpeg))
    assert problem(patch(full, anna, url, 0, jpeg)) == (507, "storage_full")
    assert patch(service, anna, url, 0, jpeg).headers["photo-id"]


def test_large_upload_keeps_the_byte_order(service: PhotosService, anna: Identity) -> None:
    buffer = io.BytesIO()
    Image.effect_noise((1200, 900), 80).convert("RGB").save(buffer, "PNG")
    data = buffer.getvalue()
    url = begin(service, anna, len(data))
    for start in range(0, len(data), 700_000):
        answer = patch(service, anna, url, start, data[start : start + 700_000])
    assert service.get(anna, answer.headers["photo-id"])["sha256"] == hashlib.sha256(data).hexdigest()
