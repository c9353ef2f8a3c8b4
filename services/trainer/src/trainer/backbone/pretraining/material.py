"""The training data of a backbone: pixels a little larger than its input, and targets for each image."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file

from trainer.backbone.pretraining.config import PretrainConfig
from trainer.dataset import Dataset, image_number
from trainer.errors import DatasetError
from trainer.support.progress import PhaseCallback, no_progress
from vignette_shared.errors import ImageError, StorageFull
from vignette_shared.observability.logs import get_logger
from vignette_shared.vision.backbone import BackboneSpec
from vignette_shared.vision.preprocess import load_pixels

log = get_logger(__name__)

# Stored squares are wider than the input by this factor, which leaves room for random crops.
MARGIN = 1.125


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets of each image.

    Attributes:
        labels: float32[images, labels] in 0..1; no columns if there are no labels.
        embeddings: another network's, float32[images, k], scaled to a deviation of about 1; no columns if
            there are none.
    """

    labels: NDArray[np.float32]
    embeddings: NDArray[np.float32]

    def take(self, rows: NDArray[np.intp]) -> "Targets":
        return Targets(self.labels[rows], self.embeddings[rows])


@dataclass(frozen=True, slots=True)
class Material:
    """The readable images.

    Attributes:
        pixels: uint8[images, side, side, 3], memory-mapped: a large dataset doesn't fit in memory.
        targets: to train on.
        truth: bool[images, labels], to measure against.
        learn, check: row numbers of the train and the validation split.
        seen: row numbers to train on: `learn`, or all.
    """

    pixels: NDArray[np.uint8]
    targets: Targets
    truth: NDArray[np.bool_]
    learn: NDArray[np.intp]
    check: NDArray[np.intp]
    seen: NDArray[np.intp]


def stored_side(config: PretrainConfig) -> int:
    return round(config.input_side * MARGIN)


def store_pixels(
    dataset: Dataset, config: PretrainConfig, path: Path, report: PhaseCallback = no_progress
) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Decode a dataset into one file unless it exists; unreadable images are logged and skipped.

    Returns:
        The mapped pixels, uint8[readable, side, side, 3], and their rows in the dataset.

    Raises:
        DatasetError: no image can be read.
        StorageFull: the disk has no room for the file.
    """
    rows_path = path.with_suffix(".rows.npy")
    if path.is_file() and rows_path.is_file():
        rows_kept = np.load(rows_path)
        return np.load(path, mmap_mode="r")[: len(rows_kept)], rows_kept
    side = stored_side(config)
    spec = BackboneSpec("", "inception_v3", side, config.geometry, 2048)
    shape = (len(dataset.names), side, side, 3)
    temporary = path.with_suffix(".partial")
    out = np.lib.format.open_memmap(temporary, "w+", np.uint8, shape)
    _reserve(temporary)
    rows: list[int] = []
    for row, name in enumerate(dataset.names):
        try:
            out[len(rows)] = load_pixels(dataset.read(name), spec)
            rows.append(row)
        except (ImageError, DatasetError) as error:
            log.warning("image_skipped", image=name, code=error.code, reason=error.detail)
        report("pixels", (row + 1) / len(dataset.names), len(dataset.names))
    if not rows:
        raise DatasetError("No image of the dataset can be read.")
    out.flush()
    # The rows first: `path` under its final name means that both files are complete.
    np.save(rows_path, np.array(rows, np.intp))
    temporary.rename(path)
    return out[: len(rows)], np.array(rows, np.intp)


def _reserve(path: Path) -> None:
    """Allocate the blocks of a sparse file: on a full disk, writing to a mapped hole kills the process."""
    try:
        with path.open("r+b") as stream:
            os.posix_fallocate(stream.fileno(), 0, path.stat().st_size)
    except OSError as error:
        size = path.stat().st_size
        path.unlink(missing_ok=True)
        raise StorageFull(
            f"The disk has no room for the {size:,} bytes of {path}: free some space."
        ) from error


def read_targets(path: Path | None, dataset: Dataset, soft_share: float) -> Targets:
    """Return the targets of a dataset, with another network's embeddings and soft labels.

    Args:
        path: safetensors with `image_number` and `teacher_components`, `soft_labels` or both; the metadata
            names the columns of `soft_labels`. None for the dataset's labels alone.

    Raises:
        DatasetError: the file can't be read, or lacks an image or a label.
    """
    labels = dataset.targets.astype(np.float32)
    if path is None:
        return Targets(labels, np.zeros((len(labels), 0), np.float32))
    try:
        tensors = load_file(path)
        row_of = {int(number): row for row, number in enumerate(tensors["image_number"])}
        rows = [row_of[image_number(name) or 0] for name in dataset.names]
        if "soft_labels" in tensors:
            with safe_open(path, "numpy") as file:
                columns: list[str] = json.loads(file.metadata()["labels"])
            order = [columns.index(label) for label in dataset.labels]
            soft = tensors["soft_labels"].astype(np.float32)[rows][:, order]
            labels += np.float32(soft_share) * (soft - labels)
    except (OSError, SafetensorError, KeyError, ValueError, TypeError) as error:
        raise DatasetError(f"{path} does not hold targets for this dataset: {error}.") from error
    embeddings = tensors.get("teacher_components", np.zeros((len(tensors["image_number"]), 0)))
    return Targets(labels, embeddings.astype(np.float32)[rows])


def draw_batch(
    pixels: NDArray[np.uint8], rows: NDArray[np.intp], config: PretrainConfig, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Return augmented images, uint8[rows, N, N, 3]: randomly cropped, flipped and recoloured.

    Scaled with the filter that serving uses, to get the same sharpness.
    """
    side, stored = config.input_side, pixels.shape[1]
    batch = np.empty((len(rows), side, side, 3), np.uint8)
    for place, row in enumerate(rows):
        edge = stored * rng.uniform(config.smallest_crop, 1)
        left, top = rng.uniform(0, stored - edge, 2)
        image = Image.fromarray(np.asarray(pixels[row]))
        # One call crops and scales, because `box` takes fractions of a pixel.
        cut = image.resize((side, side), Image.Resampling.BILINEAR, box=(left, top, left + edge, top + edge))
        batch[place] = np.asarray(cut)
    flipped = rng.random(len(rows)) < 0.5
    batch[flipped] = batch[flipped, :, ::-1]
    return _recolour(batch, config.colour, rng)


def centre(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return the whole squares at the network's input size, as in serving."""
    return np.stack(
        [
            np.asarray(Image.fromarray(np.asarray(each)).resize((side, side), Image.Resampling.BILINEAR))
            for each in pixels
        ]
    )


def _recolour(batch: NDArray[np.uint8], most: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Change each image's brightness, contrast and saturation by random factors of 1 ± `most`."""
    if not most:
        return batch
    brightness, contrast, saturation = rng.uniform(1 - most, 1 + most, (3, len(batch), 1, 1, 1)).astype(
        np.float32
    )
    colours = batch.astype(np.float32) * brightness
    grey = colours.mean(axis=3, keepdims=True)
    colours = grey + (colours - grey) * saturation
    mean = grey.mean(axis=(1, 2), keepdims=True)
    colours = mean + (colours - mean) * contrast
    return np.asarray(np.clip(np.round(colours), 0, 255), np.uint8)
