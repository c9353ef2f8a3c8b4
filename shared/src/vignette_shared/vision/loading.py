"""Loading of backbones and heads from the registry."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vignette_shared.errors import ModelDamaged
from vignette_shared.registry import BackboneManifest, ModelManifest, Registry
from vignette_shared.vision import inception_v3
from vignette_shared.vision.backbone import WEIGHTS_FILE, Backbone, BackboneSpec, Geometry, fingerprint
from vignette_shared.vision.head import HEAD_FILE, Head
from vignette_shared.vision.mirror import apply_views
from vignette_shared.vision.preprocess import PREPROCESSING_VERSION


@dataclass(frozen=True, slots=True)
class RuntimeOptions:
    """How a backbone is run; `threads` 0 uses all cores."""

    runtime: Literal["openvino", "tensorflow"] = "openvino"
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    threads: int = 0
    cache_dir: Path | None = None


def load_backbone(registry: Registry, name: str, options: RuntimeOptions) -> Backbone:
    """Load the backbone with the fingerprint `name`.

    Raises:
        ModelMissing: it is not in the registry.
        ModelDamaged: its files differ from its manifest, or another release made it.
        ModelError: this processor does not support the options.
    """
    manifest = registry.backbone(name)
    verify_fingerprint(manifest)
    return apply_views(_load_network(registry, manifest, options))


def load_head(registry: Registry, manifest: ModelManifest) -> Head:
    """Load the head of a version; raises `ModelMissing`, `ModelDamaged`."""
    backbone = registry.backbone(manifest.backbone)
    return Head.parse(
        registry.model_file(manifest.version, HEAD_FILE),
        features=backbone.features,
        labels=manifest.labels,
        thresholds=manifest.thresholds,
    )


def fingerprint_of(weights_sha256: str, input_side: int, geometry: Geometry, views: int = 1) -> str:
    """Return the fingerprint of an Inception-v3 with these weights and this input."""
    return fingerprint(
        weights_sha256,
        architecture=inception_v3.ARCHITECTURE,
        graph_version=inception_v3.GRAPH_VERSION,
        preprocessing_version=PREPROCESSING_VERSION,
        input_side=input_side,
        geometry=geometry,
        views=views,
    )


def verify_fingerprint(manifest: BackboneManifest) -> None:
    """Raise `ModelDamaged` unless this release computes the embeddings that the fingerprint identifies."""
    if manifest.architecture != inception_v3.ARCHITECTURE or manifest.features != inception_v3.FEATURES:
        raise ModelDamaged(
            f"Backbone {manifest.fingerprint} is a {manifest.architecture} with {manifest.features} "
            f"features. This release supports only {inception_v3.ARCHITECTURE}."
        )
    weights = manifest.files.get(WEIGHTS_FILE, "")
    expected = fingerprint_of(weights, manifest.input_side, manifest.geometry, manifest.views)
    if expected != manifest.fingerprint:
        raise ModelDamaged(
            f"The fingerprint of backbone {manifest.fingerprint} does not match its manifest ({expected}): "
            "it was changed, or another release made it. Import it again."
        )


def _load_network(registry: Registry, manifest: BackboneManifest, options: RuntimeOptions) -> Backbone:
    weights = registry.backbone_file(manifest.fingerprint, WEIGHTS_FILE)
    spec = BackboneSpec.from_manifest(manifest)
    # Each runtime takes hundreds of megabytes, so only the selected one is imported.
    if options.runtime == "tensorflow":
        from vignette_shared.vision.runtimes.tensorflow import TensorFlowBackbone  # noqa: PLC0415

        return TensorFlowBackbone(spec, weights)
    from vignette_shared.vision.runtimes.openvino import OpenVinoBackbone  # noqa: PLC0415

    return OpenVinoBackbone(
        spec,
        weights,
        threads=options.threads,
        precision=options.precision,
        cache_dir=options.cache_dir,
    )
