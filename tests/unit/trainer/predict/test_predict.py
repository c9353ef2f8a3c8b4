"""Files, folders and patterns become tags; a file that is not an image does not stop the others."""

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from trainer.commands.predict import picture_paths
from trainer.errors import DatasetError
from trainer.predict.picture import write_picture
from trainer.predict.predictor import BATCH, Predictor, as_json_line, as_text_line, find_images
from vignette_shared.errors import ModelError
from vignette_shared.vision.backbone import BackboneSpec
from vignette_shared.vision.head import Dense, Head

LABELS = ("red", "green", "blue")


class MeanColour:
    """A backbone whose embedding is the mean colour; remembers how many it was given at a time."""

    spec = BackboneSpec("cd" * 8, "inception_v3", 96, "centre_square", 3)

    def __init__(self) -> None:
        self.batches: list[int] = []

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.batches.append(len(pixels))
        return np.asarray(pixels.mean(axis=(1, 2)) / 255, np.float32)

    def feature_maps(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return pixels.astype(np.float32)


class Cells(MeanColour):
    """The same at an input where the last map is 8 x 8."""

    spec = BackboneSpec("ef" * 8, "inception_v3", 299, "squash", 3)

    def feature_maps(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        cells = [Image.fromarray(each).resize((8, 8), Image.Resampling.BOX) for each in pixels]
        return np.stack([np.asarray(each, np.float32) / 255 for each in cells])


@pytest.fixture
def predictor() -> Predictor:
    head = Head(
        (Dense(8 * np.eye(3, dtype=np.float32), np.full(3, -4, np.float32)),),
        LABELS,
        np.full(3, 0.5, np.float32),
    )
    return Predictor("v1", MeanColour(), head)


def photo(path: Path, colour: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (120, 90), colour).save(path)
    return path


def test_tags_are_sorted_by_score_and_marked_if_shown(predictor: Predictor, tmp_path: Path) -> None:
    (found,) = predictor.predict([photo(tmp_path / "a.png", "#ff8000")])
    line = as_json_line(found, "v1", 2)
    assert [(tag["label"], tag["over_threshold"]) for tag in line["tags"]] == [("red", True), ("green", True)]
    assert json.loads(json.dumps(line))["model_version"] == "v1"
    assert as_text_line(found, 3).endswith("a.png: red 0.98, green 0.50, (blue 0.02)")


def test_damaged_image_is_reported_among_the_others(predictor: Predictor, tmp_path: Path) -> None:
    damaged = tmp_path / "b.jpg"
    damaged.write_bytes(b"\xff\xd8\xff\xe0 no more")
    images = [
        photo(tmp_path / "a.png", "red"),
        damaged,
        tmp_path / "gone.jpg",
        photo(tmp_path / "c.png", "blue"),
    ]
    found = list(predictor.predict(images))
    assert [each.image for each in found] == images
    assert [each.tags[0].label if each.tags else None for each in found] == ["red", None, None, "blue"]
    assert as_json_line(found[1], "v1")["error"]["code"]
    assert "gone.jpg can't be read" in as_json_line(found[2], "v1")["error"]["detail"]


def test_many_images_go_through_in_batches(predictor: Predictor, tmp_path: Path) -> None:
    other = [photo(tmp_path / f"{i}.png", "green") for i in range(BATCH + 1)]
    assert [each.image for each in predictor.predict(other)] == other
    assert isinstance(predictor.backbone, MeanColour)
    assert predictor.backbone.batches == [BATCH, 1]


def test_folders_and_patterns_yield_only_images(tmp_path: Path) -> None:
    a, b = photo(tmp_path / "in" / "a.png", "red"), photo(tmp_path / "in" / "deep" / "b.jpg", "red")
    damaged = tmp_path / "in" / "damaged.jpg"
    damaged.touch()
    (tmp_path / "in" / "notes.txt").write_text("no image")
    nameless = photo(tmp_path / "x.png", "red").rename(tmp_path / "in" / "nameless")
    assert find_images([str(tmp_path / "in")]) == [a, damaged, b, nameless]
    assert find_images([str(tmp_path / "in" / "*")]) == [a, damaged, nameless]
    assert find_images([str(tmp_path / "in" / "notes.txt"), str(a), str(a)]) == [
        tmp_path / "in" / "notes.txt",
        a,
    ]
    with pytest.raises(DatasetError, match="has no images"):
        find_images([str(tmp_path / "in" / "*.webp")])


def test_picture_shows_photo_heat_map_and_tags(predictor: Predictor, tmp_path: Path) -> None:
    image = photo(tmp_path / "a.png", "red")
    (found,) = predictor.predict([image])
    sizes = {}
    for explained in (False, True):
        out = tmp_path / "out" / f"{explained}.png"
        write_picture(out, predictor, found, 3, explained=explained, label="")
        picture = Image.open(io.BytesIO(out.read_bytes())).convert("RGB")
        assert picture.getpixel((60, 60)) == (255, 0, 0)
        sizes[explained] = picture.width
    assert sizes[True] > sizes[False] + 100
    with pytest.raises(ModelError, match="Use the method windows"):
        write_picture(tmp_path / "no.png", predictor, found, 3, explained=True, method="gradcam")
    with pytest.raises(DatasetError, match="no label 'sea'"):
        write_picture(tmp_path / "no.png", predictor, found, 3, explained=True, label="sea")
    assert not (tmp_path / "no.png").exists()


def test_gradcam_is_the_default_for_large_feature_maps(predictor: Predictor, tmp_path: Path) -> None:
    picture = Image.new("RGB", (120, 120), "blue")
    picture.paste("red", (0, 0, 60, 60))
    picture.save(tmp_path / "a.png")
    large = replace(predictor, backbone=Cells())
    assert isinstance(large.backbone, MeanColour)
    at_once = large.heat(tmp_path / "a.png", "red")
    assert large.backbone.batches == []
    np.testing.assert_array_equal(at_once, large.heat(tmp_path / "a.png", "red", "gradcam"))
    parts = large.heat(tmp_path / "a.png", "red", "windows")
    assert sum(large.backbone.batches) == 36
    for heat in (at_once, parts):
        assert heat[:32, :32].sum() > 0.8 * heat.sum()


def test_pictures_with_the_same_name_get_different_files(tmp_path: Path) -> None:
    images = [Path("a/x.jpg"), Path("b/x.jpg"), Path("b/x.png"), Path("b/y.png")]
    assert [path.name for path in picture_paths(images, tmp_path).values()] == [
        "x.png",
        "x-2.png",
        "x-3.png",
        "y.png",
    ]
    assert picture_paths(images[:1], tmp_path / "one.png") == {images[0]: tmp_path / "one.png"}
    (tmp_path / "one.png").touch()
    with pytest.raises(DatasetError, match="is a file; --out must be a folder for 4 images"):
        picture_paths(images, tmp_path / "one.png")
