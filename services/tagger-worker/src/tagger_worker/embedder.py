"""Embeds a trainer's images: a shard of its bottleneck cache, left in the model registry."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagger_worker.model import Models
from tagger_worker.tagger import refusal
from vignette_shared.contracts.tasks import EmbedImages
from vignette_shared.errors import BlobMissing, ImageError, ModelError
from vignette_shared.imaging import DEFAULT_MAX_PIXELS
from vignette_shared.registry import Registry
from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.loading import RuntimeOptions, load_backbone
from vignette_shared.vision.preprocess import load_pixels
from vignette_shared.vision.shards import dump_shard, parse_images


@dataclass
class Embedder:
    """Uses the network in production where that is asked for, else one more, which stays loaded."""

    models: Models
    registry: Registry
    options: RuntimeOptions
    max_pixels: int = DEFAULT_MAX_PIXELS
    _other: Backbone | None = field(default=None)

    def embed_images(self, job: EmbedImages) -> dict[str, Any]:
        """Write the shard; the answer has `embedded`, and `skipped`: why, by the SHA-256 of a damaged image.

        Raises:
            StorageError: the images can't be read or the shard not written; worth another try.
        """
        try:
            backbone = self._backbone(job.backbone)
            images = parse_images(self.registry.store.get(job.images_key))
        except (ModelError, BlobMissing) as error:
            return refusal(error)
        pixels: dict[str, NDArray[np.uint8]] = {}
        skipped = {}
        for sha256, body in images.items():
            try:
                pixels[sha256] = load_pixels(body, backbone.spec, self.max_pixels)
            except ImageError as error:
                skipped[sha256] = {"code": error.code, "reason": error.detail}
        if pixels:
            embeddings = backbone.embed(np.stack(list(pixels.values())))
            self.registry.store.put(job.shard_key, dump_shard(list(pixels), embeddings), replace=True)
        return {"embedded": len(pixels), "skipped": skipped}

    def _backbone(self, fingerprint: str) -> Backbone:
        present = self.models.current().backbone
        if present.spec.fingerprint == fingerprint:
            return present
        if self._other is None or self._other.spec.fingerprint != fingerprint:
            self._other = None  # two further networks at a time would not fit
            self._other = load_backbone(self.registry, fingerprint, self.options)
        return self._other
