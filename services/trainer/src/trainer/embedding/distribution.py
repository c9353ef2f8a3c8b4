"""Bottlenecks by the tagger workers: a group of shards over the queue, merged into the local cache."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
from redis.exceptions import RedisError

from trainer.dataset import Dataset
from trainer.embedding.bottlenecks import Cache, missing_images
from trainer.errors import TrainingFailed
from trainer.support.progress import Count
from vignette_shared.contracts.tasks import EMBED_IMAGES, EmbedImages
from vignette_shared.errors import BlobMissing, BrokerUnavailable, ModelDamaged
from vignette_shared.observability.logs import get_logger
from vignette_shared.queue.publisher import Publisher
from vignette_shared.queue.replies import new_reply_key
from vignette_shared.registry import Registry
from vignette_shared.vision.backbone import BackboneSpec
from vignette_shared.vision.shards import dump_images, shard_name

log = get_logger(__name__)

IMAGES = 128
"""A shard that travels: seconds of work, far below the task's limit on a slow machine."""
AHEAD = 16
"""Shards on the way at a time: enough for many workers, few enough not to fill the store."""
PATIENCE_S = 180.0
"""Without news of any shard all that are on the way are sent again: the broker brings a dead worker's back in
60 s, so that only what was lost altogether is done twice."""
ROUNDS = 3
"""How often that is done before one gives up."""


@dataclass
class Distribution:
    """Sends shards, waits for them, merges them.

    Attributes:
        client: on which workers answer; its own timeout must lie beyond a second.
    """

    registry: Registry
    cache: Cache
    spec: BackboneSpec
    publisher: Publisher
    client: "redis.Redis"
    patience_s: float = PATIENCE_S
    clock: Callable[[], float] = time.monotonic
    _waiting: dict[str, EmbedImages] = field(default_factory=dict)
    _names: dict[str, dict[str, str]] = field(default_factory=dict)

    def embed(self, dataset: Dataset, progress: Count) -> None:
        """Embed what the cache lacks.

        Raises:
            TrainingFailed: no worker has answered for a long time, or one can't use the backbone.
            BrokerUnavailable, StorageError: Redis or the registry can't be reached.
        """
        part: dict[str, bytes] = {}
        names: dict[str, str] = {}
        try:
            for name, sha256, body in missing_images(dataset, self.cache, progress):
                part[sha256], names[sha256] = body, name
                if len(part) == IMAGES:
                    self._send(part, names)
                    part, names = {}, {}
                    self._collect(AHEAD - 1, progress)
            if part:
                self._send(part, names)
            self._collect(0, progress)
        finally:
            for job in self._waiting.values():
                self._clear(job)

    def _send(self, part: dict[str, bytes], names: dict[str, str]) -> None:
        shard = shard_name(list(part))
        folder = f"bottlenecks/{self.spec.fingerprint}"
        job = EmbedImages(
            backbone=self.spec.fingerprint,
            images_key=f"{folder}/images/{shard}.safetensors",
            shard_key=f"{folder}/{shard}.safetensors",
            reply_key=new_reply_key(),
        )
        self.registry.store.put(job.images_key, dump_images(part), replace=True)
        self._waiting[job.reply_key], self._names[job.reply_key] = job, names
        self.publisher.send(EMBED_IMAGES, job)

    def _collect(self, most: int, progress: Count) -> None:
        """Merge what comes until no more than `most` shards are on the way."""
        heard, again = self.clock(), 0
        while len(self._waiting) > most:
            try:
                found: Any = self.client.blpop(list(self._waiting), timeout=1)
            except RedisError as error:
                raise BrokerUnavailable("Redis does not answer: the shards so far are kept.") from error
            if found is not None:
                self._merge(found[0].decode(), json.loads(found[1]), progress)
                heard, again = self.clock(), 0
            elif self.clock() - heard > self.patience_s:
                again += 1
                if again > ROUNDS:
                    raise TrainingFailed("No tagger worker answers: start one, then run the command again.")
                log.warning("shards_sent_again", shards=len(self._waiting))
                for job in self._waiting.values():
                    self.publisher.send(EMBED_IMAGES, job)
                heard = self.clock()

    def _merge(self, reply_key: str, told: dict[str, Any], progress: Count) -> None:
        job, names = self._waiting[reply_key], self._names[reply_key]
        if "error" in told:
            raise TrainingFailed(f"A tagger worker can't embed: {told['error']['detail']}")
        if told["embedded"]:
            try:
                shard = self.registry.store.get(job.shard_key)
                self.cache.keep(shard, Path(job.shard_key).stem)
            except (BlobMissing, ModelDamaged) as error:
                log.warning("shard_sent_again", shard=job.shard_key, reason=error.detail)
                self.publisher.send(EMBED_IMAGES, job)
                return
        if told["skipped"]:
            skipped = told["skipped"].items()
            self.cache.skip({sha256: {"image": names[sha256], **why} for sha256, why in skipped})
        del self._waiting[reply_key], self._names[reply_key]
        self._clear(job)
        progress(len(names))

    def _clear(self, job: EmbedImages) -> None:
        """Remove what only travelled: the cache is the trainer's own, the registry its place of exchange."""
        self.registry.store.delete(job.images_key)
        self.registry.store.delete(job.shard_key)
