"""Untrusted archives write nothing outside the folder, nothing twice, and no partial file."""

import stat
import zipfile
from pathlib import Path

import pytest

from trainer.dataset.unpacking import damage_of, unpack
from trainer.errors import DatasetError


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("photos/", b"")
        file.writestr("photos/a.jpg", b"a" * 5000)
        file.writestr("photos/b.jpg", b"b" * 7000)
    return path


def test_unpacked_once(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    seen: list[tuple[int, int | None]] = []
    assert unpack(archive, out, lambda done, total: seen.append((done, total))) == 2
    assert seen == [(5000, 12000), (12000, 12000)]
    assert (out / "photos" / "b.jpg").read_bytes() == b"b" * 7000
    (out / "photos" / "a.jpg").write_bytes(b"cut")
    assert unpack(archive, out) == 1
    assert (out / "photos" / "a.jpg").read_bytes() == b"a" * 5000
    assert sorted(path.name for path in (out / "photos").iterdir()) == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize("name", ["../evil.txt", "/evil.txt", "photos/../../evil.txt", "..\\evil.txt"])
def test_archive_entry_outside_the_folder_is_rejected(archive: Path, tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(name, b"evil")
    with pytest.raises(DatasetError, match="outside its folder"):
        unpack(archive, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == [archive.name]


def test_archive_with_a_link_is_rejected(archive: Path, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(link, "/etc/passwd")
    with pytest.raises(DatasetError, match="holds the link"):
        unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_decompression_bomb_stops_unpacking(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as file, file.open("bomb", "w") as member:
        for _ in range(101):
            member.write(bytes(1024 * 1024))
    with pytest.raises(DatasetError, match="larger than 100 MiB"):
        unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_damage_is_detected_and_leaves_no_partial_file(archive: Path, tmp_path: Path) -> None:
    assert damage_of(archive) == ""
    body = archive.read_bytes()
    with zipfile.ZipFile(archive) as file:
        start = file.getinfo("photos/a.jpg").header_offset
    archive.write_bytes(body[: start + 50] + bytes([body[start + 50] ^ 0xFF]) + body[start + 51 :])
    assert damage_of(archive)
    with pytest.raises(DatasetError, match="is damaged"):
        unpack(archive, tmp_path / "out")
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]


def test_truncated_archive_is_damaged(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-40])
    assert "truncated" in damage_of(archive)


def test_a_folder_that_is_a_file_is_named(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(DatasetError, match="can't be unpacked"):
        unpack(archive, tmp_path / "out")
