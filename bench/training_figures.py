"""Bottlenecks and training against the original's way: one image at a time, a text file an image."""

import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.vision_figures import STARTER
from trainer.bottlenecks import embed_dataset
from trainer.dataset import Dataset
from vignette_shared.registry import Registry
from vignette_shared.storage import read_only_folder
from vignette_shared.vision.backbone import WEIGHTS_FILE, BackboneSpec
from vignette_shared.vision.preprocess import load_pixels
from vignette_shared.vision.runtimes.openvino import OpenVinoBackbone
from vignette_shared.vision.weights import InceptionWeights

IMAGES = int(os.environ.get("BENCH_TRAINING_IMAGES", "2000"))
VECTORS = 25_000
"""MIRFLICKR-25K's images"""
EMBEDDED = 2_000
LABELS = 24
EPOCHS = 10
RUNS = 5
_VALIDATION = 0.1
_IMAGENET_SIDE = 299
_WIDE_IMAGES = 64
"""at 299 pixels, where a rate is known after a few"""


def measure() -> dict[str, float]:
    """Return the training figures by their keys of the quality page, and the seconds behind them."""
    registry = Registry(read_only_folder(STARTER))
    spec = BackboneSpec.from_manifest(registry.backbone(registry.production().backbone))
    weights = registry.backbone_file(spec.fingerprint, WEIGHTS_FILE)
    backbone = OpenVinoBackbone(spec, weights)
    data = made_dataset(IMAGES)
    with tempfile.TemporaryDirectory() as folder:
        fresh = (Path(folder) / f"cache{number}" for number in count())
        _our_way(data, backbone, next(fresh))  # warms up
        ours = _median(lambda: _our_way(data, backbone, next(fresh)))
        original, original_bare = _original_way(data, spec, weights, Path(folder) / "texts")
        share = _disk_bytes(Path(folder) / "cache0") / (IMAGES * spec.features * 2)
    epochs_s = _epochs(spec.features)
    pixels = np.random.default_rng(0).integers(0, 256, (EMBEDDED, *2 * [spec.input_side], 3), np.uint8)
    embedding_s = _median(lambda: backbone.embed(pixels))
    wide_s = _wide_embedding(spec, weights)
    return {
        "train_vs_seed": original / ours,
        "train_vs_seed_bare_call": original_bare / ours,
        "bottleneck_bytes": share,
        "epochs_vs_embedding": epochs_s / wide_s,
        "epochs_vs_starter_embedding": epochs_s / embedding_s,
        "train_ours_s": ours,
        "train_seed_s": original,
        "train_25000_vectors_s": epochs_s,
        "embed_2000_images_s": embedding_s,
        "embed_2000_images_299px_s": wide_s,
    }


def made_dataset(images: int) -> Dataset:
    """JPEGs of 128 pixels with the detail of a photo, as many different ones, with labels at random."""
    rng = np.random.default_rng(0)
    bodies: dict[str, bytes] = {}
    for number in range(images):
        coarse = Image.fromarray(rng.integers(0, 256, (16, 16, 3), np.uint8))
        buffer = io.BytesIO()
        coarse.resize((128, 128), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=85)
        bodies[f"im{number}.jpg"] = buffer.getvalue()
    targets = rng.random((images, LABELS)) < 0.2
    return Dataset(tuple(bodies), tuple(f"label{i}" for i in range(LABELS)), targets, bodies.__getitem__)


def _our_way(data: Dataset, backbone: OpenVinoBackbone, cache: Path) -> None:
    """Fill an empty cache and train the baseline on it."""
    embedded = embed_dataset(data, backbone, cache)
    _fit(embedded.embeddings, data.targets)


def _fit(embeddings: NDArray[np.floating], targets: NDArray[np.bool_]) -> None:
    # TensorFlow's threads must not disturb what other figures measured before.
    from trainer.config import load_experiment  # noqa: PLC0415
    from trainer.fit import Samples, fit_head  # noqa: PLC0415

    config = load_experiment("baseline").changed(epochs=EPOCHS, patience=EPOCHS)
    held = max(1, int(len(targets) * _VALIDATION))
    wanted = targets.astype(np.float32)
    fit_head(Samples(embeddings[held:], wanted[held:]), Samples(embeddings[:held], wanted[:held]), config)


def _original_way(data: Dataset, spec: BackboneSpec, weights: bytes, folder: Path) -> tuple[float, float]:
    """Return seconds with Keras' `predict` for each image, and with nothing but the compiled graph's call.

    The vectors are text; each epoch reads the files of its images again, as the original's batches did.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow as tf  # noqa: PLC0415

    from vignette_shared.vision.runtimes.tensorflow import keras_inception  # noqa: PLC0415

    network = keras_inception(spec, InceptionWeights.parse(weights))
    graph = tf.function(lambda pixels: network(pixels, training=False))
    by_predict = _texts(data, spec, folder / "predict", lambda x: network.predict(x, batch_size=1, verbose=0))
    by_call = _texts(data, spec, folder / "call", graph)
    started = time.perf_counter()
    for _ in range(EPOCHS):
        for name in data.names:
            text = (folder / "call" / f"{name}.txt").read_text()
            vector = [float(value) for value in text.split(",")]
    reading = time.perf_counter() - started
    vectors = np.tile(np.array(vector, np.float32), (len(data.names), 1))
    fitting = _median(lambda: _fit(vectors, data.targets), runs=1)
    return by_predict + reading + fitting, by_call + reading + fitting


def _texts(data: Dataset, spec: BackboneSpec, folder: Path, embed: Callable[[Any], Any]) -> float:
    """Embed one image at a time into one text file each; returns seconds."""
    folder.mkdir(parents=True)
    embed(load_pixels(data.read(data.names[0]), spec)[None])  # traces the graph
    started = time.perf_counter()
    for name in data.names:
        vector = np.asarray(embed(load_pixels(data.read(name), spec)[None])[0]).squeeze()
        (folder / f"{name}.txt").write_text(",".join(str(value) for value in vector))
    return time.perf_counter() - started


def _epochs(features: int) -> float:
    """Return the seconds of the baseline's epochs over as many vectors as the whole dataset has."""
    rng = np.random.default_rng(0)
    vectors = rng.random((VECTORS, features), np.float32).astype(np.float16)
    targets = rng.random((VECTORS, LABELS)) < 0.2
    return _median(lambda: _fit(vectors, targets), runs=1)


def _wide_embedding(spec: BackboneSpec, weights: bytes) -> float:
    """Return the seconds that our embedder takes for 2,000 images at ImageNet's 299 pixels."""
    wide = BackboneSpec(spec.fingerprint, spec.architecture, _IMAGENET_SIDE, spec.geometry, spec.features)
    backbone = OpenVinoBackbone(wide, weights)
    pixels = np.zeros((_WIDE_IMAGES, _IMAGENET_SIDE, _IMAGENET_SIDE, 3), np.uint8)
    backbone.embed(pixels)
    return _median(lambda: backbone.embed(pixels)) * EMBEDDED / _WIDE_IMAGES


def _median(work: Callable[[], object], runs: int = RUNS) -> float:
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _disk_bytes(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())
