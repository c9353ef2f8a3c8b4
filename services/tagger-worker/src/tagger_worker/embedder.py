"""Embed images for the trainer: one shard of its bottleneck cache, stored in the model registry."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagger_worker.model import Models
from tagger_worker.tagger import error_reply
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
    """Embeds with the backbone in production, or with one other backbone, which stays loaded."""

    models: Models
    registry: Registry
    options: RuntimeOptions
    max_pixels: int = DEFAULT_MAX_PIXELS
    _other: Backbone | None = field(default=None)

    def embed_images(self, job: EmbedImages) -> dict[str, Any]:
        """Store the shard and return the reply.

        Returns:
            `embedded`, the number of images, and `skipped`, the reason for each damaged image by its SHA-256;
            or `error`.

        Raises:
            StorageError: the images can't be read or the shard can't be written; a retry may succeed.
        """
        try:
            backbone = self._backbone(job.backbone)
            images = parse_images(self.registry.store.get(job.images_key))
        except (ModelError, BlobMissing) as error:
            return error_reply(error)
        pixels: dict[str, NDArray[np.uint8]] = {}
        skipped = {}
        for sha256, body in images.items():
            try:
                pixels[sha256] = load_pixels(body, backbone.spec, self.max_pixels)
            except ImageError as error:
                # A damaged image must not fail the other images of its shard.
                skipped[sha256] = {"code": error.code, "reason": error.detail}
        if pixels:
            embeddings = backbone.embed(np.stack(list(pixels.values())))
            # A task may be delivered twice: the second shard then replaces the first.
            self.registry.store.put(job.shard_key, dump_shard(list(pixels), embeddings), replace=True)
        return {"embedded": len(pixels), "skipped": skipped}

    def _backbone(self, fingerprint: str) -> Backbone:
        current = self.models.current().backbone
        if current.spec.fingerprint == fingerprint:
            return current
        if self._other is None or self._other.spec.fingerprint != fingerprint:
            self._other = None  # free the memory first: two more networks would not fit
            self._other = load_backbone(self.registry, fingerprint, self.options)
        return self._other
