"""A disk that fills up during an upload: 507, and no partial file remains."""

import io
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from tests.support.photos.service import PhotosService
from tests.support.problems import problem

from vignette_shared.contracts.identity import Identity
from vignette_shared.storage import open_store

pytestmark = pytest.mark.integration


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KiB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("this system lets nobody mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def large() -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((700, 500), 80).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("full", ["staging", "blobs"])
def test_upload_on_a_full_disk_is_rejected(
    service: PhotosService, anna: Identity, tiny_disk: Path, large: bytes, jpeg: bytes, full: str
) -> None:
    assert len(large) > 300_000
    services = service.services
    changed = (
        replace(services, staging=tiny_disk)
        if full == "staging"
        else replace(services, store=open_store(f"file://{tiny_disk}"))
    )
    small_service = replace(service, services=changed)
    answer = small_service.client(anna).post("/api/v1/photos", files={"file": ("large.png", large)})
    assert problem(answer) == (507, "storage_full")
    assert files_in(tiny_disk) == []
    assert files_in(services.staging) == []
    assert small_service.post(anna, jpeg)["status"] == "pending"


def test_resumable_upload_continues_once_space_is_free(
    service: PhotosService, anna: Identity, tiny_disk: Path, large: bytes
) -> None:
    """The disk fills in the middle of a PATCH: what fitted counts, and none of it is a photo."""
    filler = tiny_disk / "filler"
    filler.write_bytes(b"x" * 200_000)
    small = replace(service, services=replace(service.services, staging=tiny_disk))
    client, tus = small.client(anna), {"Tus-Resumable": "1.0.0"}
    data = large[:240_000]
    created = client.post("/api/v1/uploads", headers=tus | {"Upload-Length": str(len(data))})
    assert problem(created) == (507, "storage_full")
    filler.unlink()
    url = client.post("/api/v1/uploads", headers=tus | {"Upload-Length": str(len(data))}).headers["location"]
    filler.write_bytes(b"x" * 200_000)
    tus_headers = tus | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    full = client.patch(url, content=data, headers=tus_headers)
    assert problem(full) == (507, "storage_full")
    filler.unlink()
    offset = int(client.head(url, headers=tus).headers["upload-offset"])
    assert files_in(tiny_disk)[0].read_bytes() == data[:offset]
    assert 0 <= offset < len(data)
    rest = client.patch(url, content=data[offset:], headers=tus_headers | {"Upload-Offset": str(offset)})
    assert problem(rest) == (422, "truncated_image"), "all of it came, and it is cut"
    assert files_in(tiny_disk) == []
