"""Predict the tags of image files with a published version, without TensorFlow or the website."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.errors import DatasetError
from trainer.release.versions import resolve
from vignette_shared.errors import ImageError, VignetteError
from vignette_shared.imaging import open_upright_rgb, sniff
from vignette_shared.imaging.sniffing import HEAD_BYTES
from vignette_shared.registry import Registry
from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.explain import Method, explain_label
from vignette_shared.vision.head import Head
from vignette_shared.vision.loading import RuntimeOptions, load_backbone, load_head
from vignette_shared.vision.preprocess import load_pixels

# Large enough to occupy the cores, small enough that results appear steadily.
BATCH = 16
_GLOB = frozenset("*?[")
_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".heic", ".heif", ".avif"})


@dataclass(frozen=True, slots=True)
class Tag:
    """`score` in 0..1."""

    label: str
    score: float
    over_threshold: bool


@dataclass(frozen=True, slots=True)
class Prediction:
    """An image's tags by falling score, or the `error` that prevented reading it."""

    image: Path
    tags: tuple[Tag, ...] = ()
    error: VignetteError | None = None


@dataclass(frozen=True, slots=True)
class Predictor:
    """A loaded version."""

    version: str
    backbone: Backbone
    head: Head

    @classmethod
    def load(cls, registry: Registry, name: str) -> "Predictor":
        """Load a version by its name or alias; raises `ModelError`, `StorageError`."""
        manifest = registry.model(resolve(registry, name))
        backbone = load_backbone(registry, manifest.backbone, RuntimeOptions())
        return cls(manifest.version, backbone, load_head(registry, manifest))

    def predict(self, images: Iterable[Path]) -> Iterator[Prediction]:
        """Yield the predictions in the order of the images, which are embedded in batches."""
        remaining = iter(images)
        while batch := list(islice(remaining, BATCH)):
            yield from self._predict(batch)

    def _predict(self, images: Sequence[Path]) -> Iterator[Prediction]:
        pixels: dict[Path, NDArray[np.uint8]] = {}
        errors: dict[Path, VignetteError] = {}
        for image in images:
            try:
                pixels[image] = load_pixels(image, self.backbone.spec)
            except ImageError as error:
                errors[image] = error
            except OSError as error:
                errors[image] = DatasetError(f"{image} can't be read: {error.strerror}.")
        scores = dict(zip(pixels, self._scores(list(pixels.values())), strict=True))
        for image in images:
            if image in errors:
                yield Prediction(image, error=errors[image])
            else:
                yield Prediction(image, self._tags(scores[image]))

    def heat(self, image: Path, label: str, method: Method | None = None) -> NDArray[np.float32]:
        """Return a heat map of a label's evidence in an image, float32[h, w] in 0..1.

        Args:
            method: see `vision.explain.explain_label`; None for the backbone's best.

        Raises:
            DatasetError: the version doesn't have the label.
            ModelError: the method doesn't support the backbone.
            ImageError: the image can't be read.
        """
        if label not in self.head.labels:
            raise DatasetError(
                f"{self.version} has no label {label!r}. Its labels are {', '.join(self.head.labels)}."
            )
        return explain_label(self.backbone, self.head, label, open_upright_rgb(image), method)

    def _scores(self, pixels: list[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
        return list(self.head.scores(self.backbone.embed(np.stack(pixels)))) if pixels else []

    def _tags(self, scores: NDArray[np.float32]) -> tuple[Tag, ...]:
        shown = self.head.over_threshold(scores)
        return tuple(
            Tag(self.head.labels[i], round(float(scores[i]), 4), bool(shown[i]))
            for i in np.argsort(-scores, kind="stable")
        )


def find_images(names: Sequence[str]) -> list[Path]:
    """Return the images among files, folders and glob patterns, without duplicates.

    Folders and patterns yield only images. A file given by name is always returned; reading it
    reports any problem.

    Raises:
        DatasetError: a folder or pattern has no image.
    """
    images: dict[Path, None] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
            candidates = [each for each in _sorted(path.rglob("*")) if _is_image(each)]
        elif path.is_file() or not _GLOB & set(name):
            candidates = [path]
        else:
            # The shell expands no pattern that is quoted.
            root = Path(path.anchor) if path.is_absolute() else Path()
            pattern = str(path.relative_to(root)) if path.is_absolute() else name
            candidates = [each for each in _sorted(root.glob(pattern)) if _is_image(each)]
        if not candidates:
            raise DatasetError(f"{name} has no images.")
        images.update(dict.fromkeys(candidates))
    return list(images)


def as_json_line(prediction: Prediction, version: str, top: int | None = None) -> dict[str, Any]:
    """Return the JSON object of one NDJSON line, with the first `top` tags."""
    if prediction.error is not None:
        error = {"code": prediction.error.code, "detail": prediction.error.detail}
        return {"image": str(prediction.image), "error": error}
    tags = [
        {"label": tag.label, "score": tag.score, "over_threshold": tag.over_threshold}
        for tag in prediction.tags[:top]
    ]
    return {"image": str(prediction.image), "model_version": version, "tags": tags}


def as_text_line(prediction: Prediction, top: int) -> str:
    """Return one line of text; tags below their threshold are in parentheses."""
    if prediction.error is not None:
        return f"{prediction.image}: {prediction.error.detail}"
    words = [
        f"{tag.label} {tag.score:.2f}" if tag.over_threshold else f"({tag.label} {tag.score:.2f})"
        for tag in prediction.tags[:top]
    ]
    return f"{prediction.image}: {', '.join(words)}"


def _sorted(paths: Iterable[Path]) -> list[Path]:
    return sorted(path for path in paths if path.is_file() and not path.name.startswith("."))


def _is_image(path: Path) -> bool:
    """Return whether a file is an image by its content or its suffix: a damaged photo must be reported."""
    try:
        with path.open("rb") as stream:
            sniff(stream.read(HEAD_BYTES))
    except (ImageError, OSError):
        return path.suffix.lower() in _SUFFIXES
    return True
