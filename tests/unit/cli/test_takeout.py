"""Google Takeout, as archives and as folders."""

import hashlib
import json
import zipfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.support.cli.fake_server import FakeSite

from vignette.errors import FileError
from vignette.importers.details import Plan
from vignette.importers.takeout import read_takeout
from vignette.uploads.upload import Upload
from vignette.uploads.uploader import Uploader

ROOT = "Takeout/Google Photos"


def sidecar(title: str = "IMG_1.jpg", **more: Any) -> str:
    values = {
        "title": title,
        "description": "",
        "photoTakenTime": {"timestamp": "1557000000", "formatted": "04.05.2019"},
        "geoData": {"latitude": 0.0, "longitude": 0.0},
        **more,
    }
    return json.dumps(values, ensure_ascii=False)


def packed(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def unpacked(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder / "Takeout"


def plan_of(*paths: Path, **options: Any) -> Plan:
    with ExitStack() as archives:
        return read_takeout(paths, archives, visibility="private", **options)


def named(plan: Plan, name: str) -> list[Upload]:
    return [upload for upload in plan.uploads if upload.source.name == name]


FILES: dict[str, str | bytes] = {
    f"{ROOT}/Photos from 2019/IMG_1.jpg": b"one",
    f"{ROOT}/Photos from 2019/IMG_1.jpg.supplemental-metadata.json": sidecar(
        description="Am See", geoData={"latitude": 48.1, "longitude": 11.5}, people=[{"name": "Änne B."}]
    ),
    f"{ROOT}/Photos from 2019/metadata.json": json.dumps({"title": "Photos from 2019"}),
    f"{ROOT}/Summer in Łódź/IMG_1.jpg": b"one",
    f"{ROOT}/Summer in Łódź/Metadaten.json": json.dumps({"title": "Summer in Łódź!", "access": "protected"}),
    f"{ROOT}/Summer in Łódź/film.mp4": b"film",
    f"{ROOT}/Bin/old.jpg": b"old",
    f"{ROOT}/Bin/old.jpg.json": sidecar("old.jpg", trashed=True),
    "Takeout/archive_browser.html": "<html>",
}


@pytest.mark.parametrize("form", ["zip", "folder", "two zips", "zip in a folder"])
def test_archives_and_folders_give_the_same_plan(tmp_path: Path, form: str) -> None:
    if form == "folder":
        paths = [unpacked(tmp_path, FILES)]
    elif form == "two zips":
        # Google cuts by size: a photo in one archive, its sidecar in the next.
        photos = {name: data for name, data in FILES.items() if name.endswith(".jpg")}
        rest = {name: data for name, data in FILES.items() if name not in photos}
        paths = [packed(tmp_path / "1.zip", photos), packed(tmp_path / "2.zip", rest)]
    else:
        packed(tmp_path / "all.zip", FILES)
        paths = [tmp_path / "all.zip"] if form == "zip" else [tmp_path]
    plan = plan_of(*paths)
    assert sorted((upload.source.name, upload.albums) for upload in plan.uploads) == [
        ("IMG_1.jpg", ()),
        ("IMG_1.jpg", ("Summer in Łódź!",)),
    ]
    assert sorted(upload.description for upload in plan.uploads) == ["", "Am See"]
    assert {upload.title for upload in plan.uploads} == {""}, "a file's name is no title"
    assert (plan.trashed, plan.dated, plan.placed) == (1, 1, 1)
    assert plan.ignored == {".mp4": 1, ".html": 1}
    assert plan.errors == []


def test_people_become_tags_only_on_request(tmp_path: Path) -> None:
    path = unpacked(tmp_path, FILES)
    assert {upload.tags for upload in plan_of(path).uploads} == {()}
    assert {upload.tags for upload in plan_of(path, people=True).uploads} == {(), ("änne b",)}


@pytest.mark.parametrize(
    "folder", ["Photos from 2019", "Fotos von 2019", "Photos de 2019", "Foto's uit 2019", "2019 年の写真"]
)
def test_year_folders_are_not_albums(tmp_path: Path, folder: str) -> None:
    files: dict[str, str | bytes] = {
        f"{ROOT}/{folder}/a.jpg": b"a",
        f"{ROOT}/{folder}/metadata.json": json.dumps({"title": folder}),
    }
    assert plan_of(unpacked(tmp_path, files)).uploads[0].albums == ()


def test_album_title_may_end_in_a_year(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"{ROOT}/Norway 2019/a.jpg": b"a",
        f"{ROOT}/Norway 2019/metadata.json": json.dumps({"albumData": {"title": "Norway 2019"}}),
    }
    assert plan_of(unpacked(tmp_path, files)).uploads[0].albums == ("Norway 2019",)


def test_renamed_photo_matches_by_the_sidecar_title(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"{ROOT}/A/what & why_.jpg": b"a",
        f"{ROOT}/A/something else.json": sidecar("what & why_.jpg", description="Found"),
    }
    assert plan_of(unpacked(tmp_path, files)).uploads[0].description == "Found"


def test_title_does_not_claim_another_photos_sidecar(tmp_path: Path) -> None:
    """Both sidecars name `a.jpg`; the existing one belongs to the second photo of that name."""
    files: dict[str, str | bytes] = {
        f"{ROOT}/A/a.jpg": b"a",
        f"{ROOT}/A/a(1).jpg": b"b",
        f"{ROOT}/A/a.jpg(1).json": sidecar("a.jpg", description="The second"),
    }
    plan = plan_of(unpacked(tmp_path, files))
    assert {upload.source.name: upload.description for upload in plan.uploads} == {
        "a.jpg": "",
        "a(1).jpg": "The second",
    }


def test_macos_metadata_is_ignored(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"{ROOT}/A/._a.jpg": b"x",
        f"__MACOSX/{ROOT}/A/._a.jpg": b"x",
        f"{ROOT}/A/a.jpg": b"a",
    }
    assert len(plan_of(packed(tmp_path / "t.zip", files)).uploads) == 1


@pytest.mark.parametrize("damage", ["{", "[]", "null", '"x"', "[" * 100_000, "\udcff"])
def test_photo_with_damaged_sidecar_is_imported_without_metadata(tmp_path: Path, damage: str) -> None:
    data = damage.encode("utf-8", "surrogateescape")
    files: dict[str, str | bytes] = {f"{ROOT}/A/a.jpg": b"a", f"{ROOT}/A/a.jpg.json": data}
    plan = plan_of(unpacked(tmp_path, files))
    assert len(plan.uploads) == 1
    assert len(plan.errors) == 1
    assert "a.jpg.json" in plan.errors[0]


def test_fields_of_wrong_types_are_ignored(tmp_path: Path) -> None:
    wrong = {"title": 5, "description": [], "photoTakenTime": "x", "geoData": None, "people": {"name": 1}}
    files: dict[str, str | bytes] = {f"{ROOT}/A/a.jpg": b"a", f"{ROOT}/A/a.jpg.json": json.dumps(wrong)}
    plan = plan_of(unpacked(tmp_path, files))
    assert (plan.uploads[0].title, plan.uploads[0].description, plan.with_sidecar) == ("", "", 1)


def test_lone_surrogate_is_replaced(tmp_path: Path, uploader: Uploader) -> None:
    text = sidecar("a.jpg").replace('"description": ""', '"description": "x\\ud800y"')
    files: dict[str, str | bytes] = {f"{ROOT}/A/a.jpg": b"a", f"{ROOT}/A/a.jpg.json": text}
    plan = plan_of(unpacked(tmp_path, files))
    assert plan.uploads[0].description == "x?y"
    assert uploader.run(plan.uploads)[0].status == "uploaded"


def test_unreadable_archive_is_an_error(tmp_path: Path) -> None:
    broken = tmp_path / "takeout.zip"
    broken.write_bytes(b"PK not really")
    with pytest.raises(FileError, match="not a readable archive"):
        plan_of(broken)
    with pytest.raises(FileError, match="no such file"):
        plan_of(tmp_path / "nothing.zip")


def test_damaged_member_fails_alone(tmp_path: Path, server: FakeSite, uploader: Uploader) -> None:
    path = packed(tmp_path / "t.zip", {f"{ROOT}/A/a.jpg": b"a" * 1000, f"{ROOT}/A/b.jpg": b"b"})
    data = bytearray(path.read_bytes())
    start = data.index(b"a.jpg") + len(b"a.jpg")
    data[start : start + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(bytes(data))
    with ExitStack() as archives:
        plan = read_takeout([path], archives, visibility="private")
        outcomes = {outcome.file[-5:]: outcome for outcome in uploader.run(plan.uploads)}
    assert (outcomes["a.jpg"].status, outcomes["b.jpg"].status) == ("failed", "uploaded")
    assert "can't be read from its archive" in str(outcomes["a.jpg"].detail)


def test_member_names_are_never_used_as_paths(tmp_path: Path, server: FakeSite, uploader: Uploader) -> None:
    path = packed(tmp_path / "t.zip", {"../../evil.jpg": b"a", "/etc/evil.jpg": b"b"})
    before = sorted(tmp_path.rglob("*"))
    with ExitStack() as archives:
        plan = read_takeout([path], archives, visibility="private")
        assert {outcome.status for outcome in uploader.run(plan.uploads)} == {"uploaded"}
    assert sorted(tmp_path.rglob("*")) == before


def test_import_is_idempotent(tmp_path: Path, server: FakeSite, uploader: Uploader) -> None:
    """A photo in two folders is stored once: private, in its album, with its description."""
    path = packed(tmp_path / "t.zip", FILES)
    for _ in range(2):
        with ExitStack() as archives:
            plan = read_takeout([path], archives, visibility="private")
            uploader.run(plan.uploads)
    (photo,) = server.photos.values()
    assert photo["sha256"] == hashlib.sha256(b"one").hexdigest()
    assert (photo["description"], photo["visibility"]) == ("Am See", "private")
    (album,) = server.albums.values()
    assert album["title"] == "Summer in Łódź!"
    assert server.members[album["id"]] == {photo["id"]}
    assert len(server.asked_for("POST", "/photos")) == 1
