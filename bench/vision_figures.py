"""The speed of the embedder, compared with the bare network and with Keras."""

import io
import os
import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from PIL import Image

from vignette_shared.registry import Registry
from vignette_shared.storage import open_read_only
from vignette_shared.vision.backbone import WEIGHTS_FILE, BackboneSpec
from vignette_shared.vision.preprocess import load_pixels
from vignette_shared.vision.runtimes.openvino import OpenVinoBackbone, compile_network
from vignette_shared.vision.weights import InceptionWeights

STARTER = Path(__file__).resolve().parents[1] / "shared" / "starter"
RUNS = 7
IMAGES = 128
# The fastest of these is the limit; which one it is depends on the processor.
BATCHES = (1, 2, 4, 8, 16, 32)
TWELVE_MEGAPIXELS = (4000, 3000)
Works = Mapping[str, Callable[[], object]]


def measure() -> dict[str, float]:
    """Return the figures by key."""
    registry = Registry(open_read_only(STARTER))
    spec = BackboneSpec.from_manifest(registry.backbone(registry.production().backbone))
    weights = registry.backbone_file(spec.fingerprint, WEIGHTS_FILE)
    side = spec.input_side
    pixels = np.random.default_rng(0).integers(0, 256, (IMAGES, side, side, 3), np.uint8)

    backbone = OpenVinoBackbone(spec, weights)
    taken = medians({"ours": lambda: backbone.embed(pixels), **bare_openvino(spec, weights, pixels)})
    ours = taken.pop("ours")
    # CPU time of one thread each, so that waiting does not count.
    share = medians(one_core(spec, weights), clock=time.process_time)
    keras = medians({"keras": keras_predict(spec, weights, pixels), "ours": lambda: backbone.embed(pixels)})
    return {
        "embed_vs_keras": keras["keras"] / keras["ours"],
        "embed_vs_limit": min(taken.values()) / ours,
        "decode_share": share["decode"] / share["embed"],
        "embed_images_per_s": IMAGES / ours,
        "decode_12mp_cpu_ms": share["decode"] * 1000,
        "embed_cpu_ms": share["embed"] * 1000,
    }


def medians(works: Works, clock: Callable[[], float] = time.perf_counter) -> dict[str, float]:
    """Return the median seconds of each task; they take turns, so other load affects all of them."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(RUNS + 1):
        for name, work in works.items():
            started = clock()
            work()
            if turn:
                taken[name].append(clock() - started)
    return {name: statistics.median(values) for name, values in taken.items()}


def bare_openvino(spec: BackboneSpec, weights: bytes, pixels: NDArray[np.uint8]) -> Works:
    """Time the compiled graph alone on the same arrays with several batch sizes."""
    request: Any = compile_network(ov.Core(), spec, InceptionWeights.parse(weights), "auto")[0]

    def run(batch: int) -> None:
        for start in range(0, IMAGES, batch):
            request.infer([pixels[start : start + batch]])

    return {f"batch {batch}": partial(run, batch) for batch in BATCHES}


def one_core(spec: BackboneSpec, weights: bytes) -> Works:
    """Time decoding and embedding of a 12-megapixel JPEG, each on one thread."""
    photo = noisy_jpeg()
    backbone = OpenVinoBackbone(spec, weights, threads=1)
    pixels = load_pixels(photo, spec)[None]
    return {"decode": lambda: load_pixels(photo, spec), "embed": lambda: backbone.embed(pixels)}


def noisy_jpeg() -> bytes:
    """Return an image with the detail of a photo: about 3 MB at quality 85."""
    coarse = Image.effect_noise((500, 375), 60).resize(TWELVE_MEGAPIXELS, Image.Resampling.BICUBIC)
    fine = Image.effect_noise(TWELVE_MEGAPIXELS, 12)
    buffer = io.BytesIO()
    Image.blend(coarse, fine, 0.4).convert("RGB").save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def keras_predict(spec: BackboneSpec, weights: bytes, pixels: NDArray[np.uint8]) -> Callable[[], object]:
    """Time Keras' `model.predict` in float32 with batches of 32."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # Imported last: TensorFlow's threads would disturb the measurements before.
    from vignette_shared.vision.runtimes.tensorflow import keras_inception  # noqa: PLC0415

    network = keras_inception(spec, InceptionWeights.parse(weights))
    return lambda: network.predict(pixels, batch_size=32, verbose=0)
