"""Every supported annotation format, valid and invalid."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.trainer.conftest import jpeg

from trainer.dataset import MANIFEST, Dataset, open_dataset, read_annotated, read_mirflickr, write_annotations
from trainer.errors import DatasetError

HASH = "ab" * 32
COCO: dict[str, Any] = {
    "images": [{"id": 7, "file_name": "a.jpg"}, {"id": 9, "file_name": "b.jpg"}],
    "categories": [{"id": 1, "name": "dog"}, {"id": 3, "name": "car"}],
    "annotations": [
        {"image_id": 7, "category_id": 3, "bbox": [0, 0, 1, 1]},
        {"image_id": 7, "category_id": 3, "bbox": [2, 2, 1, 1]},
        {"image_id": 9, "category_id": 1, "bbox": [0, 0, 1, 1]},
    ],
}


def as_labels(dataset: Dataset) -> dict[str, list[str]]:
    return {
        name: [label for label, there in zip(dataset.labels, row, strict=True) if there]
        for name, row in zip(dataset.names, dataset.targets, strict=True)
    }


@pytest.mark.parametrize(
    "text",
    [
        "image,car,dog\na.jpg,1,0\nb.jpg,0,1\n",
        "\ufefffilename,car,dog\r\na.jpg,TRUE,\r\nb.jpg,no,yes\r\n",
        "name,labels\na.jpg,car\nb.jpg,dog dog\n",
        'path,tags\na.jpg,"car"\nb.jpg," dog ;"\n',
    ],
)
def test_a_table(tmp_path: Path, text: str) -> None:
    (tmp_path / "labels.csv").write_text(text)
    (tmp_path / "a.jpg").write_bytes(jpeg((1, 2, 3)))
    dataset = open_dataset(tmp_path)
    assert as_labels(dataset) == {"a.jpg": ["car"], "b.jpg": ["dog"]}
    assert dataset.read("a.jpg").startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("picture,car\na.jpg,1\n", "no image column"),
        ("image,car\na.jpg,maybe\n", "line 2: 'car' is 'maybe'"),
        ("image,car\na.jpg,1\na.jpg,0\n", "twice, with different labels"),
        ("image,car\n../a.jpg,1\n", "must be inside the folder"),
        ("image,car\na.jpg,1,1\n", "more values than columns"),
        ("image,car\na.jpg,0\n", "nothing to learn"),
        ("image,car\n", "annotates no image"),
        ("", "no image column"),
    ],
)
def test_invalid_table_is_rejected(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "labels.csv").write_text(text)
    with pytest.raises(DatasetError, match=said):
        open_dataset(tmp_path)


def test_binary_table_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes(b"image,caf\xe9\n")
    with pytest.raises(DatasetError, match="not UTF-8"):
        open_dataset(tmp_path)


def test_coco_instances(tmp_path: Path) -> None:
    (tmp_path / "instances.json").write_text(json.dumps(COCO))
    assert as_labels(open_dataset(tmp_path)) == {"a.jpg": ["car"], "b.jpg": ["dog"]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"annotations": [{"image_id": 8, "category_id": 1}]}, "8 is missing"),
        ({"annotations": [{"image_id": 7, "category_id": 2}]}, "2 is missing"),
        ({"annotations": []}, "nothing to learn"),
        ({"images": [*COCO["images"], {"id": 7, "file_name": "c.jpg"}]}, "twice"),
        ({"categories": [*COCO["categories"], {"id": 4, "name": "dog"}]}, "twice"),
        ({"images": [{"id": 7, "file_name": "/etc/passwd"}]}, "must be inside the folder"),
        ({"images": 3}, "not COCO instances"),
    ],
)
def test_invalid_coco_instances_are_rejected(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    (tmp_path / "instances.json").write_text(json.dumps({**COCO, **change}))
    with pytest.raises(DatasetError, match=said):
        open_dataset(tmp_path)


def row(image: str, split: str, **changes: Any) -> dict[str, Any]:
    members = {"image": image, "sha256": HASH, "labels": {"car": 1.0, "dog": 0.2}, "origin": "someone"}
    return {**members, "split": split, **changes}


def test_exported_snapshot_keeps_splits_and_drops_uncertain_labels(tmp_path: Path) -> None:
    rows = [row("a.jpg", "train"), row("b.jpg", "test", labels={"dog": 0.9}, relevant=["dog"])]
    (tmp_path / MANIFEST).write_text("\n".join(map(json.dumps, rows)))
    dataset = open_dataset(tmp_path)
    assert as_labels(dataset) == {"a.jpg": ["car"], "b.jpg": ["dog"]}
    assert dataset.splits == ("train", "test")
    assert dataset.relevant is not None
    assert dataset.relevant.tolist() == [[False, False], [False, True]]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["{"], "line 1 is not a row"),
        ([json.dumps(row("a.jpg", "train")), "[]"], "line 2 is not a row"),
        ([json.dumps(row("a.jpg", "dev"))], "split is 'dev'"),
        ([json.dumps(row("../a.jpg", "train"))], "outside the dataset"),
        ([json.dumps(row("a.jpg", "train", sha256="12"))], "64 hexadecimal"),
        ([json.dumps(row("a.jpg", "train", labels={"car": 2}))], "weight"),
        ([json.dumps(row("a.jpg", "train")), json.dumps(row("a.jpg", "test"))], "twice"),
        ([], "annotates no image"),
    ],
)
def test_invalid_exported_snapshot_is_rejected(tmp_path: Path, rows: list[str], said: str) -> None:
    (tmp_path / MANIFEST).write_text("\n".join(rows))
    with pytest.raises(DatasetError, match=said):
        open_dataset(tmp_path)


def test_annotations_written_from_the_archives_are_equal(archives: Path) -> None:
    """The stricter labels stay apart, and images come from the archive beside the file."""
    before = read_mirflickr(archives)
    write_annotations(before, archives / "annotations.json")
    after = open_dataset(archives)
    assert as_labels(after) == as_labels(before)
    assert before.relevant is not None
    assert after.relevant is not None
    assert after.relevant.tolist() == before.relevant.tolist()
    assert after.relevant.sum() == 1
    assert after.read(after.names[4]) == before.read(before.names[4])


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([], "annotates no image"),
        ([{"image": "a.jpg", "annotation": []}], "nothing to learn"),
        ([{"image": "a.jpg", "annotation": "car"}], "not a list of labels"),
        (
            [{"image": "a.jpg", "annotation": ["car"]}, {"image": "a.jpg", "annotation": ["dog"]}],
            "twice, with different labels",
        ),
    ],
)
def test_empty_or_contradictory_annotations(tmp_path: Path, entries: list[Any], said: str) -> None:
    (tmp_path / "annotations.json").write_text(json.dumps(entries))
    with pytest.raises(DatasetError, match=said):
        read_annotated(tmp_path)


@pytest.mark.parametrize("name", ["x.csv", "x.json"])
def test_two_files_of_one_format_are_ambiguous(tmp_path: Path, name: str) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}{name}").write_text(json.dumps(COCO))
    with pytest.raises(DatasetError, match="give the path of one of them"):
        open_dataset(tmp_path)


def test_folder_without_a_dataset_lists_supported_formats(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("{}")
    with pytest.raises(DatasetError, match=r"annotations\.json"):
        open_dataset(tmp_path)
    with pytest.raises(DatasetError, match="doesn't exist"):
        open_dataset(tmp_path / "nowhere")
    with pytest.raises(DatasetError, match="not a supported annotation file"):
        open_dataset(tmp_path / "notes.json")
