"""Archives are read in place, and errors name the file."""

import json
import zipfile
from pathlib import Path

import pytest
from tests.unit.trainer.conftest import jpeg, write_archives

from trainer.dataset import ANNOTATIONS_ZIP, IMAGES_ZIP, image_number, read_annotated, read_mirflickr
from trainer.errors import DatasetError


def test_images_are_sorted_by_number_with_their_labels(archives: Path) -> None:
    dataset = read_mirflickr(archives)
    assert dataset.labels == ("blue", "green", "red")
    assert [image_number(name) for name in dataset.names] == list(range(1, 91))
    assert dataset.targets.sum(axis=0).tolist() == [30, 30, 30]
    assert dataset.targets[0].tolist() == [False, False, True]
    assert dataset.read(dataset.names[0]).startswith(b"\xff\xd8\xff")


def test_numbers_of_absent_images_are_ignored(tmp_path: Path) -> None:
    write_archives(tmp_path, {"im7.jpg": jpeg((1, 2, 3))}, {"sky.txt": "3 7 90000"})
    dataset = read_mirflickr(tmp_path)
    assert dataset.targets.tolist() == [[True]]


def test_names_outside_the_folder_are_not_opened(tmp_path: Path) -> None:
    """Nothing is unpacked, so a zip-slip entry is read like any other and writes nowhere."""
    write_archives(tmp_path, {"../../im7.jpg": jpeg((1, 2, 3))}, {"../sky.txt": "7"})
    dataset = read_mirflickr(tmp_path)
    assert dataset.read(dataset.names[0]).startswith(b"\xff\xd8")
    assert sorted(path.name for path in tmp_path.iterdir()) == [IMAGES_ZIP, ANNOTATIONS_ZIP]


@pytest.mark.parametrize("missing", [IMAGES_ZIP, ANNOTATIONS_ZIP])
def test_a_missing_archive_is_named(archives: Path, missing: str) -> None:
    (archives / missing).unlink()
    with pytest.raises(DatasetError, match=missing):
        read_mirflickr(archives)


@pytest.mark.parametrize("damaged", [IMAGES_ZIP, ANNOTATIONS_ZIP])
def test_truncated_archive_is_named_in_the_error(archives: Path, damaged: str) -> None:
    path = archives / damaged
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(DatasetError, match=damaged):
        read_mirflickr(archives)


def test_a_damaged_member_is_named(archives: Path) -> None:
    path = archives / IMAGES_ZIP
    body = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.infolist()[0]
    body[info.header_offset + 60 + len(info.filename)] ^= 0xFF
    path.write_bytes(bytes(body))
    dataset = read_mirflickr(archives)
    with pytest.raises(DatasetError, match=r"im1\.jpg"):
        dataset.read(dataset.names[0])


@pytest.mark.parametrize(
    ("images", "labels", "said"),
    [
        ({"readme.md": b""}, {"sky.txt": "1"}, "no im<number>.jpg"),
        ({"im1.jpg": b"x"}, {}, "no label files"),
        ({"im1.jpg": b"x"}, {"sky.txt": "one two"}, "not a list of image numbers"),
        ({"im1.jpg": b"x"}, {"sky.txt": "1", "sea.txt": "2"}, "no image has the label 'sea'"),
    ],
)
def test_empty_or_contradictory_archives(
    tmp_path: Path, images: dict[str, bytes], labels: dict[str, str], said: str
) -> None:
    write_archives(tmp_path, images, labels)
    with pytest.raises(DatasetError, match=said):
        read_mirflickr(tmp_path)


def test_annotated_photos(annotated: Path) -> None:
    dataset = read_annotated(annotated, ("blue", "red"))
    assert dataset.names == ("red.jpg", "green.jpg", "blue.jpg")
    assert dataset.targets.tolist() == [[False, True], [False, False], [True, False]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not a list"),
        ('{"image": 1}', "is not a list"),
        ('[{"image": "a.jpg"}]', "annotation"),
        (json.dumps([{"image": "../secret.jpg", "annotation": []}]), "must be inside the folder"),
    ],
)
def test_malformed_annotations(annotated: Path, text: str, said: str) -> None:
    (annotated / "annotations.json").write_text(text)
    with pytest.raises(DatasetError, match=said):
        read_annotated(annotated, ("red",))


def test_an_annotated_photo_that_is_missing_is_named(annotated: Path) -> None:
    (annotated / "red.jpg").unlink()
    dataset = read_annotated(annotated, ("red",))
    with pytest.raises(DatasetError, match=r"red\.jpg"):
        dataset.read("red.jpg")
