"""A folder of photos with XMP beside them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.cli.test_xmp import items, xmp

from photos.tags.labels import normalise_label
from vignette.errors import FileTrouble
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


def test_sidecars_of_both_names_and_no_derived_files(library: Path) -> None:
    plan = read_immich_folder(library, visibility="private", folder_albums=True)
    found = {upload.source.name: upload for upload in plan.uploads}
    assert sorted(found) == ["a.JPG", "b.png"]
    assert (found["a.JPG"].description, found["a.JPG"].albums) == ("Noon", ())
    assert (found["b.png"].tags, found["b.png"].albums) == (("città", "sky"), ("Trip to Rome",))
    assert plan.left_aside == {".mov": 1}
    assert (plan.with_sidecar, plan.cut) == (2, 1)


def test_folders_become_albums_only_when_asked_for(library: Path) -> None:
    plan = read_immich_folder(library, visibility="private")
    assert {upload.albums for upload in plan.uploads} == {()}


def test_a_damaged_sidecar_is_told_and_its_photo_taken(library: Path) -> None:
    (library / "library/anna/Trip to Rome/b.XMP").write_bytes(b"<x")
    plan = read_immich_folder(library, visibility="private")
    assert len(plan.uploads) == 2
    assert "b.XMP: it is not well-formed XML" in plan.troubles[0]


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="no such folder"):
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
def test_keywords_are_made_to_fit(keyword: str, label: str) -> None:
    assert fit_label(keyword) == label


@given(st.text(max_size=100))
def test_what_is_made_to_fit_the_server_takes_as_it_is(keyword: str) -> None:
    label = fit_label(keyword)
    assert label == "" or normalise_label(label) == label


def test_as_many_tags_as_an_upload_may_bring() -> None:
    assert len(fit_labels(f"tag {number}" for number in range(80))) == 50
    assert fit_labels(["Sky", "sky", ""]) == ("sky",)
