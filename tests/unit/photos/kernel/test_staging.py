"""An interrupted upload leaves no staged file."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from photos.kernel.staging import StagingFile, local_copy, open_folder
from vignette_shared.errors import BlobMissing, SettingsError, StorageFull, TooLarge
from vignette_shared.storage import free_bytes, open_store


def test_staged_file_is_hashed_counted_and_removed(tmp_path: Path) -> None:
    with StagingFile(tmp_path, limit=10, min_free_bytes=0) as staging:
        staging.write(b"hello ")
        staging.write(b"lake")
        file = staging.complete()
        assert file.path.read_bytes() == b"hello lake"
    assert file.sha256 == hashlib.sha256(b"hello lake").hexdigest()
    assert file.bytes == 10
    assert list(tmp_path.iterdir()) == []


def test_one_byte_over_the_limit_is_rejected_and_removed(tmp_path: Path) -> None:
    with pytest.raises(TooLarge), StagingFile(tmp_path, limit=10, min_free_bytes=0) as staging:
        staging.write(b"x" * 11)
    assert list(tmp_path.iterdir()) == []


def test_nearly_full_disk_rejects_upload(tmp_path: Path) -> None:
    more = free_bytes(tmp_path) * 2
    with pytest.raises(StorageFull), StagingFile(tmp_path, limit=10, min_free_bytes=more) as staging:
        staging.write(b"x")


def test_abandoned_files_are_removed_and_active_ones_stay(tmp_path: Path) -> None:
    old, new, others = tmp_path / "upload-old", tmp_path / "upload-new", tmp_path / "tmp-gateway"
    folder = tmp_path / "upload-workspace"
    folder.mkdir()
    for file in (old, new, others, folder / "original"):
        file.write_bytes(b"x")
    day = (datetime.now(UTC) - timedelta(days=1)).timestamp()
    for path in (old, others, folder):
        os.utime(path, (day, day))
    open_folder(tmp_path, datetime.now(UTC))
    assert {path.name for path in tmp_path.iterdir()} == {"upload-new", "tmp-gateway"}


def test_unusable_staging_folder_is_a_settings_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SettingsError, match="staging"):
        open_folder(tmp_path / "file" / "staging", datetime.now(UTC))


def test_local_copy_is_removed_after_use(tmp_path: Path) -> None:
    store = open_store("memory://")
    store.put("a/b", b"bytes")
    with local_copy(store, "a/b", tmp_path) as (source, results):
        assert source.read_bytes() == b"bytes"
        assert list(results.iterdir()) == []
    with pytest.raises(BlobMissing), local_copy(store, "a/c", tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []
