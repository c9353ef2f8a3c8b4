"""Folders of photos with XMP sidecars."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.cli.test_xmp import items, xmp

from photos.tags.labels import normalise_label
from vignette.errors import FileError
from vignette.importers.immich import read_immich_folder
from vignette.labels import fit_label, fit_labels


@pytest.fixture
def library(tmp_path: Path) -> Path:
    root = tmp_path / "upload-location"
    for name in (
        "library/anna/2024/2024-05-01/a.JPG",
        "library/anna/Trip to Rome/b.png",
        "library/anna/Trip to Rome/film.mov",
        "thumbs/x/t.webp",
        "encoded-video/x/v.mp4",
        "profile/x/me.jpg",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    folder = root / "library/anna"
    (folder / "2024/2024-05-01/a.JPG.xmp").write_bytes(
        xmp(f"<dc:description>{items('Alt', 'Noon')}</dc:description>")
    )
    (folder / "Trip to Rome/b.XMP").write_bytes(
        xmp(f"<dc:subject>{items('Bag', 'Città!', 'Sky')}</dc:subject>")
    )
    return root


def test_both_sidecar_names_are_read_and_generated_files_ignored(library: Path) -> None:
    plan = read_immich_folder(library, visibility="private", folder_albums=True)
    found = {upload.source.name: upload for upload in plan.uploads}
    assert sorted(found) == ["a.JPG", "b.png"]
    assert (found["a.JPG"].description, found["a.JPG"].albums) == ("Noon", ())
    assert (found["b.png"].tags, found["b.png"].albums) == (("città", "sky"), ("Trip to Rome",))
    assert plan.ignored == {".mov": 1}
    assert (plan.with_sidecar, plan.cut) == (2, 1)


def test_folders_become_albums_only_on_request(library: Path) -> None:
    plan = read_immich_folder(library, visibility="private")
    assert {upload.albums for upload in plan.uploads} == {()}


def test_photo_with_damaged_sidecar_is_imported(library: Path) -> None:
    (library / "library/anna/Trip to Rome/b.XMP").write_bytes(b"<x")
    plan = read_immich_folder(library, visibility="private")
    assert len(plan.uploads) == 2
    assert "b.XMP: the sidecar is not well-formed XML" in plan.errors[0]


def test_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such folder"):
        read_immich_folder(tmp_path / "x", visibility=None)


@pytest.mark.parametrize(
    ("keyword", "label"),
    [
        ("Rock & Roll", "rock roll"),
        ("  Łódź ", "łódź"),
        ("a,b", "a b"),
        ("ﬁne", "fine"),
        ("\u0301x", "x"),
        ("★", ""),
        ("x" * 80, "x" * 64),
        ("New-York_1", "new-york_1"),
    ],
)
def test_keyword_becomes_a_valid_label(keyword: str, label: str) -> None:
    assert fit_label(keyword) == label


@given(st.text(max_size=100))
def test_fitted_label_is_accepted_by_the_server(keyword: str) -> None:
    label = fit_label(keyword)
    assert label == "" or normalise_label(label) == label


def test_tags_are_limited_per_upload() -> None:
    assert len(fit_labels(f"tag {number}" for number in range(80))) == 50
    assert fit_labels(["Sky", "sky", ""]) == ("sky",)
