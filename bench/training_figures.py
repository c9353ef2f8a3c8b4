"""Bottlenecks and training, compared with the original method: one image at a time, one text file each.

Both are timed from JPEGs in memory to a trained head, each in its own process, after the imports and one
embedded image. Graph tracing counts on both sides.

- Vignette fills an empty bottleneck cache and trains `baseline` for ten epochs with validation.
- The original method runs each image alone through the Keras network and writes its vector as text. It trains
  ten epochs without validation, in float32 with plain Adam, and reads the text files of each batch of 64.
"""

import io
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.vision_figures import STARTER
from trainer.dataset import Dataset
from trainer.embedding.bottlenecks import embed_dataset
from vignette_shared.registry import Registry
from vignette_shared.storage import open_read_only
from vignette_shared.vision.backbone import WEIGHTS_FILE, BackboneSpec
from vignette_shared.vision.mirror import apply_views
from vignette_shared.vision.preprocess import load_pixels
from vignette_shared.vision.runtimes.openvino import OpenVinoBackbone
from vignette_shared.vision.weights import InceptionWeights

IMAGES = int(os.environ.get("BENCH_TRAINING_IMAGES", "2000"))
VECTORS = 25_000
"""Images in MIRFLICKR-25K."""
EMBEDDED = 2_000
LABELS = 24
EPOCHS = 10
RUNS = 5
_TURNS = 3
_BATCH = 64
_VALIDATION = 0.1
_IMAGENET_SIDE = 299
_WIDE_IMAGES = 256
"""At 299 px, where a few images suffice for the rate."""


def measure() -> dict[str, float]:
    """Return the figures by key, and the times behind them in seconds."""
    # In separate processes: the threads of one side would affect the other.
    ours, share = _apart(_our_seconds)
    original, original_bare = _apart(_original_seconds)
    return {
        "train_vs_seed": original / ours,
        "train_vs_seed_bare_call": original_bare / ours,
        "bottleneck_bytes": share,
        "train_ours_s": ours,
        "train_seed_s": original,
        **_epochs_and_embedding(),
    }


def _apart(work: Callable[[], Any]) -> Any:
    context = multiprocessing.get_context("spawn")  # a forked TensorFlow hangs
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(work).result()


def _starter() -> tuple[BackboneSpec, bytes]:
    registry = Registry(open_read_only(STARTER))
    spec = BackboneSpec.from_manifest(registry.backbone(registry.production().backbone))
    return spec, registry.backbone_file(spec.fingerprint, WEIGHTS_FILE)


def made_dataset(images: int) -> Dataset:
    """Write distinct 128 px JPEGs with the detail of a photo and random labels."""
    rng = np.random.default_rng(0)
    bodies: dict[str, bytes] = {}
    for number in range(images):
        coarse = Image.fromarray(rng.integers(0, 256, (16, 16, 3), np.uint8))
        buffer = io.BytesIO()
        coarse.resize((128, 128), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=85)
        bodies[f"im{number}.jpg"] = buffer.getvalue()
    targets = rng.random((images, LABELS)) < 0.2
    return Dataset(tuple(bodies), tuple(f"label{i}" for i in range(LABELS)), targets, bodies.__getitem__)


def _our_seconds() -> tuple[float, float]:
    """Return the seconds, and the bytes on disk relative to those of the bare vectors."""
    spec, weights = _starter()
    backbone, data = OpenVinoBackbone(spec, weights), made_dataset(IMAGES)
    with tempfile.TemporaryDirectory() as folder:
        fresh = (Path(folder) / f"cache{number}" for number in count())
        _with_vignette(data, backbone, next(fresh))  # warms up
        seconds = _median(lambda: _with_vignette(data, backbone, next(fresh)))
        return seconds, _disk_bytes(Path(folder) / "cache0") / (IMAGES * spec.features * 2)


def _with_vignette(data: Dataset, backbone: OpenVinoBackbone, cache: Path) -> None:
    """Fill an empty bottleneck cache and train the baseline on it."""
    embedded = embed_dataset(data, backbone, cache)
    _fit(embedded.embeddings, data.targets, "baseline")


def _fit(embeddings: NDArray[np.floating], targets: NDArray[np.bool_], experiment: str) -> None:
    from trainer.head.config import load_experiment  # noqa: PLC0415
    from trainer.head.fit import Samples, fit_head  # noqa: PLC0415  # TensorFlow

    config = load_experiment(experiment).changed(epochs=EPOCHS, patience=EPOCHS)
    held = max(1, int(len(targets) * _VALIDATION))
    wanted = targets.astype(np.float32)
    learn = Samples(embeddings[held:], wanted[held:])
    fit_head(learn, Samples(embeddings[:held], wanted[:held]), config)


def _original_seconds() -> tuple[float, float]:
    """Return the seconds with Keras' `predict` per image, and with bare calls of the compiled graph."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow as tf  # noqa: PLC0415

    from vignette_shared.vision.runtimes.tensorflow import keras_inception  # noqa: PLC0415

    spec, weights = _starter()
    data = made_dataset(IMAGES)
    network = keras_inception(spec, InceptionWeights.parse(weights))
    graph = tf.function(lambda pixels: network(pixels, training=False))
    with tempfile.TemporaryDirectory() as folder:
        by_predict, by_call = Path(folder) / "predict", Path(folder) / "call"
        predicting = _texts(data, spec, by_predict, lambda x: network.predict(x, batch_size=1, verbose=0))
        calling = _texts(data, spec, by_call, graph)
        started = time.perf_counter()
        _original_epochs(data, by_call, spec.features)
        training = time.perf_counter() - started
    return predicting + training, calling + training


def _original_epochs(data: Dataset, texts: Path, features: int) -> None:
    import keras  # noqa: PLC0415

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((features,)),
            layers.Dense(1500, activation="relu"),
            layers.Dropout(0.1),
            layers.Dense(LABELS),
        ]
    )
    model.compile(keras.optimizers.Adam(5e-4), keras.losses.BinaryCrossentropy(from_logits=True))
    rng = np.random.default_rng(0)
    held = max(1, int(len(data.names) * _VALIDATION))
    for _ in range(EPOCHS):
        order = held + rng.permutation(len(data.names) - held)
        for first in range(0, len(order), _BATCH):
            rows = order[first : first + _BATCH]
            read = [(texts / f"{data.names[row]}.txt").read_text().split(",") for row in rows]
            vectors = np.array([[float(value) for value in values] for values in read], np.float32)
            model.train_on_batch(vectors, data.targets[rows].astype(np.float32))


def _texts(data: Dataset, spec: BackboneSpec, folder: Path, embed: Callable[[Any], Any]) -> float:
    """Embed one image at a time into one text file each; return the seconds."""
    folder.mkdir(parents=True)
    embed(load_pixels(data.read(data.names[0]), spec)[None])  # traces the graph
    started = time.perf_counter()
    for name in data.names:
        vector = np.asarray(embed(load_pixels(data.read(name), spec)[None])[0]).squeeze()
        (folder / f"{name}.txt").write_text(",".join(str(value) for value in vector))
    return time.perf_counter() - started


def _epochs_and_embedding() -> dict[str, float]:
    """Compare ten epochs over all vectors of the data set with embedding 2,000 images.

    All heads of an ensemble train; conversion, tracing and validation count. The two take turns, and the
    ratio is the median over the turns, because the speed of a virtual machine varies over minutes.
    """
    from trainer.head.config import load_experiment  # noqa: PLC0415

    spec, _ = _starter()
    plain = replace(spec, input_side=_IMAGENET_SIDE)
    # Each is compared with the embeddings that it trains on: `best` uses two views.
    views = load_experiment("best").views
    works = {
        "best": partial(_epoch_seconds, "best", spec.features),
        "wide": partial(_embedding_seconds, replace(plain, views=views), _WIDE_IMAGES),
        "baseline": partial(_epoch_seconds, "baseline", spec.features),
        "plain": partial(_embedding_seconds, plain, _WIDE_IMAGES),
        "narrow": partial(_embedding_seconds, replace(spec, views=views), EMBEDDED),
    }
    turns = [{name: _apart(work) for name, work in works.items()} for _ in range(_TURNS)]
    middle = {name: statistics.median(turn[name] for turn in turns) for name in works}
    return {
        "epochs_vs_embedding": statistics.median(turn["best"] / turn["wide"] for turn in turns),
        "epochs_vs_embedding_baseline": statistics.median(turn["baseline"] / turn["plain"] for turn in turns),
        "epochs_vs_starter_embedding": statistics.median(turn["best"] / turn["narrow"] for turn in turns),
        "train_25000_vectors_s": middle["best"],
        "train_25000_vectors_baseline_s": middle["baseline"],
        "embed_2000_images_s": middle["narrow"],
        "embed_2000_images_299px_s": middle["wide"],
        "embed_2000_images_299px_once_s": middle["plain"],
    }


def _epoch_seconds(experiment: str, features: int) -> float:
    rng = np.random.default_rng(0)
    vectors = rng.random((VECTORS, features), np.float32).astype(np.float16)
    targets = rng.random((VECTORS, LABELS)) < 0.2
    _fit(vectors[:_BATCH], targets[:_BATCH], experiment)  # imports
    return _median(lambda: _fit(vectors, targets, experiment), runs=1)


def _embedding_seconds(spec: BackboneSpec, images: int) -> float:
    """Return the seconds for 2,000 images, extrapolated from fewer."""
    backbone = apply_views(OpenVinoBackbone(spec, _starter()[1]))
    pixels = np.zeros((images, spec.input_side, spec.input_side, 3), np.uint8)
    backbone.embed(pixels)
    return _median(lambda: backbone.embed(pixels)) * EMBEDDED / images


def _median(work: Callable[[], object], runs: int = RUNS) -> float:
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _disk_bytes(folder: Path) -> int:
    # Blocks rather than lengths: what the files take on the disk.
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())
