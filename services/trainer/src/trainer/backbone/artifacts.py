"""Publish backbones, named by their fingerprint, and verify them."""

import dataclasses
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from vignette_shared.errors import ModelDamaged
from vignette_shared.registry import BackboneManifest, Registry
from vignette_shared.vision import inception_v3
from vignette_shared.vision.backbone import WEIGHTS_FILE, Backbone, BackboneSpec, Geometry
from vignette_shared.vision.loading import RuntimeOptions, fingerprint_of, load_backbone
from vignette_shared.vision.mirror import apply_views
from vignette_shared.vision.runtimes.openvino import OpenVinoBackbone
from vignette_shared.vision.weights import InceptionWeights

# Holds float16[4, features]: the reference runtime's embeddings of `sample_pictures`.
GOLDEN_FILE = "golden.safetensors"
# Between two runtimes' embeddings of the same picture, both in float32.
MIN_COSINE = 0.999


@dataclass(frozen=True, slots=True)
class BackboneFacts:
    """A manifest's members besides the weights; `extra` holds any others."""

    name: str
    source: str
    input_side: int
    geometry: Geometry
    extra: dict[str, Any]
    views: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True)
class VerifiedBackbone:
    """`cosine`: the lowest between the embeddings and the golden ones; None if there are no golden ones."""

    fingerprint: str
    files: list[str]
    cosine: float | None

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def publish_backbone(registry: Registry, body: bytes, facts: BackboneFacts) -> tuple[BackboneManifest, bool]:
    """Publish a backbone if Keras and OpenVINO compute the same embeddings with it.

    Args:
        body: the weights file's content.

    Returns:
        The manifest, and whether it is new. A published backbone is never changed.

    Raises:
        ModelDamaged: `body` is not an Inception-v3 weights file, the runtimes disagree, or an embedding is
            not finite.
        StorageError: the registry can't be written.
    """
    weights = InceptionWeights.parse(body)
    name = fingerprint_of(hashlib.sha256(body).hexdigest(), facts.input_side, facts.geometry, facts.views)
    if registry.store.size(f"backbones/{name}/manifest.json") is not None:
        return registry.backbone(name), False
    spec = BackboneSpec(
        name, inception_v3.ARCHITECTURE, facts.input_side, facts.geometry, inception_v3.FEATURES, facts.views
    )
    files = {WEIGHTS_FILE: body, GOLDEN_FILE: _golden(spec, body)}
    manifest = BackboneManifest.model_validate(
        {
            **facts.extra,
            "files": {file: hashlib.sha256(data).hexdigest() for file, data in files.items()},
            "created_at": datetime.now(UTC).replace(microsecond=0),
            "fingerprint": name,
            "architecture": inception_v3.ARCHITECTURE,
            "input_side": facts.input_side,
            "geometry": facts.geometry,
            "features": inception_v3.FEATURES,
            "views": facts.views,
            "source": facts.source,
            "name": facts.name,
            "scaling": "[-1, 1], inside the graph",
            "weights_dtype": str(weights.layers[0].kernel.dtype),
            "graph_version": inception_v3.GRAPH_VERSION,
        }
    )
    registry.publish_backbone(manifest, dict(files))
    return manifest, True


def verify_backbone(registry: Registry, fingerprint: str) -> VerifiedBackbone:
    """Verify a backbone's files, fingerprint and embeddings.

    Raises:
        ModelMissing, ModelDamaged: the message names what is wrong.
    """
    manifest = registry.backbone(fingerprint)
    for file in manifest.files:
        registry.backbone_file(fingerprint, file)
    # float32, like the golden embeddings: bfloat16 would add its own rounding.
    backbone = load_backbone(registry, fingerprint, RuntimeOptions(precision="float32"))
    embedded = _embed_sample_pictures(backbone)
    cosine = None
    if GOLDEN_FILE in manifest.files:
        golden = _read_golden(registry.backbone_file(fingerprint, GOLDEN_FILE))
        cosine = _check_agreement(embedded, golden, "its golden embeddings")
    return VerifiedBackbone(fingerprint, sorted(manifest.files), cosine)


def sample_pictures(side: int) -> NDArray[np.uint8]:
    """Return uint8[4, side, side, 3], identical on every machine.

    A gradient, stripes, a disc and flat grey.
    """
    y, x = np.mgrid[0:side, 0:side]
    disc = ((x - side / 2) ** 2 + (y - side / 2) ** 2 < (side / 3) ** 2) * 255
    pictures = [
        np.stack([x * 255 // side, y * 255 // side, (x + y) * 127 // side], axis=-1),
        np.stack([(x // 6 % 2) * 255, (y // 9 % 2) * 200, (x * y) % 256], axis=-1),
        np.stack([disc, 255 - disc, disc // 2 + 60], axis=-1),
        np.full((side, side, 3), 128),
    ]
    return np.stack(pictures).astype(np.uint8)


def _golden(spec: BackboneSpec, body: bytes) -> bytes:
    """Return the golden file; raises `ModelDamaged` unless both runtimes agree."""
    # TensorFlow takes seconds to import, and only publishing needs it.
    from vignette_shared.vision.runtimes.tensorflow import TensorFlowBackbone  # noqa: PLC0415

    reference = _embed_sample_pictures(apply_views(TensorFlowBackbone(spec, body)))
    computed = _embed_sample_pictures(apply_views(OpenVinoBackbone(spec, body, precision="float32")))
    _check_agreement(computed, reference, "Keras")
    data: bytes = save({"embeddings": np.asarray(reference, np.float16)})
    return data


def _read_golden(data: bytes) -> NDArray[np.float32]:
    try:
        return np.asarray(load(data)["embeddings"], np.float32)
    except (SafetensorError, KeyError) as error:
        raise ModelDamaged(f"{GOLDEN_FILE} can't be read ({error}): import the backbone again.") from error


def _embed_sample_pictures(backbone: Backbone) -> NDArray[np.float32]:
    embedded = backbone.embed(sample_pictures(backbone.spec.input_side))
    if not np.isfinite(embedded).all() or not np.linalg.norm(embedded, axis=1).all():
        raise ModelDamaged(
            "The backbone computes an embedding that is zero or not finite: its weights are wrong."
        )
    return embedded


def _check_agreement(embedded: NDArray[np.float32], expected: NDArray[np.float32], other: str) -> float:
    lengths = np.linalg.norm(embedded, axis=1) * np.linalg.norm(expected, axis=1)
    cosine = float(((embedded * expected).sum(axis=1) / lengths).min())
    if cosine < MIN_COSINE:
        raise ModelDamaged(
            f"OpenVINO and {other} disagree on an embedding: cosine {cosine:.4f} < {MIN_COSINE}."
        )
    return round(cosine, 6)
