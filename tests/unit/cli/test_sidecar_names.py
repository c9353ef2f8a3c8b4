"""Sidecar names seen in real takeouts."""

import pytest

from vignette.importers.sidecar_names import LONGEST, SUPPLEMENT, SidecarNames


@pytest.mark.parametrize(
    ("photo", "sidecar"),
    [
        ("IMG_1.jpg", "IMG_1.jpg.json"),
        ("IMG_1.jpg", "IMG_1.jpg.supplemental-metadata.json"),
        ("IMG_1.jpg", "IMG_1.jpg.supplemental-meta.json"),
        ("IMG_1.jpg", "IMG_1.jpg.s.json"),
        ("IMG_1.jpg", "IMG_1.jpg..json"),
        ("IMG_1.jpg", "IMG_1.json"),
        ("IMG_1(1).jpg", "IMG_1.jpg(1).json"),
        ("IMG_1(1).jpg", "IMG_1(1).jpg.json"),
        ("IMG_1(12).jpg", "IMG_1.jpg.supplemental-metadata(12).json"),
        ("IMG_1(1).jpg", "IMG_1.jpg.supplemen(1).json"),
        ("IMG_1-edited.jpg", "IMG_1.jpg.json"),
        ("IMG_1-edited(1).jpg", "IMG_1.jpg(1).json"),
        ("IMG_1(1)-edited.jpg", "IMG_1.jpg(1).json"),
        ("IMG_1-bearbeitet.jpg", "IMG_1.jpg.supplemental-metadata.json"),
        ("IMG_1-編集済み.jpg", "IMG_1.jpg.json"),
        ("IMG_1-modifié.jpg", "IMG_1.jpg.json"),
        ("IMG_1-EFFECTS.jpg", "IMG_1.jpg.json"),
        ("PXL_20230514_093012345.PORTRAIT.jpg", "PXL_20230514_093012345.PORTRAIT.jpg.supplement.json"),
        (
            "a-name-that-goes-on-and-on-for-more-than-46-c.jpg",
            "a-name-that-goes-on-and-on-for-more-than-46-c..json",
        ),
        (
            "screenshot_of_something_with_a_very_long_name_x.png",
            "screenshot_of_something_with_a_very_long_name_.json",
        ),
        ("IMG_1.HEIC", "IMG_1.HEIC.supplemental-metadata.json"),
        ("im (2).jpg", "im .jpg(2).json"),
    ],
)
def test_photo_finds_its_sidecar(photo: str, sidecar: str) -> None:
    others = ("metadata.json", "IMG_2.jpg.json", "IMG_12.jpg.supplemental-metadata.json", "IMG_1.png.json")
    assert SidecarNames((*others, sidecar)).find(photo) == sidecar


@pytest.mark.parametrize(
    ("photo", "others"),
    [
        ("IMG_1.jpg", ["IMG_1.jpg(1).json"]),
        ("IMG_1(1).jpg", ["IMG_1.jpg.json"]),
        ("IMG_1(2).jpg", ["IMG_1.jpg(1).json", "IMG_1.jpg.supplemental-metadata(12).json"]),
        ("IMG_1.jpg", ["IMG_12.jpg.json", "IMG_1.jpeg.json", "IMG_.json"]),
        ("IMG_1.jpg", ["IMG_1.jpg.supplemental-letter.json"]),
        ("IMG_1-holiday.jpg", ["IMG_1.jpg.json"]),
        ("IMG_1.jpg", []),
    ],
)
def test_sidecar_of_another_photo_is_ignored(photo: str, others: list[str]) -> None:
    assert SidecarNames(others).find(photo) is None


def test_own_sidecar_precedes_that_of_the_original() -> None:
    names = SidecarNames(["IMG_1.jpg.json", "IMG_1-edited.jpg.json"])
    assert names.find("IMG_1-edited.jpg") == "IMG_1-edited.jpg.json"


def test_photos_of_equal_name_keep_their_sidecars() -> None:
    names = SidecarNames(["IMG_1.jpg.json", "IMG_1.jpg(1).json", "IMG_1.jpg.supplemental-metadata(2).json"])
    found = [names.find(name) for name in ("IMG_1.jpg", "IMG_1(1).jpg", "IMG_1(2).jpg")]
    assert found == ["IMG_1.jpg.json", "IMG_1.jpg(1).json", "IMG_1.jpg.supplemental-metadata(2).json"]


@pytest.mark.parametrize("length", range(5, 60))
def test_truncated_sidecar_name_is_matched(length: int) -> None:
    photo = "x" * (length - 4) + ".jpg"
    sidecar = (photo + SUPPLEMENT)[:LONGEST] + ".json"
    assert SidecarNames([sidecar]).find(photo) == sidecar
