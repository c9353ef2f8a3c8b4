"""One conformance suite over every kind of blob store."""

import logging
import os
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.support.patience import WAIT_S

from vignette_shared.errors import BlobMissing, SettingsError, StorageError, StorageFull
from vignette_shared.storage import CHUNK, BlobStore, open_store


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """An S3 server on loopback."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - half a second that only S3 tests pay

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["file", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BlobStore:
    if request.param == "file":
        return open_store((tmp_path / "blobs with space").as_uri())
    if request.param == "memory":
        return open_store("memory://")
    endpoint: str = request.getfixturevalue("s3_server")
    bucket = f"b{uuid.uuid4().hex}"
    httpx.put(f"{endpoint}/{bucket}", timeout=WAIT_S).raise_for_status()
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    return open_store(f"s3://{bucket}/prefix")


def test_put_and_get_round_trip(store: BlobStore) -> None:
    data = os.urandom(3 * CHUNK + 17)
    assert store.put("a/b/c.bin", data) is True
    assert store.get("a/b/c.bin") == data
    assert store.size("a/b/c.bin") == len(data)


def test_file_larger_than_a_part_is_stored_completely(store: BlobStore, tmp_path: Path) -> None:
    source = tmp_path / "large"
    source.write_bytes(os.urandom(12 * 1024 * 1024))
    assert store.put("large", source) is True
    assert b"".join(store.read("large")) == source.read_bytes()


@pytest.mark.parametrize("size", [0, 1000, 12 * 1024 * 1024])
def test_open_file_is_rewound_before_it_is_stored(store: BlobStore, size: int) -> None:
    data = os.urandom(size)
    with tempfile.SpooledTemporaryFile(max_size=2000) as spooled:
        spooled.write(data)
        assert store.put("spooled", spooled) is True
        assert store.put("spooled", spooled) is False
    assert store.get("spooled") == data


def test_put_keeps_an_existing_blob(store: BlobStore) -> None:
    store.put("key", b"first")
    assert store.put("key", b"second") is False
    assert store.get("key") == b"first"


def test_put_with_replace_overwrites(store: BlobStore) -> None:
    store.put("key", b"first")
    assert store.put("key", b"second", replace=True) is True
    assert store.get("key") == b"second"


@pytest.mark.parametrize(("start", "end"), [(0, 1), (5, CHUNK + 5), (CHUNK, None), (10, 10), (0, 10**9)])
def test_ranges_are_exact(store: BlobStore, start: int, end: int | None) -> None:
    data = os.urandom(2 * CHUNK + 3)
    store.put("key", data)
    assert b"".join(store.read("key", start, end)) == data[start:end]


def test_empty_blob_can_be_stored(store: BlobStore) -> None:
    store.put("empty", b"")
    assert (store.get("empty"), store.size("empty"), list(store.read("empty"))) == (b"", 0, [])


def test_list_is_sorted_and_limited_to_the_folder(store: BlobStore) -> None:
    for key in ("p/b", "p/a/c", "px/d", "q"):
        store.put(key, b"")
    assert list(store.list("p")) == ["p/a/c", "p/b"]
    assert list(store.list("nothing")) == []


def test_list_modified_before_compares_modification_times(store: BlobStore) -> None:
    store.put("p/old", b"")
    assert list(store.list_modified_before("p", datetime.now(UTC) + timedelta(minutes=1))) == ["p/old"]
    assert list(store.list_modified_before("p", datetime.now(UTC) - timedelta(minutes=1))) == []


def test_missing_blob_raises_blob_missing(store: BlobStore) -> None:
    assert store.size("gone") is None
    store.delete("gone")
    with pytest.raises(BlobMissing, match="gone"):
        store.get("gone")
    with pytest.raises(BlobMissing, match="gone"):
        store.read("gone")


def test_delete_removes_the_blob_and_ignores_missing_ones(store: BlobStore) -> None:
    store.put("key", b"data")
    store.delete("key")
    assert store.size("key") is None


@pytest.mark.parametrize("key", ["", "../up", "a/../b", "/root", "a//b", "a/", ".hidden", "a b", "ü"])
def test_keys_that_could_escape_the_store_are_rejected(store: BlobStore, key: str) -> None:
    with pytest.raises(StorageError, match="is invalid"):
        store.put(key, b"")


def test_unknown_scheme_error_lists_the_supported_ones() -> None:
    with pytest.raises(SettingsError, match="s3://"):
        open_store("ftp://host/x")


def test_folder_that_cannot_be_created_is_named_in_the_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="file/blobs"):
        open_store((tmp_path / "file" / "blobs").as_uri())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux' /dev/full")
def test_full_disk_raises_storage_full(tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("needs root to mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.system(f"mount -t tmpfs -o size=1m tmpfs '{disk}'") != 0:  # noqa: S605
        pytest.skip("this machine allows no mounts")
    try:
        store = open_store((disk / "blobs").as_uri())
        with pytest.raises(StorageFull):
            store.put("big", os.urandom(2 * 1024 * 1024))
        assert store.size("big") is None
    finally:
        os.system(f"umount '{disk}'")  # noqa: S605
