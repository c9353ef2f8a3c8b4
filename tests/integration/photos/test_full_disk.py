"""A disk that runs full in the middle of an upload: 507, and nothing half-written stays."""

import io
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from tests.support.photos import House

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
def test_an_upload_that_does_not_fit(
    house: House, anna: Identity, tiny_disk: Path, large: bytes, jpeg: bytes, full: str
) -> None:
    assert len(large) > 300_000
    services = house.services
    changed = (
        replace(services, staging=tiny_disk)
        if full == "staging"
        else replace(services, store=open_store(f"file://{tiny_disk}"))
    )
    small_house = replace(house, services=changed)
    answer = small_house.client(anna).post("/api/v1/photos", files={"file": ("large.png", large)})
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert files_in(tiny_disk) == []
    assert files_in(services.staging) == []
    assert small_house.post(anna, jpeg)["status"] == "pending"
